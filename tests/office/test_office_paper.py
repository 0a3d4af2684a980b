"""The sheets: what is on them, what must never be, and that the symbol reads from the page."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pypdfium2
import pytest
import typst
import zxingcpp
from office_cast import Cast

from keiki.office.audit.models import AuditEvent
from keiki.office.credentials import services as credentials
from keiki.office.delivery.models import Delivery, DeliveryChannel
from keiki.office.paper import typeset
from keiki.office.workorders import paper
from keiki.office.workorders.models import WorkOrder
from keiki.protocols.barcode.text import text_to_envelope
from keiki.protocols.relay.messages import CommandOutcome

OUTCOME = CommandOutcome.SUCCEEDED


@pytest.fixture
def order(cast: Cast) -> WorkOrder:
    return cast.order(cast.finished_design())


def sheet(cast: Cast, order: WorkOrder) -> bytes:
    return paper.sheet(cast.act(), cast.sources, cast.catalogue, cast.letterhead, order)


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    try:
        assert len(document) == 1
        return str(document[0].get_textpage().get_text_range())
    finally:
        document.close()


def test_the_symbol_reads_from_the_page_at_200_dpi_and_is_the_envelope(cast: Cast, order: WorkOrder) -> None:
    document = pypdfium2.PdfDocument(io.BytesIO(sheet(cast, order)))
    picture = document[0].render(scale=200 / 72).to_pil()
    document.close()
    (symbol,) = zxingcpp.read_barcodes(picture)
    assert symbol.ec_level == "M"
    assert text_to_envelope(symbol.text) == bytes(order.envelope)


def test_a_worker_finds_on_it_what_the_visit_needs(cast: Cast, order: WorkOrder) -> None:
    text = text_of(sheet(cast, order))
    place = cast.place("apply_renewable")
    wanted = [order.number, place.customer.address, place.customer.postcode, "HHD-07", "活線作業なし", "有効期限"]
    wanted += [line["new_serial"] for line in order.units] + [line["old_serial"] for line in order.units]
    wanted += [*place.customer.name.split("　"), "06-", "作業者 署名"]
    missing = [each for each in wanted if each.replace(" ", "") not in text.replace(" ", "")]
    assert not missing


def test_neither_password_nor_id_is_in_its_text_or_bytes(cast: Cast, order: WorkOrder) -> None:
    pdf = sheet(cast, order)
    shown = text_of(pdf).replace(" ", "")
    for secret in (
        credentials.authentication_id_for(cast.act(), cast.vault, order.credential, "test").reveal(),
        credentials.password_for(cast.act(), cast.vault, order.credential, "test").reveal(),
    ):
        assert secret not in shown
        assert secret[-8:] not in shown
        assert secret.encode() not in pdf


def test_the_same_order_gives_the_same_bytes_and_each_look_at_the_customer_is_audited(
    cast: Cast, order: WorkOrder
) -> None:
    assert sheet(cast, order) == sheet(cast, order)
    printed = [e for e in AuditEvent.objects.filter(happened="CustomerDataRead") if e.subject == order.number]
    assert [e.details["why"] for e in printed] == ["work order printed"] * 2


def test_live_line_work_is_said_when_phase_or_capacity_change(cast: Cast) -> None:
    text = text_of(sheet(cast, cast.order(cast.finished_design("contract_grew"))))
    assert "活線作業あり" in text


def test_the_letter_has_the_id_and_not_the_password(cast: Cast) -> None:
    contract = cast.apply("already_wireless")
    command = cast.decide(contract).command
    assert command
    cast.receive(cast.answer(command))
    letter = Delivery.objects.get(channel=DeliveryChannel.LETTER)
    password = credentials.password_for(cast.act(), cast.vault, letter.credential, "test").reveal()
    known = credentials.authentication_id_for(cast.act(), cast.vault, letter.credential, "test").reveal()
    cast.senders.letter.send(cast.act(), cast.vault, letter)
    (file,) = (cast.folder / "post").glob("*.pdf")
    text = text_of(file.read_bytes())
    assert known in text.replace(" ", "").replace("\r\n", "")
    assert password not in text
    assert "In English" in text
    assert file.stat().st_mode & 0o777 == 0o600


def test_eight_sheets_at_once_take_little_more_memory_than_one() -> None:
    """Sheets share the fonts: eight at once took 300 MB more when each read its own, and no process gave it back."""
    program = """
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from keiki.office import delivery, paper
content = {"name": "山田 太郎", "postcode": "560-0000", "address": "大阪府", "date": "2026年", "supply_point": "06",
           "office": {"name": "北摂営業所", "phone": "06"}, "id": ["0000"] * 8}
template = Path(delivery.__file__).with_name("letter.typ")
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 // 10**6
paper.typeset(template, content)
before = resident()
with ThreadPoolExecutor(8) as threads:
    list(threads.map(lambda _: paper.typeset(template, content), range(48)))
print(resident() - before)
"""
    source = str(Path(__file__).parents[2] / "src")
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": source},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) < 60


def test_a_process_that_sets_large_documents_does_not_grow(tmp_path: Path) -> None:
    """Typst kept the work of the last ten documents: 200 MB here."""
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("paper_growth.py")), str(tmp_path / "lines.typ")],
        env={**os.environ, "PYTHONPATH": str(root / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) < 60


def test_a_process_sets_one_document_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Side by side they would need the memory of all of them at once."""
    inside, most = [0], [0]

    def compile_slowly(*_: object, **__: object) -> bytes:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        time.sleep(0.01)
        inside[0] -= 1
        return b"%PDF"

    monkeypatch.setattr(typst, "compile", compile_slowly)
    with ThreadPoolExecutor(4) as people:
        assert list(people.map(lambda _: typeset(tmp_path / "any.typ", {}), range(4))) == [b"%PDF"] * 4
    assert most == [1]
