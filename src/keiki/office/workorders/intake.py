"""Results of visits as files: each is taken by itself, and each says what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from keiki.domain.access import Reach
from keiki.domain.lifecycle import IllegalTransition
from keiki.domain.units import CatalogueError
from keiki.office.audit.services import Act
from keiki.office.refusal import Refusal
from keiki.office.screens.languages import in_language
from keiki.office.screens.office_parts import ScreenServices
from keiki.office.sentences import sentence_of
from keiki.office.sources import ConfigurationError
from keiki.protocols.sealing.errors import SealingError

from . import watching
from .forms import MOST_RESULTS, RESULT_BYTES
from .models import WorkOrder
from .results import RecordingEffect, record_visit

REFUSALS = (CatalogueError, ConfigurationError, IllegalTransition, Refusal, SealingError)


@dataclass(frozen=True)
class ResultFileOutcome:
    """What became of one file: its name, the order it was for, a sentence, and how good news it is."""

    file: str
    order: WorkOrder | None
    words: str
    tone: str


def take_results(
    act: Act, office_services: ScreenServices, files: Iterable[UploadedFile[bytes]], reach: Reach
) -> list[ResultFileOutcome]:
    """Take each file. A result for another service office's order is refused and changes nothing."""
    return [_take(act, office_services, file, reach) for file in list(files)[:MOST_RESULTS]]


def _take(act: Act, office_services: ScreenServices, file: UploadedFile[bytes], reach: Reach) -> ResultFileOutcome:
    name = str(file.name)
    if (file.size or 0) > RESULT_BYTES:
        return ResultFileOutcome(name, None, _("This is no result of a visit: the file is too large."), "bad")
    try:
        order, recorded = record_visit(act, office_services.identity, file.read(), reach.covers)
    except REFUSALS as error:
        return ResultFileOutcome(name, None, in_language(sentence_of(error)), "bad")
    if recorded is RecordingEffect.REPEATED:
        return ResultFileOutcome(name, order, _("Was taken already; nothing changed."), "quiet")
    if recorded is RecordingEffect.SET_ASIDE:
        words = _("It could not be recorded; the order says why. Then hand it in again.")
        return ResultFileOutcome(name, order, words, "bad")
    if recorded is RecordingEffect.FAILED:
        return ResultFileOutcome(name, order, _("The visit did not succeed; the design is open again."), "warn")
    return ResultFileOutcome(name, order, _rechecked(act, office_services, order), "ok")


def _rechecked(act: Act, office_services: ScreenServices, order: WorkOrder) -> str:
    """Say whether what was built in was still right; the result stands whatever the records say."""
    try:
        revision = watching.recheck_visit(act, office_services.sources, office_services.catalogue, order)
    except REFUSALS:
        return _("Taken. The records could not be asked whether it is still right.")
    if revision.holds:
        return _("Taken: units replaced, password set and proved.")
    return _("Taken; but the records changed before the visit: see what follows.")
