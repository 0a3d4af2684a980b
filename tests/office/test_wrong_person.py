"""Nothing about one customer's contract ever reaches another: at every way out, and in every order of events."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from smtplib import SMTPException
from typing import Any

import pypdfium2
import pytest
from customers import NEXT_CONTRACT, Customers
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from office_cast import Cast, happened
from screens_rig import World

from keiki.domain.access import Role
from keiki.domain.contracts.addressee import AddresseeProblem
from keiki.domain.contracts.lifecycle import ServiceState
from keiki.domain.lifecycle import IllegalTransition
from keiki.domain.supply_point import SupplyPoint
from keiki.office.audit.models import AuditEvent
from keiki.office.contracts import addressing, reading
from keiki.office.contracts import services as contract_services
from keiki.office.contracts.addressing import NotAddressed
from keiki.office.contracts.models import ServiceContract
from keiki.office.contracts.queries import live_contract
from keiki.office.credentials.models import RouteBCredential
from keiki.office.delivery.models import Delivery, DeliveryState
from keiki.office.delivery.services import send_due
from keiki.office.designs import services as designs
from keiki.office.designs.refresh import refresh_design
from keiki.office.refusal import Refusal
from keiki.office.remote.models import RemoteCommand
from keiki.office.remote.services import expire
from keiki.office.sources import SourceUnavailableError
from keiki.office.workorders import end_contract, paper, printing, results, watching
from keiki.office.workorders import services as workorders
from keiki.protocols.relay.messages import CommandOutcome

LATER = timedelta(hours=7)
"""Longer than any pause before a delivery is tried again."""


class Mailbox(EmailBackend):
    """Django's mailbox for tests, which may be told to refuse."""

    refuses = False

    def send_messages(self, messages: Any) -> int:
        if Mailbox.refuses:
            raise SMTPException
        return super().send_messages(messages)


@pytest.fixture(autouse=True)
def mailbox(settings: Any) -> list[Any]:
    settings.EMAIL_BACKEND = f"{__name__}.Mailbox"
    Mailbox.refuses = False
    mail.outbox = []
    return mail.outbox


def setting(cast: Cast) -> ServiceContract:
    """The first rewrite is on its way."""
    contract = cast.apply("already_wireless")
    cast.decide(contract)
    return contract


def confirmed(cast: Cast) -> ServiceContract:
    """The password is in the meter; letter and e-mail wait."""
    contract = setting(cast)
    cast.receive(cast.answer(RemoteCommand.objects.get()))
    contract.refresh_from_db()
    return contract


def active(cast: Cast) -> ServiceContract:
    contract = confirmed(cast)
    deliver(cast)
    contract.refresh_from_db()
    assert contract.state == ServiceState.ACTIVE
    return contract


def deliver(cast: Cast, later: timedelta = timedelta()) -> int:
    return len(send_due(cast.act("office worker", later), cast.vault, cast.senders, contract_services.delivered))


def lose(cast: Cast, contract: ServiceContract) -> None:
    contract_services.lose_password(cast.act(), contract, cast.sealer, cast.sources)


def next_tenant(here: Customers) -> None:
    here.move_out()
    here.move_in()


GONE: dict[str, tuple[Callable[[Customers], None], AddresseeProblem]] = {
    "moved out": (Customers.move_out, AddresseeProblem.MOVED_OUT),
    "next tenant": (next_tenant, AddresseeProblem.ANOTHER_CONTRACT),
    "same contract, other customer": (Customers.transfer, AddresseeProblem.ANOTHER_CUSTOMER),
}
gone = pytest.mark.parametrize(("happens", "problem"), GONE.values(), ids=list(GONE))


@gone
def test_a_lost_password_on_a_dead_contract_is_refused_and_says_what_to_do(
    cast: Cast, happens: Callable[[Customers], None], problem: AddresseeProblem
) -> None:
    contract = active(cast)
    sent = len(mail.outbox)
    happens(Customers.of(cast))
    with pytest.raises(NotAddressed, match="end the contract") as refused:
        lose(cast, contract)
    assert refused.value.problem is problem
    contract.refresh_from_db()
    assert (contract.state, contract.addressee_problem) == (ServiceState.ACTIVE, problem)
    assert RemoteCommand.objects.count() == 1
    assert deliver(cast, LATER) == 0
    assert len(mail.outbox) == sent
    assert happened().count("CustomerGone") == 1


