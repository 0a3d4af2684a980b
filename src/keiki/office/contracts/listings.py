"""The lists of contracts, of remote commands, of results that contradict, and of deliveries."""

from __future__ import annotations

from dataclasses import replace

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from keiki.domain.contracts.lifecycle import WORDS as CONTRACT
from keiki.domain.remote.contradiction import WORDS as CONTRADICTION
from keiki.domain.remote.contradiction import ContradictionState
from keiki.domain.remote.lifecycle import WORDS as COMMAND
from keiki.domain.remote.words import outcome_in_words
from keiki.foundation.text.bilingual import Bilingual
from keiki.foundation.text.spellings import comparable
from keiki.office.delivery.models import Delivery
from keiki.office.delivery.words import CHANNELS
from keiki.office.delivery.words import STATES as DELIVERY
from keiki.office.remote.models import ContradictingResult, RemoteCommand, SetAsideMessage
from keiki.office.remote.words import KINDS
from keiki.office.screens.languages import in_language
from keiki.office.screens.lists import Column, FilterForm, Listing
from keiki.office.screens.templatetags.keiki import point, when
from keiki.office.users.people.queries import offices as service_offices

from . import queries
from .models import ServiceContract
from .words import MEDIA

UNANSWERED, OVERDUE, CONTRADICTED, TROUBLE = "unanswered", "overdue", "contradicted", "trouble"
CUSTOMER_GONE, AGENT_UNCONFIRMED = "customer-gone", "agent-unconfirmed"
TO_DECIDE, UNDESIGNED = "to-decide", "undesigned"
NARROWED = {
    UNANSWERED: queries.unanswered,
    CUSTOMER_GONE: queries.customer_gone,
    AGENT_UNCONFIRMED: queries.agent_unconfirmed,
    TO_DECIDE: queries.to_decide,
    UNDESIGNED: queries.undesigned,
}
"""What contracts are filtered by besides their state; each is what *Today* counts."""


def _choices(words: dict[str, Bilingual], *more: tuple[str, object]) -> list[tuple[str, object]]:
    return [("", _("all")), *more, *((code, in_language(text)) for code, text in words.items())]


class ContractFilters(FilterForm[ServiceContract]):
    """Contracts by state, medium, and a number."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=lambda: _choices(
            dict(CONTRACT.states),
            (UNANSWERED, _("the meter did not take the password")),
            (CUSTOMER_GONE, _("the customer is no longer there")),
            (AGENT_UNCONFIRMED, _("the power of attorney is not confirmed")),
            (TO_DECIDE, _("the way can be decided")),
            (UNDESIGNED, _("new units are needed and no design is open")),
        ),
    )
    medium = forms.ChoiceField(label=_("Medium"), required=False, choices=lambda: _choices(dict(MEDIA)))
    text = forms.CharField(label=_("B- number or supply point"), required=False, max_length=40)

    def rows(self, found: QuerySet[ServiceContract]) -> QuerySet[ServiceContract]:
        """Narrow the contracts."""
        given = self.cleaned_data
        if given["state"] in NARROWED:
            found = NARROWED[given["state"]](found)
        elif given["state"]:
            found = found.filter(state=given["state"])
        if given["medium"]:
            found = found.filter(medium=given["medium"])
        return found.filter(numbered(given["text"], "B")) if given["text"] else found


def numbered(typed: str, letter: str) -> Q:
    """Return the condition for a reference (``B-12``), else for a supply point number or its first digits."""
    text = comparable(typed).upper().replace("-", "")
    number = text.removeprefix(letter)
    if text.startswith(letter) or len(number) < len("061234"):
        return Q(pk=int(number)) if number.isdecimal() and len(number) < 18 else Q(pk=0)
    return Q(supply_point__gte=number, supply_point__lt=f"{number}:")


def contracts_listing() -> Listing[ServiceContract]:
    """Return the list of contracts, with the names that the service offices have now."""
    names = service_offices()
    office = Column[ServiceContract](
        "office", _("Service office"), lambda row: in_language(names.get(row.office, (row.office, row.office)))
    )
    return replace(CONTRACTS, columns=(*CONTRACTS.columns[:2], office, *CONTRACTS.columns[2:]))


CONTRACTS: Listing[ServiceContract] = Listing(
    name="contracts",
    columns=(
        Column("reference", _("Contract"), lambda row: row.reference, sort="id"),
        Column("point", _("Supply point"), lambda row: point(row.supply_point), plain=lambda row: row.supply_point),
        Column("medium", _("Medium"), lambda row: in_language(MEDIA[row.medium])),
        Column("state", _("State"), lambda row: in_language(CONTRACT.states[row.state]), sort="state"),
        Column(
            "applied",
            _("Applied"),
            lambda row: when(row.applied_at),
            sort="applied_at",
            plain=lambda row: row.applied_at,
        ),
    ),
    order="-id",
    address=lambda row: reverse("contracts:detail", args=[row.pk]),
    filters=ContractFilters,
)


class CommandFilters(FilterForm[RemoteCommand]):
    """Remote commands by state and kind."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=lambda: _choices(
            dict(COMMAND.states),
            (OVERDUE, _("past its time without an answer")),
            (CONTRADICTED, _("answered twice, differently; to be decided")),
        ),
    )
    kind = forms.ChoiceField(label=_("Command"), required=False, choices=lambda: _choices(dict(KINDS)))

    def rows(self, found: QuerySet[RemoteCommand]) -> QuerySet[RemoteCommand]:
        """Narrow the commands."""
        state, now = self.cleaned_data["state"], timezone.now()
        if state == OVERDUE:
            found = queries.overdue(now, found)
        elif state == CONTRADICTED:
            found = queries.contradicted(found)
        elif state:
            found = found.filter(state=state)
        return found.filter(kind=self.cleaned_data["kind"]) if self.cleaned_data["kind"] else found


