"""A linked record as screens show it: every owner's answer, as of when, with contradictions where they stand."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keiki.domain.linkage.contradictions import Contradiction, find_contradictions
from keiki.domain.linkage.record import Fact, LinkedRecord, SourceAnswer, Unavailable
from keiki.domain.linkage.terms import Value
from keiki.office.screens.languages import in_language
from keiki.office.screens.moments import relative_time
from keiki.office.screens.naming import Names, is_code, term_name
from keiki.office.screens.parts import Freshness, ShownFact, ShownSource


def linked_sources(linked: LinkedRecord, names: Names) -> tuple[ShownSource, ...]:
    """Return what every source says; stale and silent ones are marked."""
    disputes = find_contradictions(linked)
    return tuple(_source(answer, disputes, names) for answer in linked.answers)


def _source(answer: SourceAnswer, disputes: tuple[Contradiction, ...], names: Names) -> ShownSource:
    id_, mine = answer.source.id, [each for each in disputes if answer.source.id in each.sources]
    if isinstance(answer.outcome, Unavailable):
        since = relative_time(answer.outcome.since, timezone.now())
        note = _("Unavailable since {when}: {why}.").format(when=since, why=in_language(answer.outcome.reason))
        return ShownSource(in_language(answer.source.owner), None, freshness=Freshness.UNAVAILABLE, note=note)
    differing = {(fact.name, fact.value) for each in mine for fact in each.facts if fact.source == id_}
    rows = answer.current_rows()
    stale = any(answer.is_stale(row) for row in rows)
    return ShownSource(
        owner=in_language(answer.source.owner),
        as_of=answer.as_of,
        facts=tuple(_fact(fact, differing, names) for row in rows for fact in row.facts.values()),
        freshness=Freshness.STALE if stale else Freshness.FRESH,
        contradictions=tuple(in_language(each.message) for each in mine),
        note=_note(answer, stale=stale),
    )


def _note(answer: SourceAnswer, *, stale: bool) -> str:
    notes = [in_language(reject.reason) for reject in answer.rejects]
    if stale:
        hours = int(answer.source.max_age.total_seconds() // 3600)
        notes.insert(
            0,
            ngettext(
                "Older than the {count} hour that may be decided from: ask its owner for an update.",
                "Older than the {count} hours that may be decided from: ask its owner for an update.",
                hours,
            ).format(count=hours),
        )
    ended = len(answer.rows) - len(answer.current_rows())
    if not answer.rows and not answer.rejects:
        notes.append(_("Has no record of this supply point."))
    elif ended:
        notes.append(
            ngettext("{count} ended record is not shown.", "{count} ended records are not shown.", ended).format(
                count=ended
            )
        )
    return " ".join(notes)


def _fact(fact: Fact, differing: set[tuple[str, Value]], names: Names) -> ShownFact:
    value = names.fact(fact.name, fact.value)
    return ShownFact(term_name(fact.name), value, is_code(fact.name), (fact.name, fact.value) in differing)
