"""The device itself: its settings, its keys, the office it trusts, its journal and its words."""

from __future__ import annotations

import io
import json
import resource
import sqlite3
import stat
import time
from contextlib import closing
from pathlib import Path

import pytest
from handheld_world import NOW, Hand
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from keiki.domain.diagnosis import NotReadable, ReadingMethod, RouteBMedium, diagnose
from keiki.domain.lifecycle import IllegalTransition
from keiki.domain.workorders.visit import VISIT, VisitEvent
from keiki.foundation.settings.errors import WrongSettingError
from keiki.handheld import enrolment, memory
from keiki.handheld.enrolment import EnrolmentError
from keiki.handheld.folding import NEVER_FIRST, fold
from keiki.handheld.journal import VisitEnd, VisitJournal
from keiki.handheld.port import MeterLine, open_line
from keiki.handheld.refusals import EXPLANATIONS, DeviceRefusal
from keiki.handheld.screen import STEPS, TerminalScreen
from keiki.handheld.settings import DeviceSettings, read_settings
from keiki.protocols.meter_port import messages as m
from keiki.protocols.meter_port.codec import Envelope, encode
from keiki.protocols.meter_port.framing import frame
from keiki.protocols.meter_port.messages import MeterRefusalReason
from keiki.protocols.meter_port.procedure import LOST
from keiki.protocols.sealing import errors
from keiki.protocols.sealing.identity import Identity

# --- settings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        'language = "ja"',
        'lang = "fr"',
        "lang = 1",
        "baud_rate = 9600.5",
        "baud_rate = true",
        "baud_rate = 0",
        "answer_seconds = 0",
        'answer_seconds = "2"',
        'time_zone = "Mars/Olympus"',
        'time_zone = "../../etc/passwd"',
        'plc_models = "TMC-?P?"',
        "plc_models = [1]",
        "lang = ",
        "lang = 'ja'\n[extra]\nkey = 1",
    ],
)
def test_wrong_settings_are_refused_with_the_files_name(text: str, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(text)
    with pytest.raises(WrongSettingError, match=r"settings\.toml:[12]: ") as refused:
        read_settings(tmp_path / "settings.toml")
    assert refused.value.text.ja.isascii() is False


def test_every_setting_is_explained_in_the_operations_page() -> None:
    page = (Path(__file__).parents[2] / "docs/operations/handheld.md").read_text()
    for name in DeviceSettings.__dataclass_fields__:
        assert f"| `{name}` |" in page, name


def test_the_medium_follows_the_makers_model() -> None:
    assert DeviceSettings().medium_of("TMC-RW1") is RouteBMedium.WIRELESS
    assert DeviceSettings().medium_of("TMC-LP2") is RouteBMedium.PLC
    assert DeviceSettings().medium_of("TMC-R01") is None


# --- keys and office --------------------------------------------------------------------------------------------------


def test_a_new_device_keeps_its_keys_to_itself(tmp_path: Path) -> None:
    card = enrolment.make_device(tmp_path / "d", "HHD-07")
    key = tmp_path / "d" / "keys" / "identity.pem"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "d").stat().st_mode) == 0o700
    assert enrolment.read_identity(tmp_path / "d").card == card
    with pytest.raises(EnrolmentError, match="already"):
        enrolment.make_device(tmp_path / "d", "HHD-07")
    key.chmod(0o640)
    with pytest.raises(EnrolmentError, match="Others"):
        enrolment.read_identity(tmp_path / "d")


def test_only_an_office_is_trusted_and_another_one_only_on_purpose(folder: Path, tmp_path: Path) -> None:
    def card(zone: str) -> Path:
        path = tmp_path / f"{zone}.json"
        path.write_text(Identity.generate(zone, "X-1").card.to_json())
        return path

    with pytest.raises(EnrolmentError, match="not the card of an office"):
        enrolment.trust_office(folder, card("control"), replace=True)
    another = card("office")
    with pytest.raises(EnrolmentError, match="Another office"):
        enrolment.trust_office(folder, another, replace=False)
    assert enrolment.trust_office(folder, another, replace=True) == enrolment.read_office(folder)


def test_a_damaged_office_card_is_told_and_mended(folder: Path, tmp_path: Path) -> None:
    (folder / "office.json").write_text("{")
    with pytest.raises(EnrolmentError, match="trust-office"):
        enrolment.read_office(folder)
    enrolment.trust_office(folder, tmp_path / "office.card.json", replace=True)
    assert enrolment.read_office(folder) is not None


# --- journal ----------------------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(VisitEvent), max_size=25))
def test_the_journal_follows_the_table_and_an_illegal_event_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, thrown: list[VisitEvent]
) -> None:
    journal = VisitJournal(tmp_path_factory.mktemp("journal") / "journal.db")
    visit = journal.begin("a" * 32, b"sealed", NOW, work_order="WO-1", unit="CU-1", generation=1, expires=NOW + 60)
    state = visit.state
    for event in thrown:
        before = journal.visit(visit.id)
        if event in VISIT.allowed(state):
            ending = VisitEnd("refused", "given_up", None, NOW) if VISIT.after(state, event) in VISIT.final else None
            state = VISIT.after(state, event)
            assert journal.record(visit.id, event, NOW, ending).state is state
        else:
            with pytest.raises(IllegalTransition):
                journal.record(visit.id, event, NOW)
            assert journal.visit(visit.id) == before
    kept = journal.visit(visit.id)
    assert kept.state is state
    assert kept.ended == (journal.unfinished() == [])
    assert (kept.envelope is None) == (kept.ended or VisitEvent.PROVE in [step.event for step in kept.steps])
    journal.close()