@gone
def test_letters_and_mails_that_wait_are_held_back_and_go_when_the_record_is_put_right(
    cast: Cast, happens: Callable[[Customers], None], problem: AddresseeProblem
) -> None:
    contract, here = confirmed(cast), Customers.of(cast)
    happens(here)
    assert deliver(cast) == 0
    assert mail.outbox == []
    assert not list((cast.folder / "post").glob("*.pdf"))
    waiting = Delivery.objects.filter(state=DeliveryState.WAITING)
    assert {each.trouble for each in waiting} == {str(NotAddressed(problem, ServiceState.CONFIRMED))}
    contract.refresh_from_db()
    assert contract.addressee_problem == problem
    assert not AuditEvent.objects.filter(happened__in=["PasswordOpened", "AuthenticationIdOpened"]).exists()
    here.correct()
    assert deliver(cast, LATER) == 2
    contract.refresh_from_db()
    assert (contract.state, contract.addressee_problem) == (ServiceState.ACTIVE, "")
    assert happened().count("CustomerThereAgain") == 1


@gone
def test_a_rewrite_answered_after_the_move_reaches_nobody(
    cast: Cast, happens: Callable[[Customers], None], problem: AddresseeProblem
) -> None:
    contract = setting(cast)
    happens(Customers.of(cast))
    cast.receive(cast.answer(RemoteCommand.objects.get()))
    contract.refresh_from_db()
    assert contract.state == ServiceState.CONFIRMED
    assert deliver(cast) == 0
    assert (mail.outbox, contract.state) == ([], ServiceState.CONFIRMED)


@gone
def test_neither_way_nor_design_nor_order_nor_sheet_nor_reading(
    cast: Cast, happens: Callable[[Customers], None], problem: AddresseeProblem
) -> None:
    here, other = Customers.of(cast), Customers.of(cast, "apply_renewable")
    checked, order = cast.apply("already_wireless"), cast.order(cast.finished_design("apply_renewable"))
    happens(here)
    happens(other)
    with pytest.raises(NotAddressed):
        cast.decide(checked)
    with pytest.raises(NotAddressed):
        designs.open_design(cast.act(), cast.sources, cast.catalogue, checked)
    assert checked.state == ServiceState.CHECKED
    with pytest.raises(NotAddressed):
        paper.sheet(cast.act(), cast.sources, cast.catalogue, cast.letterhead, order)
    printed = printing.print_orders(cast.act(), Press(cast), [order])
    assert (printed.pdf, len(printed.refused)) == (b"", 1)
    assert RouteBCredential.objects.count() == 1


@gone
@pytest.mark.parametrize("way", ["print", "look again", "watch"])
def test_every_way_marks_the_contract_whose_customer_is_gone(
    cast: Cast, happens: Callable[[Customers], None], problem: AddresseeProblem, way: str
) -> None:
    design = cast.finished_design("apply_renewable")
    order = cast.order(design)
    happens(Customers.of(cast, "apply_renewable"))
    if way == "print":
        assert len(printing.print_orders(cast.act(), Press(cast), [order]).refused) == 1
    elif way == "watch":
        watching.watch(cast.act(), cast.sources, cast.catalogue)
    elif problem is AddresseeProblem.ANOTHER_CUSTOMER:
        return  # whose a contract is, the desk does not ask
    else:
        refresh_design(cast.act(), cast.sources, cast.catalogue, design, design.version)
    design.contract.refresh_from_db()
    assert design.contract.addressee_problem == problem
    page = World(cast).as_(Role.DESK_OPERATOR, language="en").get("/").content.decode()
    assert "contracts whose customer is no longer there" in page


@gone
def test_no_work_order_and_no_reading_for_who_is_gone(
    cast: Cast, happens: Callable[[Customers], None], problem: AddresseeProblem
) -> None:
    design, contract = cast.finished_design("apply_renewable"), active(cast)
    happens(Customers.of(cast, "apply_renewable"))
    happens(Customers.of(cast))
    with pytest.raises(Refusal):
        cast.order(design)
    with pytest.raises(NotAddressed):
        reading.read_status(cast.act(), contract, cast.sealer, cast.sources)
    assert RemoteCommand.objects.count() == 1


class Press:
    """What printing needs of the office."""

    def __init__(self, cast: Cast) -> None:
        self.sources, self.catalogue, self.letterhead = cast.sources, cast.catalogue, cast.letterhead


