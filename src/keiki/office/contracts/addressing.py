"""The one way to a customer: whatever says something about a contract's credential asks here first.

Letters, e-mails, work orders, rewrites, readings and designs go out only after the customer information system was
asked, now, whether the contract is still in force and still the same customer's
(:mod:`keiki.domain.contracts.addressee`). Where the customer is gone the contract says so from then on, until the
records say otherwise; *Today* shows it. Ending a contract asks nobody: it discloses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from keiki.domain.contracts.addressee import (
    AcceptedContract,
    AddresseeProblem,
    check_contract,
    check_customer,
    words_of,
)
from keiki.domain.contracts.lifecycle import ServiceState
from keiki.domain.linkage.record import LinkedRecord
from keiki.domain.supply_point import SupplyPoint
from keiki.office.audit.lookups import look_up, read_contact
from keiki.office.audit.services import Act, record
from keiki.office.credentials.models import RouteBCredential
from keiki.office.refusal import Refusal
from keiki.office.sources import Contact, Sources

from .customer_marks import comparable, mark_of
from .models import ServiceContract
from .queries import live_contract

COMPARED = ("state", "customer_mark", "addressee_problem", "agent_confirmed_at")
"""What is compared with the records, or changed by it: read anew, for the row in hand may be old."""


TOLD = (ServiceState.CONFIRMED, ServiceState.ACTIVE)
"""The states of a contract in which its customer is told the credential."""


class NotAddressed(Refusal):
    """Nothing about the contract's credential may leave now; ``problem`` is why, ``state`` the contract's."""

    code = "not_addressed"

    def __init__(self, problem: AddresseeProblem, state: str) -> None:
        self.problem = problem
        words = words_of(problem, ServiceState(state))
        super().__init__(words.ja, words.en)


@dataclass(frozen=True)
class ContactUse:
    """What a customer's record is read for: in words, about which subject, and which parts of it leave the act."""

    why: str
    subject: str = "customer"
    shown: tuple[str, ...] = ()


def addressee_of(
    act: Act,
    sources: Sources,
    contract: ServiceContract,
    use: ContactUse,
    linked: LinkedRecord | None = None,
    *,
    but: AddresseeProblem | None = None,
) -> Contact:
    """Return the customer of ``contract``, confirmed by what the owners say now (``linked``, else they are asked).

    ``but``: the one problem that this very act is about to solve.

    Raises :class:`NotAddressed`, and what reading a contact raises
    (:class:`~keiki.office.sources.ContactError`, :class:`~keiki.office.sources.SourceUnavailableError`).
    """
    point = SupplyPoint(contract.supply_point)
    contract.refresh_from_db(fields=COMPARED)
    if linked is None:
        linked = look_up(act, sources, point, use.why)
    refuse_where_gone(act, contract, linked, but=but)

    def accept(contact: Contact) -> None:
        problem = check_customer(accepted(contract), mark_of(contact.customer_number))
        if problem is not None:
            note(act, contract, problem)
            raise NotAddressed(problem, contract.state)

    contact = read_contact(
        act,
        sources,
        point,
        contract.contract_number,
        use.why,
        subject=use.subject,
        shown=use.shown,
        accept=accept,
    )
    note(act, contract, None, mark_of(contact.customer_number))
    return contact


def addressee_of_delivery(act: Act, sources: Sources, credential: RouteBCredential, use: ContactUse) -> Contact:
    """Return the customer that a credential's letter or e-mail goes to: that of the live contract it was drawn for.

    Raises what :func:`addressee_of` raises; a contract that ended, or is being set anew, has nothing to be told.
    """
    contract = live_contract(credential.supply_point)
    mine = contract is not None and contract.contract_number == credential.contract_number
    if contract is None or not mine or contract.state not in TOLD:
        raise NotAddressed(AddresseeProblem.CONTRACT_OVER, ServiceState.ENDED)
    return addressee_of(act, sources, contract, use)


def refuse_where_gone(
    act: Act, contract: ServiceContract, linked: LinkedRecord, *, but: AddresseeProblem | None = None
) -> None:
    """Raise :class:`NotAddressed` where the records of contracts do not confirm ``contract``; keeps what they say."""
    problem = check_contract(accepted(contract), linked)
    if problem is not None and problem is not but:
        note(act, contract, problem)
        raise NotAddressed(problem, contract.state)


def note_where_gone(act: Act, contract: ServiceContract, linked: LinkedRecord) -> None:
    """Keep that the customer of ``contract`` is gone, where records that were asked for another reason say so."""
    contract.refresh_from_db(fields=COMPARED)
    problem = check_contract(accepted(contract), linked)
    if problem is not None:
        note(act, contract, problem)


def accepted(contract: ServiceContract) -> AcceptedContract:
    """Return the contract as the rules compare it."""
    return AcceptedContract(
        number=contract.contract_number,
        state=ServiceState(contract.state),
        customer=comparable(contract.customer_mark),
        agent_confirmed=contract.agent_confirmed_at is not None if contract.by_agent else None,
    )


def note(act: Act, contract: ServiceContract, problem: AddresseeProblem | None, customer_mark: str = "") -> None:
    """Keep on the contract that its customer is gone, is there again, or who it is where nobody had recorded that.

    What the records cannot tell now changes nothing.
    """
    if problem is not None and not problem.customer_is_gone:
        return
    gone, before = problem.value if problem else "", contract.addressee_problem
    columns = {"addressee_problem": gone} if gone != before else {}
    if problem is None and customer_mark and comparable(contract.customer_mark) is None:
        columns["customer_mark"] = customer_mark
    if not columns:
        return
    with transaction.atomic():
        same = {"pk": contract.pk, "addressee_problem": before, "customer_mark": contract.customer_mark}
        if not ServiceContract.objects.filter(**same).update(**columns):
            return  # another process noted it first
        if "customer_mark" in columns:
            record(act, "CustomerRecorded", contract.reference, contract.supply_point)
        if "addressee_problem" in columns:
            happened = "CustomerGone" if gone else "CustomerThereAgain"
            record(act, happened, contract.reference, contract.supply_point, because=gone)
    for name, value in columns.items():
        setattr(contract, name, value)


def confirm_agent(act: Act, sources: Sources, contract: ServiceContract) -> None:
    """Note that the contractor confirmed the power of attorney of the agent who applied; once.

    The owners are asked first whether the contractor is still the customer: whoever is there now has confirmed nothing.
    Raises what :func:`addressee_of` raises.
    """
    contract.refresh_from_db()
    if not contract.by_agent or contract.agent_confirmed_at is not None:
        return
    use = ContactUse("power of attorney confirmed")
    addressee_of(act, sources, contract, use, but=AddresseeProblem.AGENT_UNCONFIRMED)
    with transaction.atomic():
        unconfirmed = ServiceContract.objects.filter(pk=contract.pk, by_agent=True, agent_confirmed_at=None)
        if unconfirmed.update(agent_confirmed_at=act.at):
            record(act, "PowerOfAttorneyConfirmed", contract.reference, contract.supply_point)
    contract.refresh_from_db()
