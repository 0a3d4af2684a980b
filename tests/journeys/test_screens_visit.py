"""From a new device to the audit, each at their own screen: two officers, a designer, a clerk, a worker, an auditor.

The device's card is enrolled by two people; the order is issued, its sheet printed, the barcode on the page opens for
this device alone; the result that it seals is recorded; and the auditor finds who did what.
"""

from __future__ import annotations

import base64
import io
import json
import re
import time
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Page, expect
from screens_town import ScreensTown

from keiki.domain.access import Role
from keiki.protocols.barcode.text import text_to_envelope
from keiki.protocols.relay.messages import CommandOutcome, CommandResult, StatusItems, VisitResult
from keiki.protocols.relay.wire import seal_visit_result
from keiki.protocols.sealing.credential import open_credential
from keiki.protocols.sealing.errors import SealingError
from keiki.protocols.sealing.identity import Identity, IdentityCard
from keiki.protocols.sealing.message import SealingPurpose

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240), pytest.mark.xdist_group("screens")]
NAME = "HHD-31"
PLACE = "plain"
SENT = """form => fetch(form.action, {method: "POST", body: new FormData(form)}).then(answer => answer.blob())
    .then(blob => new Promise(done => { const reader = new FileReader();
        reader.onload = () => done(reader.result.split(",")[1]); reader.readAsDataURL(blob); }))"""


def enrolled_by_two(town: ScreensTown, device: Identity) -> None:
    first = town.page(Role.SECURITY_OFFICER, username="officer-1", language="en")
    first.goto(town.at("/keys/ask/"))
    first.get_by_label("What the device is for").select_option("handheld")
    first.get_by_label("or its text").fill(device.card.to_json())
    first.get_by_label("Why").fill("a device for the new van")
    first.get_by_role("button", name="Ask", exact=True).click()
    expect(first.get_by_text("waits for another security officer").first).to_be_visible()
    expect(first.get_by_role("button", name="Approve")).to_have_count(0)
    second = town.page(Role.SECURITY_OFFICER, username="officer-2", language="en")
    second.goto(town.at("/keys/"))
    second.get_by_role("row", name=re.compile(NAME)).get_by_role("link").click()
    compared = second.get_by_label("Last group of the fingerprint")
    compared.fill("zzzz")
    second.get_by_role("button", name="Approve").click()
    expect(second.get_by_text("the last group of the fingerprint differs").first).to_be_visible()
    second.go_back()
    compared.fill(device.card.fingerprint.split()[-1])
    second.get_by_role("button", name="Approve").click()
    expect(second.locator("h1")).to_have_text(NAME)


def issued(town: ScreensTown, design: str) -> str:
    page = town.page(Role.DESIGNER, username="visit-designer")
    page.goto(town.at(f"/work-orders/issue/{design.removeprefix('D-')}/"))
    page.get_by_label("ハンディ端末").select_option(NAME)
    page.get_by_role("button", name="発行する").click()
    expect(page.locator("h1")).to_contain_text("W-")
    return page.locator("h1").inner_text().split()[-1]


def envelope_on_the_page(page: Page) -> bytes:
    """Print the order shown, and read the barcode from the picture of its sheet."""
    pdf = base64.b64decode(page.locator("form[action$='/print/']").evaluate(SENT))
    picture = pypdfium2.PdfDocument(io.BytesIO(pdf))[0].render(scale=3).to_pil().convert("L")
    found = [each.text for each in zxingcpp.read_barcodes(picture, text_mode=zxingcpp.TextMode.Plain) if each.valid]
    assert len(found) == 1
    return text_to_envelope(found[0])


def test_a_visit_from_the_new_device_to_the_auditors_search(screens_town: ScreensTown, tmp_path: Path) -> None:
    town, device = screens_town, Identity.generate("handheld", NAME)
    office = IdentityCard.from_json(json.dumps(town.office("card")["card"]))
    enrolled_by_two(town, device)
    town.apply(PLACE)
    design = town.office("design", "open", "--supply-point", town.point(PLACE))["id"]
    town.office("design", "propose", "--design", design)
    town.office("design", "finish", "--design", design)
    number = issued(town, design)

    clerk = town.page(Role.CONSTRUCTION_CLERK, username="visit-clerk")
    clerk.goto(town.at(f"/work-orders/{number}/"))
    envelope = envelope_on_the_page(clerk)
    order = town.office("work-order", "show", "--number", number)
    assert order["state"] == "printed"
    unit = next(line["new_serial"] for line in order["units"] if line["kind"] == "communication")
    now = int(time.time())
    here = {"purpose": SealingPurpose.BARCODE, "communication_unit": unit, "supply_point": town.point(PLACE)}
    credential = open_credential(envelope, device, office, now, **here)
    with pytest.raises(SealingError):
        open_credential(envelope, Identity.generate("handheld", NAME), office, now, **here)

    status = StatusItems("clear", "clear", "failure", "normal", now)
    result = CommandResult(b"\7" * 16, CommandOutcome.SUCCEEDED, "", order["generation"], status, now)
    file = tmp_path / "visit.keiki"
    file.write_bytes(seal_visit_result(VisitResult(result, number, unit), office, device))
    clerk.goto(town.at("/work-orders/record/"))
    clerk.get_by_label("結果ファイル").set_input_files(file)
    clerk.get_by_role("button", name="結果を取り込む").click()
    expect(clerk.get_by_text("パスワードを設定して確認済み").first).to_be_visible()
    assert town.office("design", "show", "--design", design)["state"] == "built"

    auditor = town.page(Role.AUDITOR, username="visit-auditor")
    auditor.goto(town.at("/audit/"))
    auditor.get_by_label("対象").fill(number)
    auditor.get_by_label("対象").press("Enter")
    rows = auditor.locator("tbody tr")
    expect(rows.filter(has_text="作業の完了を記録")).to_contain_text("visit-clerk")
    ordered = auditor.get_by_role("cell", name="作業指示書を発行", exact=True)
    expect(rows.filter(has=ordered)).to_contain_text("visit-designer")
    rows.filter(has_text="作業の完了を記録").get_by_role("link").first.click()
    expect(auditor.get_by_text("WorkOrderDone")).to_be_visible()
    assert credential.password not in auditor.content() + clerk.content()