@gone
def test_a_visits_result_after_the_move_leads_to_no_letter(
    cast: Cast, happens: Callable[[Customers], None], problem: AddresseeProblem
) -> None:
    order = cast.order(cast.finished_design("apply_renewable"))
    workorders.printed(cast.act(), order)
    happens(Customers.of(cast, "apply_renewable"))
    results.record_visit(cast.act(), cast.office, cast.visit(order))
    assert ServiceContract.objects.get().state == ServiceState.CONFIRMED
    assert deliver(cast) == 0
    assert mail.outbox == []


@gone
def test_a_dead_contract_ends_and_the_next_customer_inherits_nothing(
    cast: Cast, happens: Callable[[Customers], None], problem: AddresseeProblem
) -> None:
    contract, here = active(cast), Customers.of(cast)
    happens(here)
    erasure = end_contract.end(cast.act(), contract, cast.sealer, "moved out")
    assert erasure
    assert erasure.credential
    assert erasure.credential.nobody_holds
    cast.receive(cast.answer(erasure))
    contract.refresh_from_db()
    assert contract.state == ServiceState.ENDED
    if problem is AddresseeProblem.MOVED_OUT:
        here.move_in()
    applicant = contract_services.Applicant(here.tenant.customer.name, "wireless")
    second = contract_services.apply(cast.act(), cast.sources, SupplyPoint(contract.supply_point), applicant)
    command = cast.decide(second).command
    assert command
    cast.receive(cast.answer(command))
    before = len(mail.outbox)
    assert deliver(cast, LATER) == 2
    assert [each.to for each in mail.outbox[before:]] == [[here.tenant.customer.email]]


def test_while_the_owner_is_silent_or_old_nothing_leaves_and_the_contract_is_not_called_dead(cast: Cast) -> None:
    contract = confirmed(cast)
    cast.servers["customer"].down()
    assert deliver(cast) == 0
    with pytest.raises(NotAddressed) as refused:
        lose(cast, contract)
    assert refused.value.problem is AddresseeProblem.SILENT
    cast.servers["customer"].up()
    cast.servers.update("customer", cast.now - timedelta(days=9))
    with pytest.raises(NotAddressed) as refused:
        lose(cast, contract)
    assert refused.value.problem is AddresseeProblem.STALE
    contract.refresh_from_db()
    assert contract.addressee_problem == ""


def test_the_watch_finds_who_is_gone_and_today_says_what_to_do(cast: Cast) -> None:
    world, contract, here = World(cast), active(cast), Customers.of(cast)
    assert watching.watch(cast.act(), cast.sources, cast.catalogue).gone == ()
    next_tenant(here)
    assert watching.watch(cast.act(), cast.sources, cast.catalogue).gone == (contract.reference,)
    desk = world.as_(Role.DESK_OPERATOR, language="en")
    page = desk.get("/").content.decode()
    assert "contracts whose customer is no longer there: nothing is sent, end them" in page
    listed = desk.get(reverse("contracts:list"), {"state": "customer-gone"}).content.decode()
    assert contract.reference in listed
    shown = desk.get(reverse("contracts:detail", args=[contract.pk])).content.decode()
    assert "Another contract is in force at this supply point now" in shown
    assert reverse("points:end", args=[contract.pk]) in shown
    assert reverse("contracts:rewrite", args=[contract.pk]) not in shown
    assert reverse("contracts:read_status", args=[contract.pk]) not in shown
    here.correct()
    watching.watch(cast.act(), cast.sources, cast.catalogue)
    contract.refresh_from_db()
    assert contract.addressee_problem == ""


def test_a_contract_of_before_goes_by_its_number_and_is_recognised_from_the_next_look_on(cast: Cast) -> None:
    contract, here = active(cast), Customers.of(cast)
    ServiceContract.objects.update(customer_mark="")
    assert watching.watch(cast.act(), cast.sources, cast.catalogue).gone == ()
    contract.refresh_from_db()
    assert contract.customer_mark
    assert here.place.customer.number not in contract.customer_mark
    here.transfer()
    with pytest.raises(NotAddressed):
        lose(cast, contract)
    ServiceContract.objects.update(customer_mark="", addressee_problem="")
    next_tenant(here)
    contract.refresh_from_db()
    with pytest.raises(NotAddressed):
        lose(cast, contract)
    assert ServiceContract.objects.get().customer_mark == ""


def test_a_mark_of_another_secret_counts_as_none(cast: Cast, settings: Any) -> None:
    contract = active(cast)
    settings.SECRET_KEY = "another secret, as after a restored backup of the database alone"
    lose(cast, contract)
    assert happened().count("CustomerRecorded") == 1


