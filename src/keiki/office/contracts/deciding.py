"""The screens of results that contradict what is recorded: their list, one of them, and the decision about it."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from keiki.domain.access import Right
from keiki.domain.remote.contradiction import WORDS, ContradictionDecision, ContradictionState
from keiki.domain.remote.lifecycle import WORDS as COMMAND
from keiki.domain.remote.lifecycle import CommandState
from keiki.domain.remote.words import outcome_in_words
from keiki.office.audit.acting import act_of
from keiki.office.audit.services import Changed
from keiki.office.remote.models import ContradictingResult, RemoteCommand
from keiki.office.remote.words import KINDS
from keiki.office.screens.languages import in_language
from keiki.office.screens.lists import show
from keiki.office.screens.moments import relative_time
from keiki.office.screens.parts import Tone
from keiki.office.screens.request import OfficeRequest, row_or_404, within
from keiki.office.sentences import sentence_of
from keiki.office.users.models import User

from .contradictions import NotDecidable, contradiction_context, decide
from .forms import DecisionForm
from .listings import CONTRADICTIONS


@dataclass(frozen=True)
class DecisionNotice:
    """Why a decision was not taken, and what to do."""

    what: str
    to_do: str
    tone: Tone = Tone.WARN


def contradictions(request: OfficeRequest) -> HttpResponseBase:
    """List the results within reach that contradict what is recorded."""
    rows = within(request, ContradictingResult.objects.select_related("command"))
    return show(request, CONTRADICTIONS, rows, "contracts/contradictions.html")


def contradiction(request: OfficeRequest, pk: int) -> HttpResponse:
    """Show one of them: what is recorded, what was said later, what settled it since, and what was decided."""
    return _page(request, _row(request, pk))


def decide_contradiction(request: OfficeRequest, pk: int) -> HttpResponse:
    """Decide about it. What stands in the way is said on the page, with what the person wrote still there."""
    found = _row(request, pk)
    given = request.POST.copy()
    form = DecisionForm(given)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    decision = ContradictionDecision(form.cleaned_data["decision"])
    because, seen = form.cleaned_data["because"], form.cleaned_data["seen"]
    try:
        changed = decide(act_of(request), found, decision, because, seen)
    except Changed:
        found = _row(request, pk)
        given["seen"] = found.command.state  # what the page shows now is what the next press decides from
        return _page(request, found, form, _changed(found), status=409)
    except NotDecidable as error:
        notice = DecisionNotice(_("This was not decided."), in_language(sentence_of(error)), Tone.BAD)
        return _page(request, found, form, notice, status=409)
    if changed:
        messages.success(request, _("{result} is decided.").format(result=found.reference))
    else:
        messages.info(request, _("{result} was decided so already; nothing changed.").format(result=found.reference))
    return HttpResponseRedirect(reverse("contracts:contradiction", args=[pk]))


def _row(request: OfficeRequest, pk: int) -> ContradictingResult:
    rows = ContradictingResult.objects.select_related("command__credential")
    return row_or_404(request, rows, pk=pk)


def _page(
    request: OfficeRequest,
    found: ContradictingResult,
    form: DecisionForm | None = None,
    notice: DecisionNotice | None = None,
    status: int = 200,
) -> HttpResponse:
    known, open_ = contradiction_context(found), found.state == ContradictionState.OPEN
    may = open_ and request.may(Right.DECIDE_RESULTS, found.office)
    context = {
        "result": found,
        "state": in_language(WORDS.states[ContradictionState(found.state)]),
        "tone": Tone.WARN if open_ else Tone.OK,
        "what": in_language(KINDS[found.command.kind]),
        "recorded": _recorded(found.command),
        "recorded_then": in_language(COMMAND.states[CommandState(found.recorded)])
        if found.recorded != found.command.state
        else "",
        "later": _words(found.outcome, found.reason),
        "other_generation": found.generation if _names_another(found) else 0,
        "known": known,
        "who": _name(found.decided_by),
        "form": (form or DecisionForm(initial={"seen": found.command.state})) if may else None,
        "notice": notice,
    }
    return render(request, "contracts/contradiction.html", context, status=status)


def _recorded(command: RemoteCommand) -> str:
    words = in_language(COMMAND.states[CommandState(command.state)])
    return f"{words} · {in_language(outcome_in_words(command.reason))}" if command.reason else words


def _words(outcome: str, reason: str) -> str:
    words = in_language(outcome_in_words(outcome))
    return f"{words} · {in_language(outcome_in_words(reason))}" if reason else words


def _names_another(found: ContradictingResult) -> bool:
    credential = found.command.credential
    return bool(found.generation and credential and found.generation != credential.generation)


def _changed(found: ContradictingResult) -> DecisionNotice:
    """Say who decided first, or that the command went on."""
    if found.state == ContradictionState.OPEN or found.decided_at is None:
        return DecisionNotice(
            _("What is recorded of the command changed meanwhile; nothing was decided."),
            _("This is how it stands now. Look at it, then decide."),
        )
    told = {"who": _name(found.decided_by), "when": relative_time(found.decided_at, timezone.now())}
    return DecisionNotice(
        _("{who} decided otherwise meanwhile ({when}).").format(**told),
        _("That decision stands, and yours was not kept. Speak with them if you see it otherwise."),
    )


def _name(username: str) -> str:
    return User.objects.filter(username=username).values_list("name", flat=True).first() or username
