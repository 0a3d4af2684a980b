"""Whatever is edited, removed, inserted or swapped before the last checkpoint is found, and its place is named."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keiki.domain.audit.event import GENESIS, ChainLink, RecordedEvent
from keiki.domain.audit.findings import AuditFinding, FindingKind, Findings
from keiki.domain.audit.verification import VerificationProgress, verify

START = datetime(2026, 11, 23, tzinfo=UTC)
Links = list[ChainLink]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def events(draw: st.DrawFn, position: int = 1) -> RecordedEvent:
    return RecordedEvent(
        position,
        START + timedelta(seconds=draw(st.integers(0, 200)), microseconds=draw(st.integers(0, 999_999))),
        draw(TEXT),
        draw(TEXT),
        draw(st.sampled_from(["PasswordOpened", "DesignFinished"])),
        draw(TEXT),
        draw(st.sampled_from(["", "0612345678901234567890"])),
        draw(st.dictionaries(TEXT, VALUES, max_size=3)),
    )


def chained(listed: list[RecordedEvent]) -> Links:
    made: Links = []
    for position, event in enumerate(listed, 1):
        previous = made[-1].hash if made else GENESIS
        made.append(ChainLink.after(previous, dataclasses.replace(event, position=position)))
    return made


@st.composite
def histories(draw: st.DrawFn) -> tuple[Links, dict[int, str]]:
    """A chain, and checkpoints at some of its events, the last one among them."""
    links = chained(draw(st.lists(events(), min_size=3, max_size=14)))
    marked = draw(st.sets(st.integers(1, len(links)))) | {len(links)}
    return links, {position: links[position - 1].hash for position in marked}


def other(link: ChainLink, draw: st.DrawFn) -> RecordedEvent:
    """The same event with one member changed."""
    name = draw(st.sampled_from(["at", "by", "origin", "happened", "subject", "supply_point", "details"]))
    was = getattr(link.event, name)
    if name == "at":
        return dataclasses.replace(link.event, at=was + timedelta(microseconds=draw(st.integers(1, 10**7))))
    if name == "details":
        return dataclasses.replace(link.event, details={**was, "more": draw(VALUES)} if "more" not in was else {})
    return dataclasses.replace(link.event, **{name: was + draw(TEXT.filter(bool))})


def edit(links: Links, at: int, draw: st.DrawFn) -> None:
    links[at] = dataclasses.replace(links[at], event=other(links[at], draw))


def replace(links: Links, at: int, draw: st.DrawFn) -> None:
    links[at] = ChainLink.after(links[at].previous, other(links[at], draw))


def edit_hash(links: Links, at: int, draw: st.DrawFn) -> None:
    digit = draw(st.integers(0, 63))
    name = draw(st.sampled_from(["hash", "previous"]))
    old = getattr(links[at], name)
    new = old[:digit] + ("0" if old[digit] != "0" else "1") + old[digit + 1 :]
    links[at] = dataclasses.replace(links[at], **{name: new})


def remove(links: Links, at: int, draw: st.DrawFn) -> None:
    del links[at]


def insert(links: Links, at: int, draw: st.DrawFn) -> None:
    links.insert(at, ChainLink.after(links[at].previous, other(links[at], draw)))


def swap_neighbours(links: Links, at: int, draw: st.DrawFn) -> None:
    one = min(at, len(links) - 2)
    links[one], links[one + 1] = links[one + 1], links[one]


def renumber_after_removal(links: Links, at: int, draw: st.DrawFn) -> None:
    del links[at]
    for place in range(at, len(links)):
        event = dataclasses.replace(links[place].event, position=place + 1)
        links[place] = dataclasses.replace(links[place], event=event)


def write_anew(links: Links, at: int, draw: st.DrawFn) -> None:
    links[:] = chained(
        [*(link.event for link in links[:at]), other(links[at], draw), *(e.event for e in links[at + 1 :])]
    )


def write_anew_without(links: Links, at: int, draw: st.DrawFn) -> None:
    links[:] = chained([link.event for place, link in enumerate(links) if place != at])


def write_anew_with_more(links: Links, at: int, draw: st.DrawFn) -> None:
    links[:] = chained([*(e.event for e in links[:at]), draw(events()), *(e.event for e in links[at:])])


def cut(links: Links, at: int, draw: st.DrawFn) -> None:
    del links[at:]


DAMAGES: list[Callable[[Links, int, st.DrawFn], None]] = [
    edit,
    replace,
    edit_hash,
    remove,
    insert,
    swap_neighbours,
    renumber_after_removal,
    write_anew,
    write_anew_without,
    write_anew_with_more,
    cut,
]


def first_difference(before: Links, after: Links) -> int:
    """The position from which the two are not the same."""
    same = (one == other for one, other in zip(before, after, strict=False))
    return next((position for position, equal in enumerate(same, 1) if not equal), min(len(before), len(after)) + 1)


def names_place(found: tuple[AuditFinding, ...], place: int) -> bool:
    """Whether a finding's range holds the place, or ends right beside it."""
    telling = [each for each in found if not each.is_note or each.damage is FindingKind.UNPROVEN]
    return any(each.first - 1 <= place <= each.last + 1 for each in telling)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