def test_an_agents_application_waits_for_the_customers_own_word(cast: Cast) -> None:
    place = cast.place("already_wireless")
    applicant = contract_services.Applicant(place.customer.name, "wireless", by_agent=True)
    contract = contract_services.apply(cast.act(), cast.sources, SupplyPoint(place.supply_point), applicant)
    with pytest.raises(NotAddressed) as refused:
        cast.decide(contract)
    assert refused.value.problem is AddresseeProblem.AGENT_UNCONFIRMED
    with pytest.raises(NotAddressed):
        designs.open_design(cast.act(), cast.sources, cast.catalogue, contract)
    desk = World(cast).as_(Role.DESK_OPERATOR, language="en")
    today = desk.get("/").content.decode()
    assert "applications by an agent that the customer has to confirm" in today
    assert "applications to decide" not in today, "it is counted once"
    assert desk.post(reverse("contracts:confirm_agent", args=[contract.pk])).status_code == 302
    assert "applications to decide" in desk.get("/").content.decode()
    addressing.confirm_agent(cast.act(), cast.sources, contract)
    assert happened().count("PowerOfAttorneyConfirmed") == 1
    assert cast.decide(contract).way is contract_services.Way.REWRITE


@gone
def test_nobody_confirms_a_power_of_attorney_for_a_customer_who_is_gone(
    cast: Cast, happens: Callable[[Customers], None], problem: AddresseeProblem
) -> None:
    place = cast.place("already_wireless")
    applicant = contract_services.Applicant(place.customer.name, "wireless", by_agent=True)
    contract = contract_services.apply(cast.act(), cast.sources, SupplyPoint(place.supply_point), applicant)
    happens(Customers.of(cast))
    desk = World(cast).as_(Role.DESK_OPERATOR, language="en")
    assert desk.post(reverse("contracts:confirm_agent", args=[contract.pk])).status_code == 409
    contract.refresh_from_db()
    assert (contract.agent_confirmed_at, contract.addressee_problem) == (None, problem)
    today = desk.get("/").content.decode()
    assert "contracts whose customer is no longer there" in today
    assert "applications to decide" not in today


def test_a_reading_of_a_former_customers_time_is_not_shown_on_the_next_contract(cast: Cast) -> None:
    contract, here = active(cast), Customers.of(cast)
    run = reading.read_status(cast.act(), contract, cast.sealer, cast.sources)
    assert run.command
    cast.receive(cast.answer(run.command, status=("clear", "clear", "clear", "normal")))
    desk = World(cast).as_(Role.DESK_OPERATOR, Role.SUPPORT_AGENT, language="en")
    assert "OK: active" in desk.get(reverse("contracts:detail", args=[contract.pk])).content.decode()
    erasure = end_contract.end(cast.act(), contract, cast.sealer, "moved out")
    assert erasure
    cast.receive(cast.answer(erasure))
    next_tenant(here)
    applicant = contract_services.Applicant(here.tenant.customer.name, "wireless")
    later = cast.act(later=timedelta(minutes=1))
    second = contract_services.apply(later, cast.sources, SupplyPoint(contract.supply_point), applicant)
    assert "OK: active" not in desk.get(reverse("contracts:detail", args=[second.pk])).content.decode()


SUCCEEDS = (0, CommandOutcome.SUCCEEDED)
STARTS: list[list[Any]] = [
    [],
    ["apply first", "decide"],
    ["apply first", "decide", SUCCEEDS],
    ["apply first", "decide", SUCCEEDS, "mail fails", "deliver", "mail works"],
    ["apply first", "decide", SUCCEEDS, "deliver"],
]
STEPS = st.lists(
    st.one_of(
        st.sampled_from(["decide", "lose", "read", "deliver", "watch", "end", "expire", "mail fails", "mail works"]),
        st.sampled_from(["move out", "move in", "leave", "correct", "transfer", "apply first", "apply next"]),
        st.tuples(st.integers(0, 9), st.sampled_from(list(CommandOutcome))),
    ),
    max_size=14,
)


@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.sampled_from(STARTS), steps=STEPS)
def test_in_every_order_of_events(cast: Cast, start: list[Any], steps: list[Any]) -> None:
    here = Customers.of(cast)
    here.correct()
    with transaction.atomic():
        try:
            Run(cast, here).through([*start, *steps])
        finally:
            transaction.set_rollback(True)


