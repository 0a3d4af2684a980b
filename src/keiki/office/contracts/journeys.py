"""The path of a remote command across the zones: office, relay, control network, meter; what each did, and when.

The office knows what left it, that the relay has it on disk, and what came back. What happens between is told by the
answer alone: until then it waits, and nothing is guessed.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from keiki.domain.remote.lifecycle import WORDS, CommandState
from keiki.office.remote.models import CommandKind, RemoteCommand
from keiki.office.screens.languages import in_language
from keiki.office.screens.moments import relative_time
from keiki.office.screens.parts import PathStep, Tone

ANSWERS = {
    CommandState.SUCCEEDED: Tone.OK,
    CommandState.REFUSED: Tone.BAD,
    CommandState.UNREACHABLE: Tone.BAD,
}


def journey(command: RemoteCommand, now: datetime) -> tuple[PathStep, ...]:
    """Return the four steps of ``command``, read with its outbox row (``select_related("outbox")``)."""
    state = CommandState(command.state)
    office = PathStep(_("Office"), _("sealed and queued"), Tone.OK, command.created_at)
    return office, _relay(command, state, now), _control(command, state, now), _meter(command, state)


def waits(command: RemoteCommand) -> bool:
    """Say whether an answer may still be waited for."""
    return command.state not in ANSWERS and command.state != CommandState.UNKNOWN


def _is_over(command: RemoteCommand, state: CommandState, now: datetime) -> bool:
    return state is CommandState.UNKNOWN or (state not in ANSWERS and command.expires_at <= now)


def _relay(command: RemoteCommand, state: CommandState, now: datetime) -> PathStep:
    sent_at = command.outbox.sent_at
    zone = _("Relay")
    if sent_at:
        return PathStep(zone, _("holds it for the control network"), Tone.OK, sent_at)
    if _is_over(command, state, now):
        return PathStep(zone, _("was not reached in time"), Tone.BAD, command.expires_at)
    return PathStep(zone, _("waits to be put there"), Tone.INFO)


def _control(command: RemoteCommand, state: CommandState, now: datetime) -> PathStep:
    zone = _("Control network")
    if state in ANSWERS:
        return PathStep(zone, _("picked it up and answered"), Tone.OK)
    if not command.outbox.sent_at:
        return PathStep(zone, _("not yet"), Tone.QUIET)
    if _is_over(command, state, now):
        return PathStep(zone, _("no answer before its time was over"), Tone.WARN, command.expires_at)
    words = _("waits to be picked up and answered; holds until {when}").format(
        when=relative_time(command.expires_at, now)
    )
    return PathStep(zone, words, Tone.INFO)


def _meter(command: RemoteCommand, state: CommandState) -> PathStep:
    zone = _("Meter")
    if state not in ANSWERS:
        unknown = state is CommandState.UNKNOWN
        words = _("not known: a late answer still counts") if unknown else _("not yet")
        return PathStep(zone, words, Tone.WARN if unknown else Tone.QUIET)
    words = in_language(WORDS.states[state])
    if state is CommandState.SUCCEEDED:
        rewritten = command.kind == CommandKind.REWRITE_PASSWORD
        words = _("holds the new password, proved by a fresh log-in") if rewritten else _("answered with its status")
    elif command.reason:
        words = f"{words} ({command.reason})"
    return PathStep(zone, words, ANSWERS[state], command.answered_at)
