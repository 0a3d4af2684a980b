"""A process is waited for as long as it lives and works, and given up when it shows no sign of life."""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from keiki.cli import zones
from keiki.cli.zones import ZoneRefused, Zones, ZoneSilent

READY = "import json,os,pathlib,sys; pathlib.Path(sys.argv[1]).write_text(json.dumps({'pid': os.getpid()}));"
WORKS = "import time; end = time.monotonic() + 4\nwhile time.monotonic() < end: sum(range(10000))\n"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Zones:
    monkeypatch.setattr(zones, "SILENT_SECONDS", 1.0)
    monkeypatch.setattr(
        zones, "_command", lambda program, arguments: [sys.executable, "-c", program, *map(str, arguments)]
    )
    return Zones(tmp_path)


def test_a_process_that_works_longer_than_any_limit_is_waited_for(run: Zones, tmp_path: Path) -> None:
    began = time.monotonic()
    run.start("slow", WORKS + READY + "time.sleep(60)", tmp_path / "ready", ready=tmp_path / "ready")
    assert time.monotonic() - began > 3
    run.kill("slow")
    assert run.ask(WORKS + "print('{\"done\": 1}')", "x") == {"done": 1}


def test_a_process_without_a_sign_of_life_is_given_up_with_a_sentence(run: Zones, tmp_path: Path) -> None:
    with pytest.raises(ZoneSilent, match="no sign of life") as silent:
        run.start("hangs", "import time; time.sleep(60)", ready=tmp_path / "ready")
    assert str(tmp_path / "logs" / "hangs.log") in silent.value.text.ja
    run.stop()
    with pytest.raises(ZoneSilent, match="no sign of life"):
        run.ask("import time; time.sleep(60)", "x")


def test_a_process_that_stops_is_named_with_the_last_line_of_its_log(run: Zones, tmp_path: Path) -> None:
    with pytest.raises(ZoneSilent, match=r"exit code 3.*it rains"):
        run.start("gone", "import sys; print('it rains', file=sys.stderr); sys.exit(3)", ready=tmp_path / "ready")


def test_the_ready_file_of_an_earlier_process_is_not_taken_for_the_new_one(run: Zones, tmp_path: Path) -> None:
    (tmp_path / "ready").write_text('{"pid": 1}')
    with pytest.raises(ZoneSilent):
        run.start("stale", "import time; time.sleep(60)", ready=tmp_path / "ready")
    run.stop()


def test_a_refusal_is_told_in_both_languages(run: Zones) -> None:
    said = '{"error": "no", "message": {"ja": "いいえ", "en": "no"}}'
    with pytest.raises(ZoneRefused) as refused:
        run.ask(f"import sys; print({said!r}); sys.exit(1)", "look")
    assert refused.value.text.ja.endswith("いいえ")
    assert refused.value.text.en.endswith("no")


def test_a_stop_does_not_wait_for_a_command_that_runs(run: Zones, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zones, "SILENT_SECONDS", 60.0)
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(run.ask, "import time; print('{}', flush=True); time.sleep(60)", "x")
        while not run._commands:
            time.sleep(0.01)
        began = time.monotonic()
        run.stop()
        with pytest.raises(ZoneRefused):
            asked.result()
    assert time.monotonic() - began < 30
    with pytest.raises(ZoneSilent, match="being stopped"):
        run.start("late", "import time", ready=Path("/nowhere"))