COMMANDS: Listing[RemoteCommand] = Listing(
    name="commands",
    columns=(
        Column("reference", _("Command"), lambda row: row.reference, sort="id"),
        Column("kind", _("What"), lambda row: in_language(KINDS[row.kind])),
        Column("point", _("Supply point"), lambda row: point(row.supply_point), plain=lambda row: row.supply_point),
        Column("state", _("State"), lambda row: in_language(COMMAND.states[row.state]), sort="state"),
        Column("made", _("Ordered"), lambda row: when(row.created_at), plain=lambda row: row.created_at),
        Column("until", _("Holds until"), lambda row: when(row.expires_at), plain=lambda row: row.expires_at),
        Column("answered", _("Answered"), lambda row: when(row.answered_at), plain=lambda row: row.answered_at),
    ),
    order="-id",
    address=lambda row: reverse("points:detail", args=[row.supply_point]),
    filters=CommandFilters,
)


class ContradictionFilters(FilterForm[ContradictingResult]):
    """Contradicting results by what was decided, without a choice those to be decided."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=lambda: [
            ("", in_language(CONTRADICTION.states[ContradictionState.OPEN])),
            ("decided", _("decided")),
            ("all", _("all")),
        ],
    )

    def rows(self, found: QuerySet[ContradictingResult]) -> QuerySet[ContradictingResult]:
        """Narrow the results."""
        state, open_ = self.cleaned_data["state"], Q(state=ContradictionState.OPEN)
        return found if state == "all" else found.filter(~open_ if state == "decided" else open_)


CONTRADICTIONS: Listing[ContradictingResult] = Listing(
    name="contradicting-results",
    columns=(
        Column("reference", _("Contradicting result"), lambda row: row.reference, sort="id"),
        Column("state", _("State"), lambda row: in_language(CONTRADICTION.states[row.state]), sort="state"),
        Column("command", _("Command"), lambda row: row.command.reference, sort="command_id"),
        Column("kind", _("What"), lambda row: in_language(KINDS[row.command.kind])),
        Column("point", _("Supply point"), lambda row: point(row.supply_point), plain=lambda row: row.supply_point),
        Column("recorded", _("What is recorded"), lambda row: in_language(COMMAND.states[row.command.state])),
        Column("later", _("What another result says"), lambda row: in_language(outcome_in_words(row.outcome))),
        Column("at", _("Received"), lambda row: when(row.received_at), plain=lambda row: row.received_at),
    ),
    order="-id",
    address=lambda row: reverse("contracts:contradiction", args=[row.pk]),
    filters=ContradictionFilters,
    tone=lambda row: "warn" if row.state == ContradictionState.OPEN else "",
)


class SetAsideFilters(FilterForm[SetAsideMessage]):
    """Answers that could not be applied, without a choice those to be settled."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("to be settled")), ("settled", _("settled")), ("all", _("all"))],
    )

    def rows(self, found: QuerySet[SetAsideMessage]) -> QuerySet[SetAsideMessage]:
        """Narrow the messages."""
        state, open_ = self.cleaned_data["state"], Q(settled_at=None)
        return found if state == "all" else found.filter(~open_ if state == "settled" else open_)


SET_ASIDE: Listing[SetAsideMessage] = Listing(
    name="set-aside-answers",
    columns=(
        Column("reference", _("Answer"), lambda row: row.reference, sort="id"),
        Column("command", _("Command"), lambda row: row.command.reference if row.command else None),
        Column("point", _("Supply point"), lambda row: point(row.supply_point), plain=lambda row: row.supply_point),
        Column("trouble", _("Why it was not applied"), lambda row: in_language((row.trouble_ja, row.trouble))),
        Column("at", _("Received"), lambda row: when(row.received_at), plain=lambda row: row.received_at),
    ),
    order="-id",
    address=lambda row: reverse("contracts:set_aside_message", args=[row.pk]),
    filters=SetAsideFilters,
    tone=lambda row: "" if row.settled_at else "warn",
)


class DeliveryFilters(FilterForm[Delivery]):
    """Deliveries by state and channel."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=lambda: _choices(dict(DELIVERY), (TROUBLE, _("not accepted, tried again"))),
    )
    channel = forms.ChoiceField(label=_("What"), required=False, choices=lambda: _choices(dict(CHANNELS)))

    def rows(self, found: QuerySet[Delivery]) -> QuerySet[Delivery]:
        """Narrow the deliveries."""
        state, channel = self.cleaned_data["state"], self.cleaned_data["channel"]
        if state == TROUBLE:
            found = queries.troubled(found)
        elif state:
            found = found.filter(state=state)
        return found.filter(channel=channel) if channel else found


DELIVERIES: Listing[Delivery] = Listing(
    name="deliveries",
    columns=(
        Column(
            "point",
            _("Supply point"),
            lambda row: point(row.supply_point),
            plain=lambda row: row.supply_point,
        ),
        Column("channel", _("What"), lambda row: in_language(CHANNELS[row.channel])),
        Column("state", _("State"), lambda row: in_language(DELIVERY[row.state]), sort="state"),
        Column("attempts", _("Attempts"), lambda row: row.attempts, numeric=True),
        Column("trouble", _("Why it was not accepted"), lambda row: in_language((row.trouble_ja, row.trouble)) or None),
        Column("due", _("Next attempt"), lambda row: when(row.due_at), plain=lambda row: row.due_at),
        Column("made", _("Made"), lambda row: when(row.created_at), sort="id", plain=lambda row: row.created_at),
    ),
    order="-id",
    address=lambda row: reverse("points:detail", args=[row.supply_point]),
    filters=DeliveryFilters,
)
