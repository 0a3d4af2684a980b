"""Steps 1 to 5: the town, the application, the linked record, the design gate, the work order."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from keiki.cli.assembly import DEVICE
from keiki.cli.assembly_words import part
from keiki.cli.catalogue_files import compiled
from keiki.cli.story import words
from keiki.cli.story.page import Page, expect
from keiki.cli.story.story_run import SPEED, StoryRun
from keiki.cli.zone_settings import CATALOGUE
from keiki.cli.zones import ZoneRefused
from keiki.domain.contracts.lifecycle import SERVICE
from keiki.domain.designs.lifecycle import DESIGN

WRONG = ("PL-N1", "2W30-1N", "NONE", "CV-N")
"""A combination that no designer should get away with: wrong medium, directions, route B, contract, cover."""


def town(tale: StoryRun) -> None:
    """1: start the town and every zone."""
    tale.system.zones.shown("handheld").parent.mkdir()
    tale.system.open(tale.seed, tale.points, SPEED)
    places = tale.system.world("places")
    expect(
        len(places) == tale.points,
        f"the town has {len(places)} supply points instead of {tale.points}",
        f"町の供給地点が {tale.points} ではなく {len(places)} です",
    )
    servers = sorted(p.stem for p in (tale.system.data("bench") / "servers").glob("*.db"))
    expect(
        len(servers) == 5,
        f"there are {len(servers)} data servers instead of 5",
        f"データサーバが 5 ではなく {len(servers)} です",
    )
    tale.page.evidence("supply points with a meter", "計器のある供給地点", len(places))
    tale.page.evidence(
        "data servers, each a database of its own",
        "データサーバ(それぞれ別のDB)",
        ", ".join(f"{name}.db" for name in servers),
    )
    pids = "  ".join(
        f"{part(name).in_language(tale.page.language)} {tale.system.zones.pid(name)}" for name in tale.system.parts
    )
    tale.page.evidence("processes", "プロセス", pids)
    place = next(p for p in places if not p["serves_route_b"] and p["renewable"] and p["housing"] == "detached")
    tale.supply_point = place["supply_point"]
    tale.page.evidence("radio and meters run, as measured", "無線と計器の速さ(実測)", f"x{_measured_speed(tale):.0f}")


def _measured_speed(tale: StoryRun) -> float:
    """How many seconds pass on a meter's clock while one passes here, over about a second."""
    at: list[tuple[float, datetime]] = []
    for pause in (1.0, 0.0):
        asked = time.monotonic()
        shown = tale.system.world("meter", supply_point=tale.supply_point)["clock"]
        at.append(((asked + time.monotonic()) / 2, datetime.fromisoformat(shown)))
        time.sleep(pause)
    (began, first), (ended, last) = at
    speed = (last - first).total_seconds() / (ended - began)
    expect(
        speed > SPEED / 2,
        f"the meters' clocks run only x{speed:.0f}, not x{SPEED:.0f}",
        f"計器の時計が x{SPEED:.0f} ではなく x{speed:.0f} で進んでいます",
    )
    return speed


def application(tale: StoryRun) -> None:
    """2: a customer applies for route B where the installed units cannot do it."""
    resident = tale.system.world("resident", supply_point=tale.supply_point)
    tale.email = resident["email"]
    hangs = tale.system.world("wall", supply_point=tale.supply_point)
    before = tale.system.world("meter", supply_point=tale.supply_point)
    expect(
        not before["serves_route_b"],
        "the installed units serve route B already",
        "既設ユニットがすでにBルートに対応しています",
    )
    apply = ("apply", "--supply-point", tale.supply_point, "--route-b", "wireless")
    try:
        tale.system.office(*apply, typed="別人 太郎\n")
        expect(
            False,
            "an applicant who is not the contract's customer was accepted",
            "契約のお客さまではない人の申込みが受け付けられました",
        )
    except ZoneRefused as refused:
        tale.page.evidence(
            "another person's application", "他人の申込み", f"✕ {words.refusal(tale.page, refused.answer)}"
        )
    contract = tale.system.office(*apply, typed=f"{resident['name']}\n")
    expect(
        contract["state"] == "checked",
        f"the application is {contract['state']} instead of checked",
        f"申込みの状態が checked ではなく {contract['state']} です",
    )
    tale.page.evidence("supply point", "供給地点", tale.supply_point)
    tale.page.evidence(
        "on the wall", "既設ユニット", f"{hangs['communication']} · {hangs['metering']} · {hangs['cover']}"
    )
    shown = words.state(tale.page, SERVICE, contract["state"])
    tale.page.evidence("application", "申込み", f"{contract['id']} → {shown}")


