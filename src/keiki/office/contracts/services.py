"""Apply, decide the way, rewrite after a loss, end; and what a rewrite's answer brings about.

The office decides from what the sources say and keeps of it only what it decided. Names and addresses are asked for
when they are needed and kept nowhere.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.db import IntegrityError, transaction

from keiki.domain.contracts.lifecycle import SERVICE, ServiceEvent, ServiceState
from keiki.domain.credentials.lifecycle import CredentialState
from keiki.domain.linkage.decision import Blocked, DecisionInputs, RouteBApplication, decision_inputs
from keiki.domain.linkage.record import LinkedRecord, Unavailable
from keiki.domain.linkage.terms import Text
from keiki.domain.supply_point import SupplyPoint
from keiki.office.audit.lookups import look_up, read_contact
from keiki.office.audit.services import Act, record, reread, transition
from keiki.office.catalogue import OfficeCatalogue
from keiki.office.credentials import services as credentials
from keiki.office.credentials.models import RouteBCredential
from keiki.office.credentials.queries import newest
from keiki.office.delivery import services as delivery
from keiki.office.refusal import Refusal
from keiki.office.remote import services as remote
from keiki.office.remote.models import CommandKind, RemoteCommand
from keiki.office.remote.queries import is_open
from keiki.office.sources import Sources
from keiki.protocols.relay.messages import CommandOutcome, CommandResult

from .addressing import ContactUse, NotAddressed, addressee_of
from .customer_marks import mark_of
from .models import ServiceContract
from .queries import live_contract
from .shared_units import refuse_shared_unit, with_contracts
from .words import NOT_THE_CUSTOMER, rejection_in_words


class ServiceRefused(Refusal):
    """The office does not do this now; says why and what to do."""

    code = "service_refused"


class Way(StrEnum):
    """How the password gets into the meter."""

    DESIGN = "design"
    REWRITE = "rewrite"
    BLOCKED = "blocked"


@dataclass(frozen=True)
class Applicant:
    """Who applies, as written on the application; ``by_agent`` with a power of attorney in the customer's name.

    The agent is sent nothing, and nothing goes on its way before the contractor confirmed it.
    """

    name: str
    medium: str
    by_agent: bool = False


@dataclass(frozen=True)
class WayDecision:
    """Which way a contract goes, and what it was decided from."""

    way: Way
    inputs: DecisionInputs | Blocked
    command: RemoteCommand | None = None


def apply(
    act: Act,
    sources: Sources,
    supply_point: SupplyPoint,
    applicant: Applicant,
    within: Callable[[LinkedRecord], bool] | None = None,
) -> ServiceContract:
    """Take an application and check the applicant against the contract in force; the wrong person's is rejected.

    Raises :class:`~keiki.office.audit.lookups.OutOfReach` for a place that is not ``within`` the clerk's reach.
    """
    linked = look_up(act, sources, supply_point, "application checked", within=within)
    number = linked.only("contract_number")
    if number is None:
        raise _no_contract(linked)
    contact = read_contact(act, sources, supply_point, str(number.value), "applicant checked", shown=())
    rejected = "" if _same_name(applicant.name, contact.name) else NOT_THE_CUSTOMER
    try:
        with transaction.atomic():
            contract = ServiceContract.objects.create(
                supply_point=supply_point.number,
                office=office_of(linked),
                contract_number=str(number.value),
                medium=applicant.medium,
                by_agent=applicant.by_agent,
                customer_mark=mark_of(contact.customer_number),
                applied_at=act.at,
            )
            record(act, "ServiceApplied", contract.reference, contract.supply_point, medium=contract.medium)
            if rejected:
                columns = {"rejected_because": rejected}
                transition(
                    act,
                    contract,
                    SERVICE,
                    ServiceEvent.REJECT,
                    "ApplicationRejected",
                    columns=columns,
                    because=rejection_in_words(rejected).en,
                )
            else:
                transition(act, contract, SERVICE, ServiceEvent.CHECK, "ApplicantChecked", by_agent=applicant.by_agent)
    except IntegrityError:
        raise ServiceRefused(
            "この供給地点には有効なBルートサービス契約がすでにあります。お客さまが転居された場合は、先にその契約を廃止してください",
            "the supply point has a live route-B contract already: end that one first if the customer moved",
            code="contract_live",
        ) from None
    return contract


def inputs_for(contract: ServiceContract, linked: LinkedRecord) -> DecisionInputs | Blocked:
    """Return what a decision for this contract is made from, or what stands in its way."""
    return decision_inputs(with_contracts(linked), RouteBApplication(route_b=contract.medium))


def decide(
    act: Act,
    contract: ServiceContract,
    linked: LinkedRecord,
    catalogue: OfficeCatalogue,
    sealer: remote.Sealer,
    *,
    sources: Sources,
) -> WayDecision:
    """Choose the way for a checked contract: rewrite remotely where what hangs there serves it already, else design.

    Raises :class:`~.addressing.NotAddressed` where the customer is not, or not certainly, the one who applied.
    """
    inputs = inputs_for(contract, linked)
    try:
        addressee_of(act, sources, contract, ContactUse("way decided"), linked)
    except NotAddressed as error:
        if isinstance(inputs, Blocked) and not error.problem.customer_is_gone:
            return WayDecision(Way.BLOCKED, inputs)
        raise
    if isinstance(inputs, Blocked):
        return WayDecision(Way.BLOCKED, inputs)
    if not catalogue.serves(inputs.needs, inputs.installed):
        with transaction.atomic():
            transition(act, contract, SERVICE, ServiceEvent.NEED_UNITS, "UnitsNeeded")
        return WayDecision(Way.DESIGN, inputs)
    unit = linked.only("communication_serial")
    if unit is None:
        raise ServiceRefused(
            "通信ユニットの製造番号が分かりません。計器工事実績の管理元に確認してください",
            "the communication unit's serial number is not known: ask the construction records' owner",
            code="serial_unknown",
        )
    with transaction.atomic():
        transition(act, contract, SERVICE, ServiceEvent.SET_PASSWORD, "PasswordSettingStarted", way="rewrite")
        meter = remote.CommandedMeter(contract.supply_point, str(unit.value), contract.contract_number, contract.office)
        command = remote.rewrite_password(act, sealer, meter)
    return WayDecision(Way.REWRITE, inputs, command)


def lose_password(act: Act, contract: ServiceContract, sealer: remote.Sealer, sources: Sources) -> RemoteCommand:
    """Rewrite the password with a new generation. Also tries again where the last rewrite was not answered well.

    Raises :class:`~.addressing.NotAddressed` where the customer is not, or not certainly, the one of the contract, and
    :class:`~.shared_units.UnitAtTwoPoints` where another point claims the unit.
    """
    addressee_of(act, sources, contract, ContactUse("password rewritten"))
    check_unit(act, contract, sealer)
    with transaction.atomic():
        reread(contract)
        if contract.state != ServiceState.SETTING:
            transition(act, contract, SERVICE, ServiceEvent.LOSE_PASSWORD, "PasswordLost")
        elif is_open(contract.supply_point, CommandKind.REWRITE_PASSWORD):
            raise ServiceRefused(
                "パスワードの書換えがすでに進行中です。回答または期限切れを待ってください",
                "a rewrite is on its way already: wait for its answer or its expiry",
                code="rewrite_under_way",
            )
        delivery.stop(act, contract.supply_point, "the password was lost")
        return remote.rewrite_password(act, sealer, _meter(contract))


def check_unit(act: Act, contract: ServiceContract, sealer: remote.Sealer) -> None:
    """Refuse a rewrite into a unit that another supply point claims too. Asks the owners: not within a transaction."""
    meter = meter_at(contract.supply_point)
    if meter is not None:
        refuse_shared_unit(act, sealer.sources, meter)


def end(act: Act, contract: ServiceContract, sealer: remote.Sealer, because: str) -> RemoteCommand | None:
    """End a contract. Where a password may be in the meter it is overwritten with one that nobody holds.

    Returns the rewrite, or ``None`` where nothing can be in the meter yet. Called again while *ending*, it tries again.
    The caller has called :func:`check_unit` before its transaction began.
    """
    with transaction.atomic():
        reread(contract)
        if contract.state != ServiceState.ENDING:
            transition(act, contract, SERVICE, ServiceEvent.END, "ServiceEndRequested", because=because)
        elif is_open(contract.supply_point, CommandKind.REWRITE_PASSWORD):
            raise ServiceRefused(
                "パスワードを消去する書換えがすでに進行中です。回答または期限切れを待ってください",
                "the rewrite is on its way already: wait for its answer or its expiry",
                code="rewrite_under_way",
            )
        delivery.stop(act, contract.supply_point, "the contract ends")
        if contract.state == ServiceState.ENDED:
            return None
        return remote.rewrite_password(act, sealer, _meter(contract), nobody_holds=True)


def rewritten(
    act: Act, command: RemoteCommand, result: CommandResult, session_life: timedelta = timedelta(days=1)
) -> None:
    """Take the answer to a rewrite: prove the generation, then confirm or end the contract it was for.

    ``session_life``: how long the meters let a HEMS' session live that a rewrite does not end.
    """
    credential = command.credential
    if credential is None or result.outcome is not CommandOutcome.SUCCEEDED:
        return
    with transaction.atomic():
        if credentials.prove(act, credential) is credentials.ProofEffect.PROVED:
            record(act, "PasswordRewritten", credential.reference, credential.supply_point)
            proved(act, credential, _readable_until(result, session_life))


def _readable_until(result: CommandResult, session_life: timedelta) -> datetime | None:
    """Return until when a HEMS with the former password may read; ``None`` where no session is open any more.

    The meter says whether one is. Where it did not, the longest that a session can live is counted.
    """
    if result.status is not None and result.status.connection == "failure":
        return None
    return datetime.fromtimestamp(result.executed_at, UTC) + session_life


def proved(act: Act, credential: RouteBCredential, readable_until: datetime | None = None) -> None:
    """Lead the contract on after its newest generation was proved in the meter, and tell the customer.

    ``readable_until``: so long a HEMS with the former password may go on reading.
    """
    contract = live_contract(credential.supply_point)
    latest = newest(credential.supply_point)
    kept = {"readable_until": readable_until}
    if contract is None or contract.contract_number != credential.contract_number or latest != credential:
        record(act, "ProofLeftContractAsItWas", credential.reference, credential.supply_point)
    elif credential.nobody_holds and readable_until and readable_until > act.at:
        event, until = ServiceEvent.LEAVE_SESSION, readable_until.isoformat()
        transition(act, contract, SERVICE, event, "FormerHemsMayRead", columns=kept, until=until)
    elif credential.nobody_holds:
        transition(act, contract, SERVICE, ServiceEvent.ERASE, "ServiceEnded")
    else:
        if contract.state == ServiceState.DESIGNING:
            transition(act, contract, SERVICE, ServiceEvent.SET_PASSWORD, "PasswordSettingStarted", way="late proof")
        transition(act, contract, SERVICE, ServiceEvent.CONFIRM, "ServiceConfirmed", columns=kept)
        delivery.schedule(act, credential)


def end_sessions(act: Act) -> list[ServiceContract]:
    """End the contracts that waited for a former HEMS' session, where its time is over; return them."""
    ended = []
    for contract in ServiceContract.objects.filter(state=ServiceState.READABLE, readable_until__lte=act.at):
        with transaction.atomic():
            transition(act, contract, SERVICE, ServiceEvent.END_SESSION, "ServiceEnded")
        ended.append(contract)
    return ended


