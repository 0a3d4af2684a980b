"""What is to be done next with a contract, as far as the contract itself and its remote commands tell."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from keiki.domain.access import Right, Rights
from keiki.domain.contracts.addressee import AddresseeProblem, words_of
from keiki.domain.contracts.lifecycle import ServiceState
from keiki.domain.remote.lifecycle import CommandState
from keiki.office.delivery.models import Delivery, DeliveryState
from keiki.office.remote.models import CommandKind, RemoteCommand
from keiki.office.screens.languages import in_language
from keiki.office.screens.moments import date_and_time
from keiki.office.screens.parts import NextStep, Tone

from .models import ServiceContract
from .queries import OVER, live_design

WAITING = (CommandState.QUEUED, CommandState.SENT, CommandState.RECEIVED, CommandState.EXECUTING)


def next_step(
    contract: ServiceContract, rights: Rights, commands: Sequence[RemoteCommand], deliveries: Sequence[Delivery]
) -> NextStep:
    """Return what is next; ``commands`` and ``deliveries`` are the contract's, oldest first."""
    return addressee_step(contract, rights) or _by_state(contract, rights, commands, deliveries)


def _by_state(
    contract: ServiceContract, rights: Rights, commands: Sequence[RemoteCommand], deliveries: Sequence[Delivery]
) -> NextStep:
    rewrites = [each for each in commands if each.kind == CommandKind.REWRITE_PASSWORD]
    last = rewrites[-1] if rewrites else None
    match contract.state:
        case ServiceState.APPLIED | ServiceState.CHECKED:
            may = rights.may(Right.TAKE_APPLICATIONS, contract.office)
            why = _(
                "The records say whether the installed units serve route B already, or new ones are to be designed."
            )
            url = reverse("contracts:decide", args=[contract.pk]) if may else ""
            return NextStep(_("Decide the way"), why, _("Decide the way"), url, post=True)
        case ServiceState.DESIGNING:
            return _design(contract, rights)
        case ServiceState.SETTING | ServiceState.ENDING:
            return _password(contract, rights, last)
        case ServiceState.CONFIRMED:
            return _delivery_step(deliveries)
    return _at_rest(contract)


def _design(contract: ServiceContract, rights: Rights) -> NextStep:
    design = live_design(contract)
    if design is None:
        url = reverse("designs:open", args=[contract.pk]) if rights.may(Right.MAKE_DESIGNS, contract.office) else ""
        why = _("New units are needed here, and no design is open. A designer opens one.")
        return NextStep(_("Open a design"), why, _("Open a design"), url, post=True)
    url = reverse("designs:detail", args=[design.pk]) if rights.may(Right.SEE_DESIGNS, contract.office) else ""
    why = _("{design} leads on: its page says what is next.").format(design=design.reference)
    return NextStep(_("The units are being designed"), why, _("Go to the design"), url)


def _at_rest(contract: ServiceContract) -> NextStep:
    """What is said of a contract with which nobody has anything to do."""
    if contract.state == ServiceState.READABLE and contract.readable_until:
        words = _("The former HEMS may read until {when}").format(when=date_and_time(contract.readable_until))
        return NextStep(words, _("The meter kept its session open. The contract ends by itself after that."))
    if contract.state == ServiceState.ACTIVE:
        return NextStep(_("Nothing: route B is in use"), tone=Tone.OK)
    if contract.state == ServiceState.REJECTED:
        return NextStep(_("Nothing: this application was rejected"), tone=Tone.QUIET)
    return NextStep(_("Nothing: this contract is over"), tone=Tone.QUIET)


def addressee_step(contract: ServiceContract, rights: Rights) -> NextStep | None:
    """Return what comes before everything else where nothing may be sent to the contract's customer, else ``None``."""
    if contract.state in (*OVER, ServiceState.ENDING):
        return None
    if contract.addressee_problem:
        return _customer_gone(contract, rights)
    if contract.by_agent and contract.agent_confirmed_at is None:
        return _agent_unconfirmed(contract, rights)
    return None


def _customer_gone(contract: ServiceContract, rights: Rights) -> NextStep:
    words = words_of(AddresseeProblem(contract.addressee_problem), ServiceState(contract.state))
    why = in_language((words.ja, words.en[:1].upper() + words.en[1:]))
    url = reverse("points:end", args=[contract.pk]) if rights.may(Right.END_SERVICE, contract.office) else ""
    return NextStep(_("End the contract: its customer is no longer there"), why, _("End the service"), url, Tone.BAD)


def _agent_unconfirmed(contract: ServiceContract, rights: Rights) -> NextStep:
    may = rights.may(Right.TAKE_APPLICATIONS, contract.office)
    why = _("An agent applied. Nothing is sent before the customer has confirmed the power of attorney to you.")
    url = reverse("contracts:confirm_agent", args=[contract.pk]) if may else ""
    words, label = _("Ask the customer about the power of attorney"), _("The customer confirmed it")
    return NextStep(words, why, label, url, Tone.WARN, post=True)


def _delivery_step(deliveries: Sequence[Delivery]) -> NextStep:
    if any(each.trouble and each.state == DeliveryState.WAITING for each in deliveries):
        why = _("It is tried again by itself; the reason stands with the delivery.")
        return NextStep(_("The customer could not be told yet"), why, tone=Tone.WARN)
    return NextStep(_("The customer is being told"), _("The letter and the e-mail leave by themselves."))


def _password(contract: ServiceContract, rights: Rights, last: RemoteCommand | None) -> NextStep:
    ending = contract.state == ServiceState.ENDING
    right = Right.END_SERVICE if ending else Right.REWRITE_PASSWORD
    if last is None:
        return NextStep(_("The password is set at the visit"), _("The work order carries it; its result leads on."))
    if last.state in WAITING:
        words = _("Wait for the meter's answer")
        return NextStep(words, _("The contract's page shows it by itself."))
    if last.state == CommandState.SUCCEEDED:
        return NextStep(_("The meter's answer is being taken in"))
    may = rights.may(right, contract.office)
    if ending:
        words, label, to = _("Order the erasure again"), _("End the contract again"), "points:end"
    else:
        words, label, to = _("Order the rewrite again"), _("Rewrite again"), "contracts:rewrite"
    why = _("The meter was not reached, or refused; nobody knows what it holds until it answers.")
    url = reverse(to, args=[contract.pk]) if may else ""
    return NextStep(words, why, label, url, tone=Tone.WARN, post=not ending)
