"""Every pattern of the four status items, against the founding paper's table 2 written out again by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from keiki.domain.diagnosis import (
    Diagnosis,
    NotReadable,
    ReadingMethod,
    RouteBMedium,
    StatusReport,
    diagnose,
)
from keiki.domain.diagnosis.table import TABLE, DiagnosisId
from keiki.domain.diagnosis.words import LIVE_SESSION, NOT_PROOF, ONE_HEMS, SESSION_OPEN, SILENT_HEMS, TEXTS, WRONG_ID
from keiki.foundation.status_items import StatusItemState, UnitCondition
from keiki.foundation.text.bilingual import Bilingual

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

# startup, authentication, connection, condition; c clear, f failure; n normal, a abnormality. Paper 0110, table 2.
EXPECTED = {
    "cccn": "active",
    "cffn": "hems_failure",
    "ccfn": "hems_unconnected",
    "fcfa": "abnormality",
    "fffa": "abnormality",
}
LETTER = {
    "c": StatusItemState.CLEAR,
    "f": StatusItemState.FAILURE,
    "n": UnitCondition.NORMAL,
    "a": UnitCondition.ABNORMALITY,
}
PATTERNS = ["".join(p) for p in product("cf", "cf", "cf", "na")]


def report(pattern: str, how: ReadingMethod = ReadingMethod.REMOTE) -> StatusReport:
    return StatusReport(*(LETTER[x] for x in pattern), read_at=AT, how=how)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_pattern_has_the_papers_diagnosis_or_is_inconsistent(pattern):
    assert len(PATTERNS) == 16
    found = diagnose(report(pattern), RouteBMedium.WIRELESS)
    assert found.id == EXPECTED.get(pattern, "inconsistent")
    assert found.ok is (pattern == "cccn")
    assert [lamp.good for lamp in found.lamps] == [x in "cn" for x in pattern]
    assert [lamp.state for lamp in found.lamps] == [LETTER[x].value for x in pattern]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_no_two_rows_of_the_table_cover_the_same_pattern(pattern):
    assert sum(row.covers(report(pattern)) for row in TABLE) == (pattern in EXPECTED)


@pytest.mark.parametrize("medium", [*RouteBMedium, None])
@pytest.mark.parametrize("pattern", [*PATTERNS, None])
def test_the_words_are_the_same_on_site_and_remotely(pattern, medium):
    def ask(how: ReadingMethod):
        return diagnose(report(pattern, how) if pattern else NotReadable(AT, how), medium)

    remote, on_site = vars(ask(ReadingMethod.REMOTE)).copy(), vars(ask(ReadingMethod.ON_SITE)).copy()
    assert (remote.pop("how"), on_site.pop("how")) == (ReadingMethod.REMOTE, ReadingMethod.ON_SITE)
    assert remote == on_site


def test_not_readable_is_its_own_result_and_knows_no_lamp():
    found = diagnose(NotReadable(AT, ReadingMethod.REMOTE), RouteBMedium.PLC)
    assert found.id == "not_readable"
    assert not found.ok
    assert [(lamp.state, lamp.good) for lamp in found.lamps] == [("unknown", None)] * 4
    assert found.causes == ()


@pytest.mark.parametrize(
    ("medium", "has", "lacks"),
    [(RouteBMedium.WIRELESS, "Wireless", "PLC"), (RouteBMedium.PLC, "PLC", "Wireless")],
)
def test_causes_of_an_unconnected_hems_follow_the_medium(medium, has, lacks):
    causes = [c.en for c in diagnose(report("ccfn"), medium).causes]
    assert causes[0] == "The HEMS is turned off."
    assert len(causes) == 3
    assert any(has in c for c in causes)
    assert not any(lacks in c for c in causes)


def test_an_unknown_medium_names_the_causes_of_both():
    assert len(diagnose(report("ccfn"), None).causes) == 5


@pytest.mark.parametrize("pattern", sorted(set(PATTERNS) - set(EXPECTED)))
def test_an_inconsistent_pattern_guesses_no_cause(pattern):
    assert diagnose(report(pattern), RouteBMedium.WIRELESS).causes == ()


def test_the_cautions_of_the_field_stand_where_they_matter():
    def notes(pattern: str):
        return diagnose(report(pattern), RouteBMedium.WIRELESS).notes

    assert NOT_PROOF in notes("cffn")
    assert WRONG_ID in notes("ccfn")
    assert {SESSION_OPEN, LIVE_SESSION, ONE_HEMS} <= set(notes("cccn"))


def test_active_says_what_it_proves_and_what_to_do_when_nothing_arrives():
    found = diagnose(report("cccn"), RouteBMedium.WIRELESS)
    said = [words.en for words in (*found.todo, *found.notes)]
    assert any("stays open after the HEMS is switched off" in words for words in said)
    assert any("nothing arrives" in words and "restarted" in words for words in said)
    assert not any(words.startswith("Nothing to do") for words in said)


@pytest.mark.parametrize("id_", DiagnosisId)
def test_no_diagnosis_takes_a_modules_default_for_the_life_of_a_session(id_):
    text = TEXTS[id_]
    assert not [words for words in (*text.todo, *text.notes) if "900" in words.en + words.ja]


@pytest.mark.parametrize("id_", DiagnosisId)
def test_every_diagnosis_says_what_to_do_in_both_languages(id_):
    text = TEXTS[id_]
    for words in (text.message, *text.todo, *text.causes, *text.notes):
        assert words.in_language("ja")
        assert words.in_language("en").isascii()
        assert words.ja != words.en
    assert text.todo


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        StatusReport(
            StatusItemState.CLEAR,
            StatusItemState.CLEAR,
            StatusItemState.CLEAR,
            UnitCondition.NORMAL,
            datetime(2026, 1, 1),  # noqa: DTZ001
            ReadingMethod.REMOTE,
        )
    with pytest.raises(ValueError, match="zone"):
        NotReadable(datetime(2026, 1, 1), ReadingMethod.REMOTE)  # noqa: DTZ001


def active(age: timedelta | None, medium: RouteBMedium | None = RouteBMedium.WIRELESS) -> Diagnosis:
    exchange = None if age is None else AT - age
    return diagnose(replace(report("cccn"), last_exchange=exchange), medium)


@pytest.mark.parametrize(
    ("age", "ja", "en"),
    [
        (
            timedelta(),
            "最後の通信：18:00（読取りの前1分以内）",
            "Last exchange 18:00 (less than a minute before the reading)",
        ),
        (timedelta(minutes=2), "最後の通信：17:58（読取りの2分前）", "Last exchange 17:58 (2 min before the reading)"),
        (
            timedelta(hours=2),
            "最後の通信：16:00（読取りの2時間前）",
            "Last exchange 16:00 (2 hours before the reading)",
        ),
        (
            timedelta(hours=19),
            "最後の通信：2026-11-22 23:00（読取りの19時間前）",
            "Last exchange 2026-11-22 23:00 (19 hours before the reading)",
        ),
        (
            None,
            "この読取りでは、HEMSが最後にいつ通信したかは分かりません（通知しない通信ユニットがあります）。",
            "This reading does not tell when the HEMS last spoke: not every unit tells it.",
        ),
    ],
)
def test_active_says_when_the_last_exchange_was_or_that_it_is_not_known(age, ja, en):
    assert active(age).exchange(ZoneInfo("Asia/Tokyo")) == Bilingual(ja=ja, en=en)


@pytest.mark.parametrize(
    ("age", "silent"),
    [
        (None, False),
        (timedelta(), False),
        (timedelta(hours=1), False),
        (timedelta(hours=1, seconds=1), True),
        (timedelta(hours=24), True),
    ],
)
def test_a_hems_that_is_silent_for_more_than_an_hour_is_to_be_looked_at(age, silent):
    found = active(age)
    assert (found.id, found.ok, found.silent) == ("active", True, silent)
    told = " ".join(words.en for words in (found.message, *found.causes, *found.todo))
    assert ("no exchange for more than an hour" in found.message.en) is silent
    assert ("Ask the customer to look at the HEMS" in found.todo[0].en) is silent
    assert ("nothing to do" not in told) is silent
    assert ("turned off" in told and "too far" in told) is silent
    assert SESSION_OPEN in found.notes


@pytest.mark.parametrize("medium", [*RouteBMedium, None])
def test_a_silent_hems_has_the_causes_of_one_that_is_not_connected(medium):
    assert active(timedelta(hours=2), medium).causes == diagnose(report("ccfn"), medium).causes


def test_the_words_of_a_silent_hems_are_in_both_languages():
    for words in (SILENT_HEMS.message, *SILENT_HEMS.todo, *SILENT_HEMS.causes, *SILENT_HEMS.notes):
        assert words.en.isascii()
        assert words.ja != words.en


@pytest.mark.parametrize("pattern", sorted(set(PATTERNS) - {"cccn"}))
def test_no_other_diagnosis_speaks_of_a_last_exchange(pattern):
    found = diagnose(replace(report(pattern), last_exchange=AT - timedelta(hours=2)), RouteBMedium.WIRELESS)
    assert (found.silent, found.last_exchange, found.exchange(UTC)) == (False, None, None)
    assert diagnose(NotReadable(AT, ReadingMethod.REMOTE), None).exchange(UTC) is None


def test_an_exchange_after_the_reading_or_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="not later"):
        replace(report("cccn"), last_exchange=AT + timedelta(seconds=1))
    with pytest.raises(ValueError, match="zone"):
        replace(report("cccn"), last_exchange=AT.replace(tzinfo=None))