@settings(max_examples=40)
@given(data=st.data(), history=histories())
def test_damage_before_the_last_checkpoint_is_found_and_its_place_named(
    damage: Callable[[Links, int, st.DrawFn], None], data: st.DataObject, history: tuple[Links, dict[int, str]]
) -> None:
    links, marks = history
    before = list(links)
    place = data.draw(st.integers(0, len(links) - 1))
    damage(links, place, data.draw)
    if links == before:  # an event put in that was there already, chained as it was
        return
    if links[: len(before)] == before:  # put behind the last checkpoint: nobody vouched for the end yet
        assert verify(links, marks).intact
        return
    verdict = verify(links, marks)
    assert not verdict.intact
    assert names_place(verdict.findings, first_difference(before, links)), verdict.findings


@settings(max_examples=40)
@given(history=histories())
def test_what_was_not_damaged_is_intact(history: tuple[Links, dict[int, str]]) -> None:
    links, marks = history
    verdict = verify(iter(links), marks)
    assert verdict.intact
    assert (verdict.events, verdict.position, verdict.vouched) == (len(links), len(links), len(links))
    assert all(ChainLink.from_line(link.to_line()) == link for link in links)


@settings(max_examples=40)
@given(history=histories(), data=st.data())
def test_a_part_is_verified_on_from_where_another_ended(
    history: tuple[Links, dict[int, str]], data: st.DataObject
) -> None:
    links, marks = history
    at = data.draw(st.integers(0, len(links)))
    first = verify(links[:at], {})
    rest = verify(links[at:], marks, VerificationProgress(first.position, first.hash))
    assert rest.hash == verify(links, marks).hash
    assert rest.intact


@settings(max_examples=40)
@given(history=histories(), data=st.data())
def test_what_no_checkpoint_vouches_for_can_be_cut_off_unseen(
    history: tuple[Links, dict[int, str]], data: st.DataObject
) -> None:
    """The documented limit: it is why checkpoints are made often, and why verify counts what is unvouched."""
    links, _ = history
    at = data.draw(st.integers(1, len(links)))
    assert verify(links[:at], {}).intact


def test_neighbouring_findings_are_one_range_and_the_list_has_an_end() -> None:
    findings = Findings()
    findings.add(AuditFinding(FindingKind.EDITED, position, position) for position in range(1, 100_000))
    assert findings.shown == (AuditFinding(FindingKind.EDITED, 1, 99_999),)
    findings.add(AuditFinding(FindingKind.EDITED, position, position) for position in range(200_000, 400_000, 2))
    assert len(findings.shown) == 200
    assert findings.not_shown == 100_000 - 199
    assert findings.damaged
