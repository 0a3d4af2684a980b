"""Ask about catalogue versions, in plain values, and which one is in force on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from keiki.domain.catalogues.lifecycle import CATALOGUE_VERSION, CatalogueEvent, CatalogueState
from keiki.domain.catalogues.report import difference as difference_of_files
from keiki.office.refusal import Refusal

from .models import CatalogueVersion

BY_PEOPLE = (CatalogueEvent.PROPOSE, CatalogueEvent.PUBLISH, CatalogueEvent.REJECT, CatalogueEvent.WITHDRAW)
"""What a person may do to a version; the rest follows by itself."""


class NoCatalogue(Refusal):
    """There is no catalogue version of that name, or none is in force."""

    code = "no_catalogue"


def version(name: str, number: str) -> CatalogueVersion:
    """Return the version ``number`` of the catalogue ``name``."""
    found = CatalogueVersion.objects.filter(name=name, version=number).first()
    if found is None:
        raise NoCatalogue(
            f"カタログ {name} の第{number}版はありません。一覧で名前と版を確かめてください",
            f"there is no version {number} of a catalogue {name}: check name and version in the list",
        )
    return found


def by_id(number: int) -> CatalogueVersion:
    """Return the version with this number, as a screen's address has it."""
    found = CatalogueVersion.objects.filter(pk=number).first()
    if found is None:
        raise NoCatalogue(
            "そのカタログ版はありません。一覧から選んでください",
            "there is no such catalogue version: choose one of the list",
        )
    return found


def in_force(day: date) -> CatalogueVersion | None:
    """Return the published version that holds on ``day``: the one that took effect last. Its files are not loaded."""
    return published(day).defer("files", "report").first()


def published(day: date) -> QuerySet[CatalogueVersion]:
    """The published versions whose time has come by ``day`` and is not over, the one in force first."""
    lasts = Q(effective_until=None) | Q(effective_until__gt=day)
    found = CatalogueVersion.objects.filter(lasts, state=CatalogueState.PUBLISHED, effective_from__lte=day)
    return found.order_by("-effective_from", F("published_at").desc(nulls_last=True), "-id")


def was_ever_in_force(day: date) -> bool:
    """Whether any version was published whose first day is not after ``day``, whatever became of it."""
    return CatalogueVersion.objects.filter(published_at__isnull=False, effective_from__lte=day).exists()


def versions() -> list[dict[str, Any]]:
    """Return every version, the newest first, without files and proof."""
    return [describe(each) for each in CatalogueVersion.objects.defer("files", "report")]


def describe(found: CatalogueVersion, day: date | None = None) -> dict[str, Any]:
    """Return a version as plain values; with ``day`` also whether it is in force then."""
    values = {
        "id": found.pk,
        "name": found.name,
        "version": found.version,
        "state": found.state,
        "may": [each.value for each in CATALOGUE_VERSION.allowed(CatalogueState(found.state)) if each in BY_PEOPLE],
        "effective_from": found.effective_from.isoformat(),
        "effective_until": found.effective_until.isoformat() if found.effective_until else None,
        "digest": found.digest,
        "brought_in": {"by": found.brought_in_by, "at": found.brought_in_at.isoformat()},
        "proposed": _done(found.proposed_by, found.proposed_at),
        "published": _done(found.published_by, found.published_at),
        "ended": _done(found.ended_by, found.ended_at),
        "because": found.because,
    }
    if day is not None:
        current = in_force(day)
        values["in_force"] = current is not None and current.pk == found.pk
    return values


def report(found: CatalogueVersion) -> dict[str, Any]:
    """Return what its proof said: per period the counts and conflicts, and in what it does not fit the office."""
    return {**describe(found), "report": found.report, "files": sorted(found.files)}


def difference(one: CatalogueVersion, other: CatalogueVersion) -> dict[str, Any]:
    """Return what ``other`` changes against ``one``: answers to needs, units, rules and lines of the files.

    Takes about a second for a catalogue of a thousand needs.
    """
    return difference_of_files(one.files, other.files)


def _done(by: str, at: Any) -> dict[str, str] | None:
    return {"by": by, "at": at.isoformat()} if at else None