class Run:
    """One order of events, held after each step against what the owner's tables say at that moment."""

    def __init__(self, cast: Cast, here: Customers) -> None:
        self.cast, self.here, self.later = cast, here, timedelta()
        self.accepted: dict[int, tuple[str, str]] = {}
        self.left = self.count()
        for letter in (cast.folder / "post").glob("*.pdf"):
            letter.unlink()
        Mailbox.refuses = False
        mail.outbox.clear()

    def through(self, steps: list[Any]) -> None:
        for step in steps:
            self.later += LATER
            if live := live_contract(self.here.place.supply_point):
                self.accepted.setdefault(live.pk, next(iter(self.here.in_force()), ("", "")))
            before = self.count()
            with suppress(Refusal, IllegalTransition, SourceUnavailableError):
                self.take(step)
            if self.count() != before:
                self.check(before)
            self.check_mails()

    def count(self) -> tuple[int, int, int]:
        """Deliveries sent, commands that set a password somebody holds or read, and credentials drawn for somebody."""
        commands = RemoteCommand.objects.exclude(credential__nobody_holds=True).count()
        drawn = RouteBCredential.objects.filter(nobody_holds=False).count()
        return Delivery.objects.filter(state=DeliveryState.SENT).count(), commands, drawn

    def check(self, before: tuple[int, int, int]) -> None:
        """Something left: then the live contract was in force for the customer it was accepted for."""
        live = live_contract(self.here.place.supply_point)
        assert live is not None, before
        assert self.here.in_force() == {self.accepted[live.pk]}
        assert live.contract_number == self.accepted[live.pk][0]

    def check_mails(self) -> None:
        """Each e-mail went to the customer of the contract that is in force at this step, and so did each letter."""
        customers = {each.customer.number: each.customer for each in (self.here.place, self.here.tenant)}
        for each in mail.outbox:
            ((_, number),) = self.here.in_force()
            assert each.to == [customers[number].email]
        mail.outbox.clear()
        for letter in (self.cast.folder / "post").glob("*.pdf"):
            ((_, number),) = self.here.in_force()
            others = [each for each in customers.values() if each.number != number]
            text = "".join(pypdfium2.PdfDocument(io.BytesIO(letter.read_bytes()))[0].get_textpage().get_text_range())
            assert customers[number].address.replace("　", "")[:6] in text.replace("　", "").replace(" ", "")
            assert not [each for each in others if each.address in text]
            letter.unlink()

    def take(self, step: Any) -> None:
        cast, here, act = self.cast, self.here, self.cast.act(later=self.later)
        contract = live_contract(here.place.supply_point)
        if isinstance(step, tuple):
            commands = list(RemoteCommand.objects.order_by("id"))
            if commands:
                cast.receive(cast.answer(commands[step[0] % len(commands)], step[1]))
            return
        tables: dict[str, Callable[[], object]] = {
            "move out": here.move_out,
            "move in": lambda: here.in_force() or here.move_in(),
            "leave": here.leave,
            "correct": here.correct,
            "transfer": lambda: NEXT_CONTRACT in dict(here.in_force()) or here.transfer(),
            "mail fails": lambda: setattr(Mailbox, "refuses", True),
            "mail works": lambda: setattr(Mailbox, "refuses", False),
            "watch": lambda: watching.watch(act, cast.sources, cast.catalogue),
            "deliver": lambda: deliver(cast, self.later),
            "expire": lambda: expire(cast.act(later=self.later + timedelta(days=1))),
            "apply first": lambda: self.apply(here.place.customer.name),
            "apply next": lambda: self.apply(here.tenant.customer.name),
        }
        if step in tables:
            tables[step]()
        elif contract is not None:
            self.act_on(step, contract)

    def apply(self, name: str) -> None:
        point = SupplyPoint(self.here.place.supply_point)
        applicant = contract_services.Applicant(name, "wireless")
        contract_services.apply(self.cast.act(later=self.later), self.cast.sources, point, applicant)

    def act_on(self, step: str, contract: ServiceContract) -> None:
        cast, act = self.cast, self.cast.act(later=self.later)
        if step == "decide":
            linked = cast.sources.link(SupplyPoint(contract.supply_point), cast.now)
            contract_services.decide(act, contract, linked, cast.catalogue, cast.sealer, sources=cast.sources)
        elif step == "lose":
            contract_services.lose_password(act, contract, cast.sealer, cast.sources)
        elif step == "read":
            reading.read_status(act, contract, cast.sealer, cast.sources)
        elif step == "end":
            end_contract.end(act, contract, cast.sealer, "moved out")
