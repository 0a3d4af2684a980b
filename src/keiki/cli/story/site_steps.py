"""Steps 6 and 7: the visit with the hand-held device, and the customer's HEMS."""

from __future__ import annotations

import json
from pathlib import Path

from keiki.cli.assembly import DEVICE
from keiki.cli.story import words
from keiki.cli.story.page import expect
from keiki.cli.story.story_run import StoryRun
from keiki.cli.zones import ZoneRefused
from keiki.domain.contracts.lifecycle import SERVICE

OTHER_DEVICE = "HHD-66"


def visit(tale: StoryRun) -> None:
    """6: units replaced, the barcode read from a picture of the page, the password set through the local port."""
    _hang(tale)
    _take_photograph(tale)
    port = tale.system.world("plug_probe", supply_point=tale.supply_point)["path"]
    _stranger(tale, port)
    _take_photograph(tale)
    order = tale.work_order["number"]
    done = tale.system.handheld("visit", "--picture", tale.photograph, "--port", port, "--order", order)
    expect(
        done["outcome"] == "succeeded",
        f"the visit ended as {done['outcome']}: {done['reason']}",
        f"訪問作業が {done['outcome']} で終わりました: {done['reason']}",
    )
    expect(
        "prove" in [step["event"] for step in done["steps"]],
        "the password was not proved by an authentication",
        "パスワードが認証で確認されていません",
    )
    expect(
        not tale.photograph.exists(),
        "the photograph with the barcode is still there",
        "バーコードの写真が消去されていません",
    )
    taken = [step["event"] for step in done["steps"]]
    expect(
        taken[: taken.index("open_envelope")] == ["find_meter"],
        f"the envelope was opened after {', '.join(taken[: taken.index('open_envelope')]) or 'nothing'}",
        "計器を確かめる前に封印が開けられました",
    )
    tale.system.world("unplug_probe", supply_point=tale.supply_point)
    tale.page.evidence(
        f"{DEVICE}: barcode from a photograph, erased since",
        f"{DEVICE}: 写真からバーコードを読取り、写真は消去済み",
        tale.photograph.name,
    )
    tale.page.evidence("steps", "手順", words.steps(tale.page, taken))
    tale.page.evidence("status items", "状態項目", words.lamps(tale.page, done["diagnosis"]["lamps"]))
    _record(tale)
    _search_device(tale)


def _search_device(tale: StoryRun) -> None:
    """Have the household, which knows its password and ID by now, look for them in all that the device gave out."""
    device = (tale.system.data("handheld"), tale.system.zones.shown("handheld"), tale.system.zones.log("handheld"))
    here = {"address": tale.email, "letter": str(tale.letter)}
    found = tale.system.world("look_for_secrets", paths=[str(path) for path in device], **here)
    expect(
        found["files"] >= len(device) and found["bytes"] > 0,
        f"there was nothing to search: {found['files']} files",
        f"検索する対象がありません({found['files']} ファイル)",
    )
    expect(
        found["passwords"] == 0 and found["authentication_ids"] == 0,
        f"the password or ID is in {', '.join(found['places'])}",
        f"パスワードまたは認証IDが {', '.join(found['places'])} に含まれています",
    )
    letter = tale.system.world("look_for_secrets", paths=[str(tale.letter)], **here)
    expect(
        letter["passwords"] == 0 and letter["authentication_ids"] > 0,
        "the letter does not show the ID alone",
        "書面に認証IDだけが記載されていません",
    )
    tale.page.evidence(
        f"password or ID in {found['files']} files of the device, its output among them ({found['bytes']:,} bytes)",
        f"端末の全 {found['files']} ファイル(画面出力を含む {found['bytes']:,} バイト)に含まれるパスワード・認証ID",
        found["passwords"] + found["authentication_ids"],
    )
    tale.page.evidence("password in the letter", "書面に含まれるパスワード", letter["passwords"])


def _take_photograph(tale: StoryRun) -> None:
    """Each device takes its own picture of the page, and erases it when its journal has the envelope."""
    tale.photograph = tale.sheet.with_suffix(".png")
    tale.system.zones.ask("bench", "photograph", "--sheet", tale.sheet, "--out", tale.photograph)


def _hang(tale: StoryRun) -> None:
    """The crew hangs what the work order names."""
    units = tale.work_order["units"]
    serials = [line["new_serial"] for line in units if line["action"] == "replace" and line["new_serial"]]
    cover = any(line["kind"] == "cover" and line["action"] == "replace" for line in units)
    wall = tale.system.world("hang", supply_point=tale.supply_point, serials=serials, rain_cover=cover)
    tale.units = wall
    shown = f"{wall['communication']} {wall['communication_serial']} · {wall['metering']} {wall['metering_serial']}"
    tale.page.evidence("units on the wall now", "取替後のユニット", f"{shown} · {wall['cover']}")


