"""Steps 1 to 5: the town, the application, the linked record, the design gate, the work order."""

from __future__ import annotations

from typing import Any

from keiki.cli.assembly import DEVICE
from keiki.cli.story.page import Page, expect
from keiki.cli.story.tale import SPEED, Tale
from keiki.cli.zones import ZoneRefused

KINDS = ("communication", "metering", "option", "cover")
WRONG = ("PL-N1", "2W30-1N", "NONE", "CV-N")
"""A combination that no designer should get away with: wrong medium, directions, route B, contract, cover."""


def town(tale: Tale) -> None:
    """1: start the town and every zone."""
    tale.system.open(tale.seed, tale.points, SPEED)
    places = tale.system.world("places")
    expect(len(places) == tale.points, f"the town has {len(places)} supply points instead of {tale.points}")
    servers = sorted(p.stem for p in (tale.system.data("bench") / "servers").glob("*.db"))
    expect(len(servers) == 5, f"there are {len(servers)} data servers instead of 5")
    tale.page.evidence("supply points with a meter", "計器のある供給地点", len(places))
    tale.page.evidence("data servers, each a database of its own", "データサーバ(それぞれ別のDB)", ", ".join(servers))
    running = ("town", "relay", "office-worker", "control-agent")
    pids = "  ".join(f"{name} {tale.system.zones.pid(name)}" for name in running)
    tale.page.evidence("processes", "プロセス", pids)
    tale.page.evidence("radio and meters run", "無線と計器の速さ", f"x{SPEED:.0f}")
    place = next(p for p in places if not p["serves_route_b"] and p["renewable"] and p["housing"] == "detached")
    tale.supply_point = place["supply_point"]


def application(tale: Tale) -> None:
    """2: a customer applies for route B where the installed units cannot do it."""
    resident = tale.system.world("resident", supply_point=tale.supply_point)
    tale.email = resident["email"]
    hangs = tale.system.world("wall", supply_point=tale.supply_point)
    before = tale.system.world("meter", supply_point=tale.supply_point)
    expect(not before["serves_route_b"], "the installed units serve route B already")
    apply = ("apply", "--supply-point", tale.supply_point, "--route-b", "wireless")
    try:
        tale.system.office(*apply, typed="別人 太郎\n")
        expect(False, "an applicant who is not the contract's customer was accepted")
    except ZoneRefused as refused:
        tale.page.evidence("another person's application", "他人の申込み", f"✕ {refused.answer['error']}")
    contract = tale.system.office(*apply, typed=f"{resident['name']}\n")
    expect(contract["state"] == "checked", f"the application is {contract['state']} instead of checked")
    tale.page.evidence("supply point", "供給地点", tale.supply_point)
    tale.page.evidence(
        "on the wall", "既設ユニット", f"{hangs['communication']} · {hangs['metering']} · {hangs['cover']}"
    )
    tale.page.evidence("application", "申込み", f"{contract['id']} → {contract['state']}")


def linked(tale: Tale) -> None:
    """3: the five servers' answers, each as of its own time."""
    found = tale.system.office("link", "--supply-point", tale.supply_point)
    available = [source for source in found["sources"] if source["available"]]
    expect(len(available) == 5, f"{len(available)} of 5 data servers answered")
    expect(len({source["as_of"] for source in available}) == 5, "the five servers share an as-of time")
    lang = tale.page.language.value
    for source in available:
        facts = " · ".join(f"{f['label'][lang]}: {_shown(f)}" for f in source["facts"] if f["value"] is not None)
        as_of = tale.page.moment(source["as_of"])
        tale.page.evidence(f"{source['owner']['en']}, as of {as_of}", f"{source['owner']['ja']}({as_of} 時点)")
        tale.page.detail(facts)
    expect(not [c for c in found["contradictions"] if c["weight"] == "blocks"], "the sources contradict each other")
    expect(found["contract"]["state"] == "designing", f"the contract is {found['contract']['state']}")
    tale.page.evidence("way", "進め方", tale.page.words("units must be replaced: design", "ユニット取替が必要 → 設計"))


def design(tale: Tale) -> None:
    """4: a wrong combination is refused, the best of the 360 is finished."""
    opened = tale.system.office("design", "open", "--supply-point", tale.supply_point)
    which = ("--design", opened["id"])
    tale.system.office("design", "choose", *which, *WRONG)
    try:
        tale.system.office("design", "finish", *which)
        expect(False, "a wrong combination was finished")
    except ZoneRefused as refused:
        broken = refused.answer["broken"]
    expect(len(broken) >= 4, f"only {len(broken)} broken rules were named")
    state = tale.system.office("design", "show", *which)["state"]
    expect(state == "refused", f"the refused design is {state}")
    tale.page.evidence("designer's own combination", "設計担当の組合せ", " · ".join(WRONG))
    for rule in broken:
        tale.page.detail(f"✕ {rule['rule']}  {rule[tale.page.language.value]}")
    tale.page.evidence("design", "設計", f"{opened['id']} → {state}")
    proposed = tale.system.office("design", "propose", *which)
    done = tale.system.office("design", "finish", *which)
    expect(done["state"] == "finished", f"the proposed design is {done['state']}")
    best = done["combination"]
    expect(proposed["combination"] == best, "what was finished is not what was proposed")
    catalogue = f"{done['catalogue']['name']} {done['catalogue']['version']}"
    tale.page.evidence("best of the 360", "360 通りの最良", " · ".join(best[kind] for kind in KINDS))
    tale.page.evidence("replaces", "取替", ", ".join(done["replaced"]))
    tale.page.evidence("design", "設計", f"{done['id']} → {done['state']} ({catalogue})")


def work_order(tale: Tale) -> None:
    """5: the work order with the sealed barcode, as a PDF."""
    done = tale.system.office("design", "show", "--supply-point", tale.supply_point)
    tale.work_order = tale.system.office("work-order", "issue", "--design", done["id"], "--device", DEVICE)
    number = tale.work_order["number"]
    tale.sheet = tale.system.folder / "papers" / f"{number}.pdf"
    tale.sheet.parent.mkdir(exist_ok=True)
    printed = tale.system.office("work-order", "print", "--number", number, "--out", tale.sheet)
    expect(tale.sheet.read_bytes()[:5] == b"%PDF-", "the work order is no PDF")
    tale.page.evidence("work order", "作業指示", f"{number}, {DEVICE}, {printed['bytes']:,} bytes PDF")
    for line in tale.work_order["units"]:
        if line["action"] != "keep":
            before, after = (f"{line[w]} {line[f'{w}_serial']}".strip() for w in ("old", "new"))
            tale.page.detail(f"{before} → {after}")
    until = tale.page.moment(tale.work_order["expires_at"])
    tale.page.evidence("barcode opens until", "バーコードの有効期限", until)


def _shown(fact: dict[str, Any]) -> str:
    value = fact["value"]
    if isinstance(value, bool):
        return "✓" if value else "–"
    return Page.moment(value) if fact["fact"] == "last_reading" else str(value)