def linked(tale: StoryRun) -> None:
    """3: the five servers' answers, each as of its own time."""
    found = tale.system.office("link", "--supply-point", tale.supply_point)
    available = [source for source in found["sources"] if source["available"]]
    expect(
        len(available) == 5,
        f"{len(available)} of 5 data servers answered",
        f"5 つのうち {len(available)} のデータサーバしか応答しません",
    )
    expect(
        len({source["as_of"] for source in available}) == 5,
        "the five servers share an as-of time",
        "5 つのサーバの基準時刻が別々ではありません",
    )
    lang = tale.page.language.value
    for source in available:
        facts = " · ".join(
            f"{f['label'][lang]}: {_shown(tale.page, f)}" for f in source["facts"] if f["value"] is not None
        )
        as_of = tale.page.moment(source["as_of"])
        tale.page.evidence(f"{source['owner']['en']}, as of {as_of}", f"{source['owner']['ja']}({as_of} 時点)")
        tale.page.detail(facts)
    expect(
        not [c for c in found["contradictions"] if c["weight"] == "blocks"],
        "the sources contradict each other",
        "データ元どうしが食い違っています",
    )
    state = found["contract"]["state"]
    expect(
        state == "designing",
        f"the contract is {state}, not designing",
        f"契約の状態が designing ではなく {state} です",
    )
    tale.page.evidence("service contract", "サービス契約", words.state(tale.page, SERVICE, state))


def design(tale: StoryRun) -> None:
    """4: a wrong combination is refused, the best of the 360 is finished."""
    opened = tale.system.office("design", "open", "--supply-point", tale.supply_point)
    which = ("--design", opened["id"])
    tale.system.office("design", "choose", *which, *WRONG)
    try:
        tale.system.office("design", "finish", *which)
        expect(False, "a wrong combination was finished", "誤った組合せの設計が完了しました")
    except ZoneRefused as refused:
        broken = refused.answer["broken"]
    expect(
        len(broken) >= 4,
        f"only {len(broken)} broken rules were named",
        f"満たさないルールが {len(broken)} 件しか示されません",
    )
    state = tale.system.office("design", "show", *which)["state"]
    expect(state == "refused", f"the refused design is {state}", f"不合格の設計の状態が {state} です")
    tale.page.evidence("designer's own combination", "設計担当の組合せ", " · ".join(WRONG))
    for rule in broken:
        tale.page.detail(f"✕ {rule['rule']}  {rule[tale.page.language.value]}")
    tale.page.evidence("design", "設計", f"{opened['id']} → {words.state(tale.page, DESIGN, state)}")
    proposed = tale.system.office("design", "propose", *which)
    done = tale.system.office("design", "finish", *which)
    expect(
        done["state"] == "finished",
        f"the proposed design is {done['state']}",
        f"推奨の設計の状態が {done['state']} です",
    )
    best = done["combination"]
    expect(
        proposed["combination"] == best,
        "what was finished is not what was proposed",
        "完了した組合せが推奨と異なります",
    )
    catalogue = f"{done['catalogue']['name']} {done['catalogue']['version']}"
    count = len(compiled(CATALOGUE).compiled.space)
    shown = " · ".join(best[kind] for kind in words.KINDS)
    tale.page.evidence(f"best of the {count} combinations", f"{count} 通りの組合せの最良", shown)
    tale.page.evidence("replaces", "取替", words.kinds(tale.page, done["replaced"]))
    state = words.state(tale.page, DESIGN, done["state"])
    tale.page.evidence("design", "設計", f"{done['id']} → {state} ({catalogue})")


def work_order(tale: StoryRun) -> None:
    """5: the work order with the sealed barcode, as a PDF."""
    done = tale.system.office("design", "show", "--supply-point", tale.supply_point)
    tale.work_order = tale.system.office("work-order", "issue", "--design", done["id"], "--device", DEVICE)
    number = tale.work_order["number"]
    tale.sheet = tale.system.folder / "papers" / f"{number}.pdf"
    tale.sheet.parent.mkdir(exist_ok=True)
    printed = tale.system.office("work-order", "print", "--number", number, "--out", tale.sheet)
    expect(tale.sheet.read_bytes()[:5] == b"%PDF-", "the work order is no PDF", "作業指示書が PDF になっていません")
    tale.page.evidence(
        "work order", "作業指示書", f"{number}, {DEVICE}, PDF {printed['bytes']:,} {tale.page.words('bytes', 'バイト')}"
    )
    for line in tale.work_order["units"]:
        if line["action"] != "keep":
            before, after = (f"{line[w]} {line[f'{w}_serial']}".strip() for w in ("old", "new"))
            tale.page.detail(f"{before} → {after}")
    until = tale.page.moment(tale.work_order["expires_at"])
    tale.page.evidence("barcode opens until", "バーコードの有効期限", until)


def _shown(page: Page, fact: dict[str, Any]) -> str:
    value = fact["value"]
    if isinstance(value, bool):
        return "✓" if value else "–"
    return Page.moment(value) if fact["fact"] == "last_reading" else words.value(page, value)
