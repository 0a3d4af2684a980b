"""Deliveries: sent exactly when accepted, tried again otherwise, the letter once, never both halves together."""

from __future__ import annotations

import gc
import socket
import warnings
import weakref
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.db import connection
from office_cast import Cast, happened

from keiki.bench.household.certificate import make_certificate
from keiki.bench.household.post import password_in
from keiki.domain.contracts.lifecycle import ServiceState
from keiki.office.contracts import services as contract_services
from keiki.office.contracts.models import ServiceContract
from keiki.office.credentials import services as credentials
from keiki.office.credentials.models import RouteBCredential
from keiki.office.delivery.models import Delivery, DeliveryChannel, DeliveryState
from keiki.office.delivery.services import IN_HAND, NotAccepted, schedule, send_due
from keiki.protocols.sealing.message import SealingPurpose


class MailServer:
    """A mail server on a local port that may be told to refuse."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.refuses = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's
        if self.refuses:
            return "451 not now"
        self.mails.append(envelope)
        return "250 kept"


@pytest.fixture
def mail_server(settings: Any, tmp_path: Path) -> Iterator[MailServer]:
    handler = MailServer()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    certificate, context = make_certificate()
    (tmp_path / "mail.pem").write_bytes(certificate)
    controller = Controller(handler, hostname="127.0.0.1", port=port, tls_context=context)
    controller.start()
    settings.EMAIL_BACKEND = "keiki.office.delivery.smtp.MailServer"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.EMAIL_USE_TLS = True
    settings.EMAIL_CA_FILE = str(tmp_path / "mail.pem")
    yield handler
    controller.stop()


@pytest.fixture
def contract(cast: Cast) -> ServiceContract:
    """Confirmed; letter and e-mail wait."""
    contract = cast.apply("already_wireless")
    command = cast.decide(contract).command
    assert command
    cast.receive(cast.answer(command))
    contract.refresh_from_db()
    return contract


def send(cast: Cast, later: timedelta = timedelta()) -> list[str]:
    done = send_due(cast.act("office worker", later), cast.vault, cast.senders, contract_services.delivered)
    return [each.channel for each in done]


def state(channel: str) -> str:
    return Delivery.objects.filter(channel=channel).latest("id").state


def test_when_both_are_accepted_the_contract_is_active_and_the_password_forgotten(
    cast: Cast, contract: ServiceContract, mail_server: MailServer
) -> None:
    assert sorted(send(cast)) == ["letter", "mail"]
    contract.refresh_from_db()
    assert contract.state == ServiceState.ACTIVE
    assert send(cast) == []
    credential = Delivery.objects.all()[0].credential
    assert not credential.sealed_password
    assert happened().count("ServiceActivated") == 1


def test_the_mail_has_the_password_where_a_person_looks_for_it_and_goes_to_the_customer_alone(
    cast: Cast, contract: ServiceContract, mail_server: MailServer
) -> None:
    from email import message_from_bytes, policy
    from email.message import EmailMessage

    from keiki.office.credentials.services import authentication_id_for, password_for

    credential = Delivery.objects.all()[0].credential
    password = password_for(cast.act(), cast.vault, credential, "test").reveal()
    known = authentication_id_for(cast.act(), cast.vault, credential, "test").reveal()
    send(cast)
    (envelope,) = mail_server.mails
    mail = message_from_bytes(envelope.content, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    assert password_in(mail) == password
    assert envelope.rcpt_tos == [cast.place("already_wireless").customer.email]
    assert known not in str(mail.get_content())
    assert known[-8:] not in str(mail.get_content())


def test_a_refused_mail_waits_and_goes_later_and_only_then_counts(
    cast: Cast, contract: ServiceContract, mail_server: MailServer
) -> None:
    mail_server.refuses = True
    assert send(cast) == ["letter"]
    contract.refresh_from_db()
    assert contract.state == ServiceState.CONFIRMED
    waiting = Delivery.objects.get(channel=DeliveryChannel.MAIL)
    assert (waiting.state, waiting.attempts) == (DeliveryState.WAITING, 1)
    assert "did not accept" in waiting.trouble
    mail_server.refuses = False
    assert send(cast, timedelta(seconds=10)) == []
    assert send(cast, timedelta(seconds=31)) == ["mail"]
    contract.refresh_from_db()
    assert contract.state == ServiceState.ACTIVE


def test_what_a_dead_process_had_in_hand_is_free_again_after_a_while(
    cast: Cast, contract: ServiceContract, mail_server: MailServer
) -> None:
    Delivery.objects.update(claimed_until=cast.now + IN_HAND)
    assert send(cast) == []
    assert sorted(send(cast, IN_HAND + timedelta(seconds=1))) == ["letter", "mail"]


def test_after_a_lost_password_only_the_mail_is_sent_again(
    cast: Cast, contract: ServiceContract, mail_server: MailServer
) -> None:
    send(cast)
    contract.refresh_from_db()
    command = contract_services.lose_password(cast.act(), contract, cast.sealer, cast.sources)
    assert cast.receive(cast.answer(command))
    assert send(cast) == ["mail"]
    contract.refresh_from_db()
    assert contract.state == ServiceState.ACTIVE
    assert len(mail_server.mails) == 2
    assert len(list((cast.folder / "post").glob("*.pdf"))) == 1


def test_a_mail_that_was_never_sent_is_stopped_when_the_password_is_lost(
    cast: Cast, contract: ServiceContract, mail_server: MailServer
) -> None:
    contract_services.lose_password(cast.act(), contract, cast.sealer, cast.sources)
    assert send(cast) == []
    assert state(DeliveryChannel.MAIL) == state(DeliveryChannel.LETTER) == DeliveryState.STOPPED


def test_a_mail_server_with_a_certificate_of_nobody_gets_no_password(
    cast: Cast, contract: ServiceContract, mail_server: MailServer, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "other.pem").write_bytes(make_certificate()[0])
    settings.EMAIL_CA_FILE = str(tmp_path / "other.pem")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # Django leaves the half-open connection to the collector
        assert send(cast) == ["letter"]
        gc.collect()
    assert mail_server.mails == []


@pytest.mark.django_db(transaction=True)
def test_two_processes_that_deliver_at_once_send_each_half_once(committed_cast: Cast, mail_server: MailServer) -> None:
    cast = committed_cast
    command = cast.decide(cast.apply("already_wireless")).command
    assert command
    cast.receive(cast.answer(command))
    start, sent = Barrier(2), []

    def deliver() -> None:
        start.wait()
        try:
            sent.extend(send(cast))
        finally:
            connection.close()

    threads = [Thread(target=deliver) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sent) == ["letter", "mail"]
    assert len(mail_server.mails) == 1
    assert ServiceContract.objects.get().state == ServiceState.ACTIVE


def proved(cast: Cast, contract_number: str) -> RouteBCredential:
    """A credential proved in the meter of a supply point where contracts come and go."""
    point, unit = "0612345678901234567890", "TCR1"
    credential = credentials.create_credential(cast.act(), cast.vault, point, contract_number)
    target = credentials.EnvelopeTarget(SealingPurpose.RELAY, cast.control.card, unit, cast.now + timedelta(hours=1))
    credentials.issue(cast.act(), cast.vault, cast.office, credential, target)
    credentials.prove(cast.act(), credential)
    return credential


def test_the_next_customer_gets_a_letter_although_the_last_one_had_one(cast: Cast) -> None:
    schedule(cast.act(), proved(cast, "K1"))
    Delivery.objects.update(state=DeliveryState.SENT)
    schedule(cast.act(), proved(cast, "K1"))
    assert Delivery.objects.filter(state=DeliveryState.WAITING).count() == 1
    schedule(cast.act(), proved(cast, "K2"))
    assert Delivery.objects.filter(state=DeliveryState.WAITING).count() == 2
    assert state(DeliveryChannel.LETTER) == DeliveryState.WAITING


def test_a_newer_credential_stops_what_waits_of_the_older_one(cast: Cast) -> None:
    first = proved(cast, "K1")
    schedule(cast.act(), first)
    schedule(cast.act(), proved(cast, "K1"))
    assert set(first.deliveries.values_list("state", flat=True)) == {DeliveryState.STOPPED}


def test_a_sealed_value_that_does_not_open_waits_for_a_person_and_stops_nobody_else(
    cast: Cast, contract: ServiceContract, mail_server: MailServer
) -> None:
    RouteBCredential.objects.update(sealed_password=b"tampered with, and long enough")
    assert send(cast) == ["letter"]
    waiting = Delivery.objects.get(channel=DeliveryChannel.MAIL)
    assert waiting.state == DeliveryState.WAITING
    assert "does not open" in waiting.trouble


class ForgetfulBackend:
    """A mail backend that leaves each message as garbage in a circle, as a library may, and may refuse it."""

    refuses = False
    garbage: list[weakref.ref[Any]] = []  # noqa: RUF012 - the test empties it

    def __init__(self, **_: Any) -> None: ...

    def send_messages(self, messages: list[Any]) -> int:
        for each in messages:
            each.itself = each
            self.garbage.append(weakref.ref(each))
        if self.refuses:
            raise OSError("the line is down")
        return len(messages)


@pytest.mark.parametrize("refuses", [False, True])
def test_the_password_is_dropped_right_after_the_mail_server_answered(
    cast: Cast, contract: ServiceContract, settings: Any, monkeypatch: pytest.MonkeyPatch, refuses: bool
) -> None:
    """Nothing made for the e-mail outlives the sending: no garbage, and no frame in the error that says why not."""
    monkeypatch.setattr(ForgetfulBackend, "refuses", refuses)
    monkeypatch.setattr(ForgetfulBackend, "garbage", [])
    settings.EMAIL_BACKEND = f"{__name__}.ForgetfulBackend"
    delivery = Delivery.objects.get(channel=DeliveryChannel.MAIL)
    failure = pytest.raises(NotAccepted) if refuses else nullcontext()
    gc.collect()
    gc.disable()
    try:
        with failure as caught:
            cast.senders.mail.send(cast.act("office worker"), cast.vault, delivery)
    finally:
        gc.enable()
    if refuses:
        assert caught.value.__context__ is None, "a library's error has the text of the e-mail in its frames"
    (message,) = ForgetfulBackend.garbage
    assert message() is None
