"""What the desk says of an act: refused and why, changed by somebody else, found when looking again."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from keiki.office.audit.models import AuditEvent
from keiki.office.catalogue import GateVerdict
from keiki.office.screens.languages import in_language
from keiki.office.screens.moments import relative_time
from keiki.office.screens.parts import Tone
from keiki.office.sentences import sentence_of
from keiki.office.users.models import User

from .models import Design
from .obstacles import ObstacleGroup, obstacles
from .refresh import RefreshResult
from .services import CannotDecide


@dataclass(frozen=True)
class DeskNotice:
    """What happened, why (one line each), what stands in the way, and what to do."""

    tone: Tone
    what: str
    why: tuple[str, ...] = ()
    groups: tuple[ObstacleGroup, ...] = ()
    to_do: str = ""


def refused(error: Exception) -> DeskNotice:
    """Say what was refused and why; what stands in the way of deciding stands with its owners."""
    if isinstance(error, CannotDecide):
        return DeskNotice(
            Tone.BAD,
            _("The design cannot be decided now."),
            groups=obstacles(error.blocked),
            to_do=_("What was chosen is kept. Finish the design when this is settled."),
        )
    return DeskNotice(Tone.BAD, _("This was not done."), (in_language(sentence_of(error)),))


def gate_refused(verdict: GateVerdict) -> DeskNotice:
    """Say what the gate refused the design for."""
    return DeskNotice(
        Tone.BAD,
        _("The gate refused the design: it is not finished."),
        tuple(f"{each['rule']} {in_language(each)}" if each["kinds"] else in_language(each) for each in verdict.broken),
        to_do=_("There is no override. Repair what is marked, then finish it again."),
    )


def changed_meanwhile(design: Design) -> DeskNotice:
    """Say who changed the design first, and that nothing was overwritten."""
    last = AuditEvent.objects.filter(subject=design.reference).order_by("-id").first()
    who, when = "", ""
    if last:
        who = User.objects.filter(username=last.by).values_list("name", flat=True).first() or last.by
        when = relative_time(last.at, timezone.now())
    return DeskNotice(
        Tone.WARN,
        _("{who} changed this design meanwhile ({when}).").format(who=who, when=when)
        if last
        else _("This design was changed meanwhile."),
        (_("What you did was not kept, and nothing of the other change was overwritten."),),
        to_do=_("This is the design as it is now. Look at it, and go on from here."),
    )


def looked(look: RefreshResult) -> DeskNotice:
    """Say what a fresh look found."""
    changes = tuple(in_language(each.message) for each in look.revision.comparison.changes)
    if look.blocked:
        return DeskNotice(
            Tone.WARN,
            _("The data servers were asked again: nothing can be decided from what they say now."),
            groups=obstacles(look.blocked),
            to_do=_("The design stays as it was decided."),
        )
    if not changes:
        return DeskNotice(
            Tone.OK, _("The data servers were asked again: nothing changed that the design was decided from.")
        )
    if look.taken_back:
        to_do = _("Another combination is best now, so the choice was taken back. Choose anew; undo brings it back.")
    elif look.renewed:
        to_do = _("The design now goes by this. The same combination is still the best.")
    else:
        to_do = _("The design is finished; it is opened again by itself where its answer is no longer right.")
    return DeskNotice(Tone.WARN, _("The data servers were asked again: this changed."), changes, to_do=to_do)
