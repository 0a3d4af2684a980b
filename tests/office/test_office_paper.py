"""The sheets: what is on them, what must never be, and that the symbol reads from the page."""

from __future__ import annotations

import io

import pypdfium2
import pytest
import zxingcpp
from office_cast import Cast

from keiki.office.audit.models import AuditEvent
from keiki.office.credentials import services as credentials
from keiki.office.delivery.models import Channel, Delivery
from keiki.office.workorders import paper
from keiki.office.workorders.models import WorkOrder
from keiki.protocols.barcode.text import text_to_envelope
from keiki.protocols.relay.messages import Outcome

OUTCOME = Outcome.SUCCEEDED


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
    letter = Delivery.objects.get(channel=Channel.LETTER)
    password = credentials.password_for(cast.act(), cast.vault, letter.credential, "test").reveal()
    known = credentials.authentication_id_for(cast.act(), cast.vault, letter.credential, "test").reveal()
    cast.senders.letter.send(cast.act(), cast.vault, letter)
    (file,) = (cast.folder / "post").glob("*.pdf")
    text = text_of(file.read_bytes())
    assert known in text.replace(" ", "").replace("\r\n", "")
    assert password not in text
    assert "In English" in text
    assert file.stat().st_mode & 0o777 == 0o600