def delivered(act: Act, credential: RouteBCredential) -> None:
    """Make the contract active once the customer has been told."""
    contract = live_contract(credential.supply_point)
    if contract and contract.contract_number == credential.contract_number and contract.state == ServiceState.CONFIRMED:
        transition(act, contract, SERVICE, ServiceEvent.DELIVER, "ServiceActivated")


def meter_at(supply_point: str) -> remote.CommandedMeter | None:
    """The meter that the live contract's last proved, else last issued, credential was written into."""
    contract = live_contract(supply_point)
    if contract is None:
        return None
    mine = RouteBCredential.objects.filter(supply_point=supply_point, contract_number=contract.contract_number).exclude(
        communication_unit=""
    )
    found = mine.filter(proved_at__isnull=False).order_by("-generation").first()
    found = found or mine.exclude(state=CredentialState.DISCARDED).order_by("-generation").first()
    if found is None:
        return None
    return remote.CommandedMeter(supply_point, found.communication_unit, contract.contract_number, contract.office)


def _meter(contract: ServiceContract) -> remote.CommandedMeter:
    meter = meter_at(contract.supply_point)
    if meter is None:
        raise ServiceRefused(
            "この契約の認証情報は、まだ計器へ送られたことがありません。書き換える対象がないので、先に設計と作業指示書を進めてください",
            "no credential of this contract ever left for a meter, so there is nothing to rewrite: "
            "go on with its design and work order",
            code="no_credential",
        )
    return meter


