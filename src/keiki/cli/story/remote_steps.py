"""Steps 8 and 9: the lost password rewritten through the relay, and the diagnosis, remote and on site."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from keiki.cli.story import words
from keiki.cli.story.page import expect
from keiki.cli.story.story_run import StoryRun
from keiki.domain.remote.lifecycle import REMOTE_COMMAND

ANSWERED = ("succeeded", "refused", "unreachable")


def lost_password(tale: StoryRun) -> None:
    """8: put on the relay, picked up, rewritten, proved, answered; the old password is refused, the new one reads."""
    before = tale.system.world("meter", supply_point=tale.supply_point)
    asked = tale.system.office("lose-password", "--supply-point", tale.supply_point)
    command = _await_command(tale, asked["command"]["id"])
    expect(
        command["state"] == "succeeded",
        f"the rewrite ended as {command['state']}: {command['reason']}",
        f"書換えが {command['state']} で終わりました: {command['reason']}",
    )
    after = tale.system.world("meter", supply_point=tale.supply_point)
    expect(
        after["generation"] == before["generation"] + 1,
        "the meter does not hold the next generation",
        "計器が次の世代を保持していません",
    )
    shown = words.state(tale.page, REMOTE_COMMAND, command["state"])
    tale.page.evidence(
        "office → relay → control", "業務システム → 中継サーバ → 制御エージェント", f"{command['id']} → {shown}"
    )
    journal = tale.system.zones.ask("control", "status", "--data", tale.system.data("control"), "--json")
    entry = next(e for e in journal["commands"] if e["generation"] == after["generation"])
    tale.page.evidence("control agent's journal", "制御側の記録", words.steps(tale.page, entry["events"]))
    generations = f"{before['generation']} → {after['generation']}"
    tale.page.evidence("generation in the meter", "計器内の世代", generations)
    tale.wait("the e-mail", "メール", lambda: tale.system.world("mail_count", address=tale.email) == 2)
    with tale.hems("--previous-password") as client:
        expect(
            client.event == "refused",
            f"the old password ended as {client.event}",
            f"旧パスワードの結果が {client.event} です",
        )
    tale.page.evidence("momonga, old password", "momonga(旧パスワード)", f"✕ {client.first['exception']}")
    with tale.hems() as client:
        expect(
            client.event == "joined",
            f"the new password ended as {client.event}",
            f"新パスワードの結果が {client.event} です",
        )
        reading = client.read()
    expect(
        reading["serial_number"] == tale.units["metering_serial"],
        "the HEMS read another meter",
        "HEMS が別の計器を読みました",
    )
    shown = f"{reading['power_w']} W, {reading['energy_kwh']} kWh, {reading['serial_number']}"
    tale.page.evidence("momonga, new password", "momonga(新パスワード)", f"✓ {shown}")


def diagnosis(tale: StoryRun) -> None:
    """9: five states of the real meter, remotely through the relay and on site through the device, same words.

    A HEMS that is switched off leaves its session open for as long as the meter granted it; a power cut ends it.
    """
    point = {"supply_point": tale.supply_point}
    with tale.hems() as client:
        expect(
            client.event == "joined",
            f"the HEMS could not join: {client.event}",
            f"HEMS が接続できません: {client.event}",
        )
        _both(tale, "active")
        client.switch_off()
    tale.page.detail(
        tale.page.words(
            "the HEMS is switched off, and its session is still open",
            "HEMSの電源を切ってもセッションは開いたまま",
        )
    )
    _both(tale, "active")
    tale.system.world("power_cycle", **point)
    _both(tale, "hems_unconnected")
    with tale.hems("--wrong-password") as client:
        expect(
            client.event == "refused",
            f"a wrong password ended as {client.event}",
            f"誤ったパスワードの結果が {client.event} です",
        )
    _both(tale, "hems_failure")
    tale.system.world("break_unit", **point)
    _both(tale, "abnormality")
    tale.system.world("repair_unit", **point)
    tale.system.world("route_a", reachable=False, **point)
    remote = _remote(tale)
    on_site = _on_site(tale)
    expect(
        remote["diagnosis"] == "not_readable",
        f"the unreachable meter was diagnosed as {remote['diagnosis']}",
        f"届かない計器の診断が {remote['diagnosis']} です",
    )
    expect(
        on_site["id"] != "not_readable",
        "the hand-held device could not read the meter at its port",
        "ハンディ端末がポートから計器を読み取れません",
    )
    _show(tale, remote, on_site)
    tale.system.world("route_a", reachable=True, **point)


def _both(tale: StoryRun, expected: str) -> None:
    remote, on_site = _remote(tale), _on_site(tale)
    for found, en, ja in ((remote["diagnosis"], "remotely", "遠隔"), (on_site["id"], "on site", "現地")):
        expect(
            found == expected,
            f"{en} the meter was diagnosed as {found}, not {expected}",
            f"{ja}での診断が {expected} ではなく {found} です",
        )
    if remote["silent"] or not on_site["silent"]:  # else an emulated hour of silence passed between the two
        same_message, same_causes = (remote[part] == on_site[part] for part in ("message", "causes"))
        expect(same_message, "remote and on-site words differ", "遠隔と現地の文言が異なります")
        expect(same_causes, "remote and on-site causes differ", "遠隔と現地の原因が異なります")
    _show(tale, remote, on_site)


def _show(tale: StoryRun, remote: dict[str, Any], on_site: dict[str, Any]) -> None:
    lang = tale.page.language.value
    lamps = " ".join(f"{lamp['name'][lang]}:{lamp['word'][lang]}" for lamp in remote["lamps"])
    tale.page.evidence("remote ", "遠隔", f"{remote['message'][lang]}  {lamps}")
    tale.page.evidence("on site", "現地", on_site["message"][lang])
    if remote["exchange"]:
        tale.page.detail(remote["exchange"][lang])
    if remote["causes"]:
        tale.page.detail(" / ".join(cause[lang] for cause in remote["causes"]))


def _remote(tale: StoryRun) -> dict[str, Any]:
    asked = tale.system.office("read-status", "--supply-point", tale.supply_point)
    _await_command(tale, asked["command"]["id"])
    found = tale.system.office("diagnose", "--supply-point", tale.supply_point)
    expect(
        found["id"] == asked["run"],
        "the diagnosis is not of the reading that was asked for",
        "診断が依頼した読取りのものではありません",
    )
    expect(found["how"] == "remote", f"the reading was made {found['how']}", f"読取りの方法が {found['how']} です")
    return found


def _on_site(tale: StoryRun) -> dict[str, Any]:
    with _probe(tale) as port:
        return tale.system.handheld("status", "--port", port)


@contextmanager
def _probe(tale: StoryRun) -> Iterator[str]:
    port = tale.system.world("plug_probe", supply_point=tale.supply_point)["path"]
    try:
        yield str(port)
    finally:
        tale.system.world("unplug_probe", supply_point=tale.supply_point)


def _await_command(tale: StoryRun, command: str) -> dict[str, Any]:
    def ended() -> dict[str, Any] | None:
        shown = tale.system.office("command", "show", "--id", command)
        return shown if shown["state"] in ANSWERED else None

    found: dict[str, Any] = tale.wait(f"the answer to {command}", f"{command} の結果", ended)
    return found
