"""The folder of a run: refused with a sentence where it cannot be used, and held by one process at a time."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from keiki.cli.run_folder import DEFAULT, MARK, FolderRefused, held
from keiki.foundation.processes import began

ROOT = Path(__file__).parents[2]
UP = [sys.executable, "-m", "keiki", "up", "--lang"]
HOLD = """
import pathlib, sys, time
from keiki.cli.run_folder import held
with held(pathlib.Path(sys.argv[1])) as folder:
    folder.note("http://localhost:8000", [])
    print("held", flush=True)
    time.sleep(60)
"""


def up(language: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*UP, language, *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False
    )


def on_small_disk(megabytes: int, read_only: bool, script: str) -> subprocess.CompletedProcess[str]:
    """Run a shell script beside a file system of its own at ``$DISK``; skip where the kernel gives none."""
    mount = f'DISK=$(mktemp -d) && mount -t tmpfs -o size={megabytes}m none "$DISK"'
    remount = 'mount -o remount,ro "$DISK"' if read_only else ":"
    apart = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    if not shutil.which("unshare") or subprocess.run([*apart, mount], check=False, capture_output=True).returncode:
        pytest.skip("this machine gives no file system of one's own (unshare, tmpfs)")
    return subprocess.run(
        [*apart, f"{mount} && {remount} && {{ {script}; }}"], capture_output=True, text=True, timeout=60, check=False
    )


def test_a_file_is_refused_in_the_chosen_language(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    english, japanese = up("en", "--folder", tmp_path / "file"), up("ja", "--folder", tmp_path / "file" / "below")
    assert english.returncode == japanese.returncode == 2
    assert english.stdout.strip().endswith("is a file: name a folder")
    assert "フォルダーではなくファイルです" in japanese.stdout
    assert "Traceback" not in english.stderr + japanese.stderr
    assert (tmp_path / "file").read_text() == "x"


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("x")
    said = up("en", "--folder", tmp_path)
    assert said.returncode == 2
    assert "holds files that are not Keiki's" in said.stdout
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    ("content", "en", "ja"),
    [
        ("[office]\nname = 'x", "settings.toml:2: this is not TOML", "TOMLとして読めません"),
        ("office = 1", "settings.toml:1: office: must be a section, [office]", "節 [office] として"),
        ("x = " + "[" * 9999, "settings.toml:1: this is not TOML", "TOMLとして読めません"),
    ],
    ids=["unclosed", "no section", "deep"],
)
def test_settings_that_were_edited_and_cannot_be_read_are_named(tmp_path: Path, content: str, en: str, ja: str) -> None:
    (tmp_path / "office").mkdir()
    file = tmp_path / "office" / "settings.toml"
    file.write_text(content)
    for language, said in (("en", en), ("ja", ja)):
        done = up(language, "--folder", tmp_path)
        assert done.returncode == 2
        assert said in done.stdout
        assert "Traceback" not in done.stderr
    assert file.read_text() == content


@pytest.mark.parametrize("number", [["--points", "20000"], ["--seed", "-1"]])
def test_a_town_that_cannot_be_is_refused_before_anything_starts_and_leaves_nothing(
    number: list[str], tmp_path: Path
) -> None:
    said = up("ja", "--folder", tmp_path / "new" / "demo", *number)
    assert said.returncode == 2
    assert f"{number[0]} を直してください" in said.stdout
    assert "…" not in said.stdout
    assert list(tmp_path.iterdir()) == []


def test_another_seed_than_the_folders_is_refused_before_anything_starts(tmp_path: Path) -> None:
    town = [sys.executable, "-m", "keiki.bench", "town", "--folder", str(tmp_path / "bench"), "--seed", "1"]
    with subprocess.Popen(town) as process:
        while not (tmp_path / "bench" / "town.json").exists():
            assert process.poll() is None
            time.sleep(0.1)
        process.terminate()
    before = sorted(tmp_path.rglob("*"))
    english, japanese = up("en", "--folder", tmp_path, "--seed", "2"), up("ja", "--folder", tmp_path, "--points", "31")
    assert english.returncode == japanese.returncode == 2
    assert "drawn from seed 1: leave out --seed and --points" in english.stdout
    assert "--seed と --points を外すか" in japanese.stdout
    assert "…" not in english.stdout + japanese.stdout
    assert {each.name for each in set(tmp_path.rglob("*")) - set(before)} <= {MARK, "logs", "bench-commands.log"}


def test_a_refused_port_leaves_no_folder(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert up("en", "--port", port, "--folder", tmp_path / "new" / "demo").returncode == 2
        assert list(tmp_path.iterdir()) == []
        (tmp_path / "kept").mkdir()
        assert up("en", "--port", port, "--folder", tmp_path / "kept").returncode == 2
    assert [each.name for each in tmp_path.iterdir()] == ["kept"], "a folder that was there stays"


def test_a_read_only_folder_is_a_sentence() -> None:
    said = on_small_disk(300, True, f'{" ".join(UP)} en --folder "$DISK"; echo code $?')
    assert "cannot be written: correct its permissions, or name another folder" in said.stdout, said.stderr
    assert "code 2" in said.stdout
    assert "Traceback" not in said.stderr


def test_a_disk_without_room_is_a_sentence_before_anything_is_started() -> None:
    said = on_small_disk(20, False, f'{" ".join(UP)} en --folder "$DISK"; echo code $?; ls "$DISK"')
    assert "200 MB are needed: make room" in said.stdout, said.stderr
    assert said.stdout.endswith("code 2\n")
    assert "Traceback" not in said.stderr


def test_a_folder_is_held_by_one_and_says_by_whom(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        with pytest.raises(FolderRefused) as refused, held(tmp_path):
            pass
        other.kill()
    assert f"process {other.pid}, screens http://localhost:8000" in refused.value.text.en
    assert "別の keiki up" in refused.value.text.ja
    with held(tmp_path):
        pass


@pytest.mark.parametrize("planted", [MARK, f"{MARK}.new"])
def test_a_link_at_the_mark_or_its_draft_leads_nowhere(tmp_path: Path, planted: str) -> None:
    elsewhere, folder = tmp_path / "elsewhere", tmp_path / "run"
    elsewhere.write_text("{}")
    folder.mkdir()
    (folder / MARK).write_text("{}")
    (folder / planted).unlink(missing_ok=True)
    (folder / planted).symlink_to(elsewhere)
    with held(folder) as run:
        run.note("http://localhost:8000", [])
    assert elsewhere.read_text() == "{}"
    assert json.loads((folder / MARK).read_text())["url"] == "http://localhost:8000"
    assert not (folder / MARK).is_symlink()


def test_what_a_killed_run_left_running_is_ended(tmp_path: Path) -> None:
    with (
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(99)"]) as left,
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(99)"]) as stranger,
    ):
        ours = {"pid": left.pid, "began": began(left.pid)}
        another = {"pid": stranger.pid, "began": "a process of another day"}
        (tmp_path / MARK).write_text(json.dumps({"processes": [ours, another]}))
        with held(tmp_path):
            pass
        deadline = time.monotonic() + 5
        while left.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        assert left.poll() is not None
        assert stranger.poll() is None
        stranger.kill()


def test_the_default_folder_is_in_sight_and_no_part_of_the_repository() -> None:
    assert DEFAULT.parent == ROOT
    ignored = subprocess.run(["git", "check-ignore", "-q", f"{DEFAULT}/"], cwd=ROOT, check=False)
    assert ignored.returncode == 0


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_story_that_is_stopped_leaves_neither_folder_nor_process(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "keiki", "story", "--lang", "en"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as story:
        while not (running := list(tmp_path.glob("keiki-story-*/logs/town.log"))):
            assert story.poll() is None
            time.sleep(0.1)
        folder = running[0].parents[1]
        story.terminate()
        said, _ = story.communicate(timeout=300)
    assert story.returncode == 130, said
    assert list(tmp_path.iterdir()) == []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            assert str(folder).encode() not in entry.read_bytes()
        except OSError:
            continue