def office_of(linked: LinkedRecord) -> str:
    """Return the service office that the records name for the supply point; empty where they name none, or several."""
    fact = linked.only("service_office")
    return str(fact.value) if fact and fact.value else ""


def silent_about_office(linked: LinkedRecord) -> tuple[Text, ...]:
    """Return the owner that would name the service office and did not answer; nothing where it did."""
    owner = linked.owner("service_office")
    return (owner.source.owner,) if owner and isinstance(owner.outcome, Unavailable) else ()


def _no_contract(linked: LinkedRecord) -> ServiceRefused:
    """Return why no contract is known: because its owner is silent, or because there is not exactly one."""
    owner = linked.owner("contract_number")
    if owner and isinstance(owner.outcome, Unavailable):
        ja, en = owner.source.owner
        return ServiceRefused(
            f"{ja}が応答しないため、契約を確かめられません。しばらくしてからやり直してください",
            f"{en} does not answer, so the contract in force is not known: try again in a while",
            code="owner_silent",
        )
    return ServiceRefused(
        "この供給地点で有効な契約が1件に定まりません。契約の管理元に確認してください",
        "no single contract is in force at this supply point: ask the contracts' owner",
        code="no_single_contract",
    )


def _same_name(one: str, other: str) -> bool:
    def plain(name: str) -> str:
        return "".join(unicodedata.normalize("NFKC", name).split()).casefold()

    return plain(one) == plain(other)
