"""Steps 6 and 7: the visit with the hand-held device, and the customer's HEMS."""

from __future__ import annotations

import json
from pathlib import Path

from keiki.cli.assembly import DEVICE
from keiki.cli.story.page import expect
from keiki.cli.story.tale import Tale
from keiki.cli.zones import ZoneRefused

OTHER_DEVICE = "HHD-66"


def visit(tale: Tale) -> None:
    """6: units replaced, the barcode read from a picture of the page, the password set through the local port."""
    _hang(tale)
    _take_photograph(tale)
    port = tale.system.world("plug_probe", supply_point=tale.supply_point)["path"]
    _stranger(tale, port)
    _take_photograph(tale)
    order = tale.work_order["number"]
    done = tale.system.handheld("visit", "--picture", tale.photograph, "--port", port, "--order", order)
    expect(done["outcome"] == "succeeded", f"the visit ended as {done['outcome']}: {done['reason']}")
    expect("prove" in [step["event"] for step in done["steps"]], "the password was not proved by an authentication")
    tale.system.world("unplug_probe", supply_point=tale.supply_point)
    tale.page.evidence(
        f"{DEVICE}: barcode from the page's picture", f"{DEVICE}: 印刷面の写真から読取", tale.photograph.name
    )
    tale.page.evidence("steps", "手順", " → ".join(step["event"] for step in done["steps"]))
    diagnosis = done["diagnosis"]
    lamps = "  ".join(f"{lamp} {state}" for lamp, state in diagnosis["lamps"].items())
    tale.page.evidence("status items", "状態項目", lamps)
    tale.page.evidence("shown of the password", "パスワードの表示", tale.page.words("nothing", "なし"))
    _record(tale)


def _take_photograph(tale: Tale) -> None:
    """Each device takes its own picture of the page, and erases it when its journal has the envelope."""
    tale.photograph = tale.sheet.with_suffix(".png")
    tale.system.zones.ask("bench", "photograph", "--sheet", tale.sheet, "--out", tale.photograph)


def _hang(tale: Tale) -> None:
    """The crew hangs what the work order names."""
    units = tale.work_order["units"]
    serials = [line["new_serial"] for line in units if line["action"] == "replace" and line["new_serial"]]
    cover = any(line["kind"] == "cover" and line["action"] == "replace" for line in units)
    wall = tale.system.world("hang", supply_point=tale.supply_point, serials=serials, rain_cover=cover)
    tale.units = wall
    shown = f"{wall['communication']} {wall['communication_serial']} · {wall['metering']} {wall['metering_serial']}"
    tale.page.evidence("units on the wall now", "取替後のユニット", f"{shown} · {wall['cover']}")


def _stranger(tale: Tale, port: str) -> None:
    """A copy of the barcode in the hands of another device opens nothing, and the meter stays as it is."""
    data = tale.system.folder / "stranger"
    tale.system.zones.ask("handheld", "init", "--data", data, "--name", OTHER_DEVICE)
    card = tale.system.folder / "cards" / "office.json"
    tale.system.zones.ask("handheld", "trust-office", "--data", data, "--card", card)
    try:
        visit = ("visit", "--data", data, "--picture", tale.photograph, "--port", port, "--json")
        tale.system.zones.ask("handheld", *visit)
        expect(False, "a device with another key opened the barcode")
    except ZoneRefused as refused:
        reason = refused.answer.get("reason", "")
    expect(reason == "not_for_this_recipient", f"the other device was refused for another reason: {reason}")
    held = tale.system.world("meter", supply_point=tale.supply_point)
    expect(held["generation"] == 0, "the meter was written by a device that the barcode is not for")
    tale.page.evidence(f"{OTHER_DEVICE}, with its own key", f"{OTHER_DEVICE}(別の鍵)", f"✕ {reason}")


def _record(tale: Tale) -> None:
    """The sealed result goes back to the office; then the customer is told: letter and e-mail, apart."""
    results = tale.system.handheld("results", "--out", tale.system.folder / "results")["results"]
    expect(len(results) == 1, f"the device handed over {len(results)} results instead of 1")
    recorded = tale.system.office("work-order", "record", "--file", results[0])
    expect(recorded["state"] == "done", f"the work order is {recorded['state']} after its result")
    tale.system.world("record_construction", supply_point=tale.supply_point)
    tale.letter = tale.wait("the letter", lambda: next(iter(_letters(tale)), None))
    tale.wait("the e-mail", lambda: tale.system.world("mail_count", address=tale.email) == 1)
    state = tale.wait("the end of the delivery", lambda: _state(tale) == "active" and "active")
    tale.page.evidence("authentication ID by post", "認証IDは郵送", tale.letter.name)
    tale.page.evidence("password by e-mail, apart", "パスワードは別にメール", tale.page.words("accepted", "受付済"))
    tale.page.evidence("service contract", "サービス契約", state)


def _letters(tale: Tale) -> list[Path]:
    return sorted((tale.system.data("office") / "post").glob("*.pdf"))


def _state(tale: Tale) -> str:
    shown = tale.system.office("contract", "show", "--supply-point", tale.supply_point)
    return next(str(c["state"]) for c in shown["contracts"] if c["state"] != "rejected")


def hems(tale: Tale) -> None:
    """7: the unmodified momonga joins with the customer's ID and password and reads that very meter."""
    with tale.hems() as client:
        expect(client.event == "joined", f"the HEMS could not join: {json.dumps(client.first)}")
        reading = client.read()
    expect(reading["event"] == "reading", f"the HEMS could not read: {json.dumps(reading)}")
    serial = tale.units["metering_serial"]
    expect(reading["serial_number"] == serial, f"the HEMS read meter {reading['serial_number']}, not {serial}")
    tale.page.evidence(
        "momonga joined", "momonga が接続", f"{client.first['seconds']} s, RSSI {client.first['rssi']} dBm"
    )
    shown = f"{reading['power_w']} W, {reading['energy_kwh']} kWh, {reading['serial_number']}"
    tale.page.evidence("it reads power, energy, serial number", "瞬時電力・積算電力量・製造番号", shown)
    with tale.hems("--wrong-password") as client:
        expect(client.event == "refused", f"a wrong password ended as {json.dumps(client.first)}")
    tale.page.evidence("with a wrong password", "誤ったパスワード", f"✕ {client.first['exception']}")