def test_a_closed_journal_is_not_read_any_more(tmp_path: Path) -> None:
    journal = VisitJournal(tmp_path / "journal.db")
    journal.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        journal.unfinished()


def test_a_visit_shows_nothing_of_its_envelope(tmp_path: Path) -> None:
    with closing(VisitJournal(tmp_path / "journal.db")) as journal:
        visit = journal.begin("a" * 32, b"sealed", NOW, work_order="WO-1", unit="CU-1", generation=1, expires=NOW + 60)
    assert visit.envelope == b"sealed"
    assert "sealed" not in repr(visit)


def test_the_journal_is_durable_at_every_step(hand: Hand) -> None:
    ask = hand.device.journal._db.execute
    assert ask("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert ask("PRAGMA synchronous").fetchone()[0] == 2
    assert ask("PRAGMA secure_delete").fetchone()[0] == 1


# --- port -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("port", ["spy:///dev/ttyUSB0?file=/tmp/x", "rfc2217://meter:1", "loop://", "hwgrep://x"])
def test_a_port_that_writes_a_log_or_leaves_the_device_is_refused(port: str) -> None:
    with pytest.raises(DeviceRefusal) as refused:
        open_line(port, 115200, 1)
    assert refused.value.code == "port_not_allowed"


@pytest.mark.parametrize(
    ("port", "code"),
    [("", "no_port"), ("/dev/no-such-port", "port_not_there"), ("socket://127.0.0.1:9", "socket_not_allowed")],
)
def test_a_port_that_is_not_there_is_told(port: str, code: str) -> None:
    with pytest.raises(DeviceRefusal) as refused:
        open_line(port, 115200, 1)
    assert refused.value.code == code


class Noise:
    """A line that brings anything but an answer."""

    in_waiting = 0

    def __init__(self, brings: bytes | OSError) -> None:
        self._brings: list[bytes | OSError] = [brings]

    def reset_input_buffer(self) -> None: ...

    def write(self, data: bytes) -> int:
        return len(data)

    def read(self, _: int) -> bytes:
        time.sleep(0.001)
        brought = self._brings.pop() if self._brings else b""
        if isinstance(brought, OSError):
            raise brought
        return brought


def replies_to_other_questions() -> st.SearchStrategy[bytes]:
    numbers, answers = st.integers(2, 65535), st.sampled_from([m.Accepted(), m.Generation(3), m.Identify()])
    return st.builds(lambda n, a: frame(encode(Envelope("", n, a))), numbers, answers)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300) | replies_to_other_questions() | st.just(OSError("unplugged")))
def test_whatever_a_line_brings_that_is_no_answer_counts_as_lost(brings: bytes | OSError) -> None:
    line = MeterLine(Noise(brings), 0.01)  # type: ignore[arg-type]
    assert line.ask(m.ReadGeneration()) is LOST


# --- words ------------------------------------------------------------------------------------------------------------


def every(kind: type[errors.SealingError]) -> set[str]:
    return {kind.code}.union(*(every(each) for each in kind.__subclasses__()))


def test_every_refusal_has_words_in_both_languages() -> None:
    codes = {reason.value for reason in MeterRefusalReason} | every(errors.SealingError) - {
        "sealing_error",
        "bad_identity",
    }
    assert codes <= set(EXPLANATIONS)
    for code, words in EXPLANATIONS.items():
        for each in (words.what, words.why, words.todo):
            assert each.in_language("en").isascii(), code
            assert each.in_language("ja") != each.in_language("en")
    assert set(STEPS) == set(VisitEvent)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_screen_says_what_why_and_what_to_do_with_a_sign(lang: str) -> None:
    out = io.StringIO()
    screen = TerminalScreen(lang, DeviceSettings().zone, Console(file=out, width=90, highlight=False))
    screen.refuse("expired")
    screen.diagnose(diagnose(NotReadable(asked_at=_at(), how=ReadingMethod.ON_SITE), None))
    shown = out.getvalue()
    words = EXPLANATIONS["expired"]
    for each in (words.what, words.why, words.todo):
        assert each.in_language(lang).split("、")[0].split(",")[0] in shown
    assert "✕" in shown
    assert shown.count("?") >= 4
    assert "JST" in shown


def _at():
    from datetime import UTC, datetime

    return datetime.fromtimestamp(NOW, UTC)


@given(st.text("設定する、。「」（）ABC1ー", max_size=60), st.integers(20, 60))
def test_folding_loses_nothing_and_begins_no_line_with_a_closing_mark(text: str, width: int) -> None:
    lines = fold(text, width)
    assert "".join(lines) == text
    assert not [line for line in lines[1:] if line[:1] in tuple(NEVER_FIRST)]


def test_folding_keeps_to_the_width_and_words_whole() -> None:
    sentence = "HEMSの電源を入れ、認証IDの入力を確かめるよう、お客さまに依頼してください。"
    assert all(cell_len(line) <= 30 for line in fold(sentence, 30))
    assert fold("Read the status again.", 11) == ["Read the", "status", "again."]


def test_core_dumps_are_forbidden() -> None:
    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, before[1]))
    memory.forbid_core_dumps()
    assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)


def test_the_card_is_json(tmp_path: Path) -> None:
    assert json.loads(enrolment.make_device(tmp_path / "d", "HHD-07").to_json())["zone"] == "handheld"
