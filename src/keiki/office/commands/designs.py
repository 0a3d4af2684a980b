"""Commands about a design: open, show, choose, propose, finish."""

from __future__ import annotations

import argparse
from typing import Any

from keiki.domain.designs.lifecycle import DesignState
from keiki.domain.supply_point import SupplyPoint
from keiki.office.catalogue import GateVerdict
from keiki.office.commands.answer import NOT_ALLOWED, CommandAnswer, refused
from keiki.office.config.wiring import OfficeServices
from keiki.office.contracts.queries import contract_at
from keiki.office.designs import queries, services
from keiki.office.designs.models import Design


def design_open(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Open a design for the supply point's contract."""
    contract = contract_at(SupplyPoint.parse(given.supply_point).number)
    opened = services.open_design(
        office_services.act(given.by), office_services.sources, office_services.catalogue, contract
    )
    return CommandAnswer(queries.describe(opened))


def design_show(_: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Show a design with what it was decided from."""
    return CommandAnswer(queries.describe(_design(given)))


def design_choose(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Put units into a design; says at once which rules they break."""
    design = _design(given)
    units = [unit.upper() for unit in given.units]
    verdict = services.choose(
        office_services.act(given.by), office_services.catalogue, design, units, _version(given, design)
    )
    return CommandAnswer({**queries.describe(design), **_verdict(verdict)})


def design_propose(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Put in the combination that replaces least, of what the depot has."""
    design = _design(given)
    stock = office_services.sources.stock(design.depot) if given.from_stock else None
    services.propose(office_services.act(given.by), office_services.catalogue, design, _version(given, design), stock)
    return CommandAnswer(queries.describe(design))


def design_finish(office_services: OfficeServices, given: argparse.Namespace) -> CommandAnswer:
    """Finish a design. There is no override: while a rule is broken it is refused and stays unfinished."""
    design = _design(given)
    verdict = services.finish(
        office_services.act(given.by),
        office_services.sources,
        office_services.catalogue,
        design,
        _version(given, design),
    )
    values = {**queries.describe(design), **_verdict(verdict)}
    if verdict.ok:
        return CommandAnswer(values)
    rules = ", ".join(each["rule"] for each in verdict.broken)
    return refused(
        "design_refused",
        f"{design.reference} は完了できません。規則 {rules} に反しています。"
        "ユニットを選び直すか、推奨を採用してください",
        f"{design.reference} cannot be finished: it breaks {rules}. Choose other units or take the proposal",
        NOT_ALLOWED,
        **values,
    )


def _verdict(verdict: GateVerdict) -> dict[str, Any]:
    return {"ok": verdict.ok, "broken": verdict.broken, "repair": verdict.repair}


def _design(given: argparse.Namespace) -> Design:
    """The design meant: by its number, or the live one of a supply point."""
    if given.design:
        return queries.design(given.design)
    if not given.supply_point:
        raise queries.NoDesign(
            "どの設計かを --design D-1 または --supply-point 番号 で指定してください",
            "say which design: --design D-1 or --supply-point NUMBER",
        )
    number = SupplyPoint.parse(given.supply_point).number
    over = [DesignState.BUILT, DesignState.WITHDRAWN]
    found = Design.objects.select_related("contract").filter(supply_point=number).exclude(state__in=over).first()
    if found is None:
        raise queries.NoDesign(
            "この供給地点には進行中の設計がありません。設計を新しく始めてください",
            "there is no live design at this supply point: open one",
        )
    return found


def _version(given: argparse.Namespace, design: Design) -> int:
    return design.version if given.version is None else int(given.version)