def _stranger(tale: StoryRun, port: str) -> None:
    """A copy of the barcode in the hands of another device opens nothing, and the meter stays as it is."""
    data = tale.system.folder / "stranger"
    tale.system.zones.ask("handheld", "init", "--data", data, "--name", OTHER_DEVICE)
    card = tale.system.folder / "cards" / "office.json"
    tale.system.zones.ask("handheld", "trust-office", "--data", data, "--card", card)
    try:
        visit = ("visit", "--data", data, "--picture", tale.photograph, "--port", port, "--json")
        tale.system.zones.ask("handheld", *visit)
        expect(False, "a device with another key opened the barcode", "別の鍵の端末がバーコードを開けました")
    except ZoneRefused as refused:
        reason, shown = refused.answer.get("reason", ""), words.refusal(tale.page, refused.answer)
    expect(
        reason == "not_for_this_recipient",
        f"the other device was refused for another reason: {reason}",
        f"別の端末が拒否された理由が異なります: {reason}",
    )
    held = tale.system.world("meter", supply_point=tale.supply_point)
    expect(
        held["generation"] == 0,
        "the meter was written by a device that the barcode is not for",
        "バーコードの宛先ではない端末が計器に書き込みました",
    )
    tale.page.evidence(f"{OTHER_DEVICE}, with its own key", f"{OTHER_DEVICE}(別の鍵)", f"✕ {shown}")


def _record(tale: StoryRun) -> None:
    """The sealed result goes back to the office; then the customer is told: letter and e-mail, apart."""
    results = tale.system.handheld("results", "--out", tale.system.folder / "results")["results"]
    expect(
        len(results) == 1,
        f"the device handed over {len(results)} results instead of 1",
        f"端末が渡した結果が 1 件ではなく {len(results)} 件です",
    )
    recorded = tale.system.office("work-order", "record", "--file", results[0])
    expect(
        recorded["state"] == "done",
        f"the work order is {recorded['state']} after its result",
        f"結果の記録後の作業指示書の状態が {recorded['state']} です",
    )
    tale.system.world("record_construction", supply_point=tale.supply_point)
    tale.letter = tale.wait("the letter", "書面", lambda: next(iter(_letters(tale)), None))
    tale.wait("the e-mail", "メール", lambda: tale.system.world("mail_count", address=tale.email) == 1)
    mails = tale.system.world("mail_count", address=tale.email)
    state = tale.wait("the end of the delivery", "通知の完了", lambda: _state(tale) == "active" and "active")
    tale.page.evidence("authentication ID by post", "認証IDは郵送", tale.letter.name)
    tale.page.evidence("e-mails at the customer's mail server", "お客さまのメールサーバのメール", mails)
    tale.page.evidence("service contract", "サービス契約", words.state(tale.page, SERVICE, state))


def _letters(tale: StoryRun) -> list[Path]:
    return sorted((tale.system.data("office") / "post").glob("*.pdf"))


def _state(tale: StoryRun) -> str:
    shown = tale.system.office("contract", "show", "--supply-point", tale.supply_point)
    return next(str(c["state"]) for c in shown["contracts"] if c["state"] != "rejected")


def hems(tale: StoryRun) -> None:
    """7: the unmodified momonga joins with the customer's ID and password and reads that very meter."""
    with tale.hems() as client:
        expect(
            client.event == "joined",
            f"the HEMS could not join: {json.dumps(client.first)}",
            f"HEMS が接続できません: {json.dumps(client.first)}",
        )
        reading = client.read()
    expect(
        reading["event"] == "reading",
        f"the HEMS could not read: {json.dumps(reading)}",
        f"HEMS が読み取れません: {json.dumps(reading)}",
    )
    serial = tale.units["metering_serial"]
    expect(
        reading["serial_number"] == serial,
        f"the HEMS read meter {reading['serial_number']}, not {serial}",
        f"HEMS が {serial} ではなく計器 {reading['serial_number']} を読みました",
    )
    tale.page.evidence(
        "momonga joined",
        "momonga が接続",
        f"{client.first['seconds']} {tale.page.words('s', '秒')}, RSSI {client.first['rssi']} dBm",
    )
    shown = f"{reading['power_w']} W, {reading['energy_kwh']} kWh, {reading['serial_number']}"
    tale.page.evidence("it reads power, energy, serial number", "瞬時電力・積算電力量・製造番号", shown)
    with tale.hems("--wrong-password") as client:
        expect(
            client.event == "refused",
            f"a wrong password ended as {json.dumps(client.first)}",
            f"誤ったパスワードの結果が拒否ではありません: {json.dumps(client.first)}",
        )
    tale.page.evidence("with a wrong password", "誤ったパスワード", f"✕ {client.first['exception']}")
