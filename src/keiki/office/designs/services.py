"""Open a design, put a combination together, pass the gate or be refused.

There is no override: :func:`finish` asks the sources again, checks the combination against what they say now, and a
design that breaks one rule is *refused* and unfinished. Two designers on one design do not overwrite each other: every
change names the version it was made from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F

from keiki.domain.contracts.lifecycle import SERVICE, ServiceEvent, ServiceState
from keiki.domain.designs.lifecycle import DESIGN, DesignEvent, DesignState
from keiki.domain.linkage.change import plain
from keiki.domain.linkage.decision import Blocked, DecisionInputs
from keiki.domain.linkage.record import LinkedRecord
from keiki.domain.supply_point import SupplyPoint
from keiki.office.audit.lookups import look_up
from keiki.office.audit.services import Act, reason_in_both, record, reread, transition
from keiki.office.catalogue import GateVerdict, NoProposal, OfficeCatalogue
from keiki.office.contracts.addressing import ContactUse, NotAddressed, addressee_of
from keiki.office.contracts.models import ServiceContract
from keiki.office.contracts.services import inputs_for
from keiki.office.refusal import Refusal
from keiki.office.sources import Sources

from .choosing import step
from .models import Design


class CannotDecide(Refusal):
    """The records are missing, stale or contradict each other; ``blocked`` says each and who can put it right."""

    code = "cannot_decide"

    def __init__(self, blocked: Blocked) -> None:
        self.blocked = blocked
        super().__init__(
            "今は判断できません。" + "".join(problem.message[0] for problem in blocked.problems),
            "nothing may be decided now: " + " ".join(problem.message[1] for problem in blocked.problems),
        )


class NothingFits(Refusal):
    """No combination meets the needs; ``nothing`` says which rules leave none."""

    code = "nothing_fits"

    def __init__(self, nothing: NoProposal) -> None:
        self.nothing = nothing
        super().__init__(
            "要件を満たす組合せがありません。" + "".join(each["ja"] for each in nothing.reasons),
            "no combination meets the needs: " + " ".join(each["en"] for each in nothing.reasons),
        )


def open_design(act: Act, sources: Sources, catalogue: OfficeCatalogue, contract: ServiceContract) -> Design:
    """Open a design for a contract that needs units, or return the one that is open already.

    Asked for twice at once, as by a double click, there is one design, and both are given it.
    """
    live = _live_design(contract)
    if live:
        return live
    linked = look_up(act, sources, SupplyPoint(contract.supply_point), "design opened")
    _refuse_without_addressee(act, sources, contract, linked, "design opened")
    inputs = _inputs(contract, linked)
    depot = linked.only("depot")
    with transaction.atomic():
        reread(contract)
        live = _live_design(contract)
        if live:
            return live
        if contract.state != ServiceState.DESIGNING:
            transition(act, contract, SERVICE, ServiceEvent.NEED_UNITS, "UnitsNeeded")
        design = Design.objects.create(
            contract=contract,
            supply_point=contract.supply_point,
            office=contract.office,
            depot=str(depot.value) if depot else "",
            catalogue=catalogue.name,
            catalogue_version=catalogue.version,
            opened_at=act.at,
            **stored_inputs(inputs),
        )
        record(act, "DesignOpened", design.reference, design.supply_point)
    return design


def _live_design(contract: ServiceContract) -> Design | None:
    over = [DesignState.BUILT, DesignState.WITHDRAWN]
    return Design.objects.filter(contract=contract).exclude(state__in=over).first()


def choose(act: Act, catalogue: OfficeCatalogue, design: Design, units: Sequence[str], version: int) -> GateVerdict:
    """Put ``units`` into the design, the rest as it was, and return what the gate would say of it."""
    before = design.combination or design.installed
    combination = {**before, **catalogue.by_kind(units)}
    step(act, catalogue, design, combination, version, by="designer")
    return catalogue.check(design.needs, combination, design.installed)


def propose(
    act: Act, catalogue: OfficeCatalogue, design: Design, version: int, stock: Mapping[str, int] | None = None
) -> list[dict[str, str]]:
    """Put in the combination that replaces least and return why; ``stock`` leaves out what the depot does not have."""
    best = catalogue.choose(design.needs, design.installed, stock)
    if isinstance(best, NoProposal):
        raise NothingFits(best)
    step(act, catalogue, design, best.combination, version, by="proposal", reasons=best.reasons)
    return best.reasons


def finish(act: Act, sources: Sources, catalogue: OfficeCatalogue, design: Design, version: int) -> GateVerdict:
    """Let the design through the gate, or refuse it. Decided from what the sources say now, kept with the design."""
    if design.combination is None:
        raise CannotFinish(
            f"{design.reference} はまだ組合せが選ばれていません。ユニットを選ぶか、推奨を採用してください",
            f"{design.reference} has no combination yet: choose units or take the proposal",
        )
    linked = look_up(act, sources, SupplyPoint(design.supply_point), f"gate of {design.reference}")
    _refuse_without_addressee(act, sources, design.contract, linked, "design finished")
    inputs = _inputs(design.contract, linked)
    fresh = stored_inputs(inputs)
    verdict = catalogue.check(fresh["needs"], design.combination, fresh["installed"])
    if verdict.ok:
        verdict = _chosen_for_another_answer(catalogue, design, fresh) or verdict
    columns = {
        **fresh,
        "version": F("version") + 1,
        "broken": verdict.broken,
        "catalogue": catalogue.name,
        "catalogue_version": catalogue.version,
    }
    if verdict.ok:
        columns |= {"finished_at": act.at, "reopened_because": [], "reopened_at": None}
    event, happened = (DesignEvent.FINISH, "DesignFinished") if verdict.ok else (DesignEvent.REFUSE, "DesignRefused")
    rules = [each["rule"] for each in verdict.broken]
    with transaction.atomic():
        transition(act, design, DESIGN, event, happened, columns=columns, expected={"version": version}, broken=rules)
        if verdict.ok:
            design.steps.all().delete()
    design.refresh_from_db()
    return verdict


CHANGED = {
    "rule": "CHANGED",
    "ja": "ユニットを選んだ後に台帳の内容が変わり、最善の組合せも変わりました。内容を確認して選び直してください。",
    "en": "The records changed after the units were chosen, and the best combination with them: look again and choose.",
}
"""What is said of a combination that breaks no rule, but was chosen for needs that are no longer those of the place."""


def _chosen_for_another_answer(
    catalogue: OfficeCatalogue, design: Design, fresh: Mapping[str, Any]
) -> GateVerdict | None:
    """Refuse, once, what was chosen from records that have since led to another answer; ``None`` where they have not.

    Without this a choice made for more than the place needs now would pass, and the end would depend on the order.
    """
    if fresh["needs"] == design.needs and fresh["installed"] == design.installed:
        return None
    before = catalogue.choose(design.needs, design.installed)
    after = catalogue.choose(fresh["needs"], fresh["installed"])
    if isinstance(after, NoProposal) or (
        not isinstance(before, NoProposal) and before.combination == after.combination
    ):
        return None
    return GateVerdict([{**CHANGED, "kinds": []}], after.combination)


def reopen(
    act: Act,
    design: Design,
    because: str,
    fresh: dict[str, Any] | None = None,
    reasons: Sequence[dict[str, str]] | None = None,
) -> None:
    """Bring a finished or ordered design back to its designer, with ``reasons`` in both languages where there are."""
    said = list(reasons) if reasons is not None else [{"ja": because, "en": because}]
    columns = {
        **(fresh or {}),
        "version": F("version") + 1,
        "reopened_because": said,
        "reopened_at": act.at,
        "finished_at": None,
    }
    with transaction.atomic():
        both = reason_in_both(because, "".join(each["ja"] for each in said))
        transition(act, design, DESIGN, DesignEvent.REOPEN, "DesignReopened", columns=columns, **both)
        design.steps.all().delete()
    design.refresh_from_db()


def withdraw(act: Act, design: Design, because: str) -> None:
    """Give a design up."""
    with transaction.atomic():
        transition(act, design, DESIGN, DesignEvent.WITHDRAW, "DesignWithdrawn", because=because)


class CannotFinish(Refusal):
    """The design is not ready for the gate; says what is missing."""

    code = "cannot_finish"


def _refuse_without_addressee(
    act: Act, sources: Sources, contract: ServiceContract, linked: LinkedRecord, why: str
) -> None:
    """Refuse where the contract's customer is not, or not certainly, there any more.

    Of records that cannot tell, the gate's own list says more: it names every owner who has to put something right.
    """
    try:
        addressee_of(act, sources, contract, ContactUse(why), linked)
    except NotAddressed as error:
        if not error.problem.customer_is_gone:
            _inputs(contract, linked)
        raise


def _inputs(contract: ServiceContract, linked: LinkedRecord) -> DecisionInputs:
    inputs = inputs_for(contract, linked)
    if isinstance(inputs, Blocked):
        raise CannotDecide(inputs)
    return inputs


def stored_inputs(inputs: DecisionInputs) -> dict[str, Any]:
    """What of the inputs a design keeps: each fact with who said it and as of when."""
    return {
        "needs": dict(inputs.needs),
        "installed": dict(inputs.installed),
        "decided_from": [
            {
                "fact": fact.name,
                "value": plain(fact.value),
                "source": fact.source,
                "as_of": fact.as_of.isoformat(),
            }
            for fact in inputs.basis
        ],
    }
