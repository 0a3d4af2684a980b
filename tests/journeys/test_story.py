"""The whole main job as `keiki story` tells it, and the canary: what it wrote anywhere holds no secret of it."""

from __future__ import annotations

import ast
import base64
import io
import re
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2
import pytest
from rich.console import Console

from files_on_disk import files_in
from keiki.bench.household.handover import take_password
from keiki.bench.household.post import authentication_id_in
from keiki.cli import story
from keiki.cli.assembly import System
from keiki.cli.story import site_steps
from keiki.cli.story.page import Page, StepFailed
from keiki.cli.story.story_run import StoryRun
from keiki.foundation.program.language import Language
from keiki.protocols.sealing.identity import Identity, IdentityCard
from sealed_hunter import files_opened_by

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.xdist_group("story")]


@dataclass
class Told:
    """A story that was told to its end, with what only the customer may know."""

    folder: Path
    printed: str
    passwords: tuple[str, str]
    authentication_id: str
    letter: Path
    resident: dict[str, str]
    arguments: set[bytes] = field(default_factory=set)


def _watch_arguments(seen: set[bytes], stop: threading.Event) -> None:
    while not stop.wait(0.05):
        for process in Path("/proc").glob("[0-9]*"):
            for name in ("cmdline", "environ"):
                try:
                    seen.add((process / name).read_bytes())
                except OSError:
                    continue


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = tmp_path_factory.mktemp("story")
    out = io.StringIO()
    page = Page(Language.JA, Console(file=out, width=200))
    tale = StoryRun(page, System(folder), seed=7, points=30)
    seen: set[bytes] = set()
    stop = threading.Event()
    watcher = threading.Thread(target=_watch_arguments, args=(seen, stop))
    watcher.start()
    try:
        for act, english, japanese in story.STEPS:
            with page.step(english, japanese):
                act(tale)
        town = tale.system.data("bench")
        passwords = (take_password(town, tale.email, before_newest=1), take_password(town, tale.email))
        resident = tale.system.world("resident", supply_point=tale.supply_point)
    finally:
        stop.set()
        watcher.join()
        tale.close(keep=True)
    identity = authentication_id_in(tale.letter)
    return Told(folder, out.getvalue(), passwords, identity, tale.letter, resident, seen)


def disguises(secret: str) -> set[bytes]:
    """The secret as it might lie about: plain, wide, hexadecimal, base64 at any offset."""
    plain = secret.encode()
    found = {plain, secret.encode("utf-16-le"), plain.hex().encode(), plain.hex().upper().encode()}
    for offset in range(3):
        coded = base64.b64encode(b"\0" * offset + plain)
        found.add(coded[4 if offset else 0 : len(coded) - len(coded) % 4 - 4])
    return found


def holding(secret: str, folder: Path) -> list[Path]:
    """The files below ``folder`` whose bytes, or whose text as a PDF, hold the secret in any disguise."""
    wanted = disguises(secret)
    return [path for path, data in files_in(folder) if any(w in _content(path, data) for w in wanted)]


def _content(path: Path, content: bytes) -> bytes:
    if path.suffix == ".pdf":
        document = pypdfium2.PdfDocument(path)
        pages = [page.get_textpage().get_text_range() for page in document]
        content += "\n".join(pages).encode() + re.sub(r"\s", "", "".join(pages)).encode()
        document.close()
    return content


def test_every_step_was_seen(told: Told) -> None:
    assert told.printed.count("✓") >= len(story.STEPS)
    assert "すべて" not in told.printed  # the summary is the tenth step and `tell` prints it


NOT_WORDS = re.compile(
    r"momonga|Momonga\w+|HEMS|HHD|RSSI|dBm|kWh|PDF|[\w-]+\.(?:db|pdf|png)|[A-Z0-9]+(?:-[A-Z0-9]+)+|[A-Z]{2,3}[0-9]+"
    r"|kansai-2015|K[0-9]+|letter-[0-9-]+|NONE"
)
"""Names of products, files, units and ids that stand for themselves in Japanese."""


def test_the_page_is_japanese_throughout(told: Told) -> None:
    left = {line: re.findall(r"[A-Za-z]{3,}", NOT_WORDS.sub("", line)) for line in told.printed.splitlines()}
    assert {line: words for line, words in left.items() if words} == {}


def test_what_is_printed_was_looked_at(told: Told) -> None:
    """The lines that once were constants: what was searched is there and is what it counts."""
    line = r"端末の全 (\d+) ファイル\(画面出力を含む ([\d,]+) バイト\)に含まれるパスワード・認証ID  (\d+)"
    searched = re.search(line, told.printed)
    assert searched
    shown = (told.folder / "shown" / "handheld.txt").read_text()
    assert '"outcome": "succeeded"' in shown, "the device's real output was among what was searched"
    files = [path for path in (told.folder / "handheld").rglob("*") if path.is_file()]
    assert 3 <= int(searched[1]) <= len(files) + 2
    assert searched[3] == "0"
    for secret in (*told.passwords, told.authentication_id):
        assert holding(secret, told.folder / "shown") == []
    assert "360 通りの組合せの最良" in told.printed
    assert re.search(r"速さ\(実測\)  x\d+", told.printed)


def test_a_device_that_shows_the_password_fails_the_story(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What the household found decides: the line is no constant."""
    answers = {"files": 4, "bytes": 10, "passwords": 1, "authentication_ids": 0, "places": ["handheld.txt"]}
    tale = StoryRun(Page(Language.EN, Console(file=io.StringIO())), System(tmp_path), seed=7, points=30)
    monkeypatch.setattr(tale.system, "world", lambda command, **_: answers)
    with pytest.raises(StepFailed, match=r"the password or ID is in handheld\.txt"):
        site_steps._search_device(tale)


def test_every_reason_for_a_failed_step_is_in_both_languages() -> None:
    checked = 0
    for file in Path(story.__file__).parent.glob("*.py"):
        for call in ast.walk(ast.parse(file.read_text())):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("expect", "StepFailed"):
                last = call.args[-1]
                if isinstance(last, (ast.Constant, ast.JoinedStr)):
                    checked += 1
                    assert re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", ast.unparse(last)), ast.unparse(call)
    assert checked > 40


def test_the_canary_sings_where_a_secret_lies_about(told: Told, tmp_path: Path) -> None:
    secret = told.passwords[0]
    for number, disguise in enumerate(sorted(disguises(secret))):
        (tmp_path / f"{number}.log").write_bytes(b"x" * number + disguise + b"y")
    assert len(holding(secret, tmp_path)) == len(disguises(secret))
    assert holding(told.authentication_id, told.letter.parent) == [told.letter]


def test_no_password_in_any_file_of_any_zone(told: Told) -> None:
    zones = {path.name for path in told.folder.iterdir()}
    assert {"bench", "office", "relay", "control", "handheld", "logs", "papers", "results"} <= zones
    assert told.passwords[0] != told.passwords[1]
    for password in told.passwords:
        assert holding(password, told.folder) == []
        assert password not in told.printed


def test_no_authentication_id_but_in_the_customers_letter(told: Told) -> None:
    assert set(holding(told.authentication_id, told.folder)) == {told.letter}
    assert told.authentication_id not in told.printed


def test_all_files_and_a_stolen_private_key_open_nothing_of_the_past(told: Told) -> None:
    """The keys are those of the agent and of both devices; what they may open was answered, proved or refused."""
    office = IdentityCard.from_json((told.folder / "cards" / "office.json").read_text())
    for zone in ("control", "handheld", "stranger"):
        pem = told.folder / zone / "keys" / "identity.pem"
        assert pem.exists()
        assert files_opened_by([told.folder], Identity.from_pem(pem.read_bytes()), [office]) == [], zone


def test_no_secret_in_the_arguments_or_environment_of_a_process(told: Told) -> None:
    assert any(b"keiki.control" in line for line in told.arguments)
    for secret in (*told.passwords, told.authentication_id, told.resident["name"]):
        assert not [line for line in told.arguments if any(w in line for w in disguises(secret))]


def test_no_personal_datum_in_a_log(told: Told) -> None:
    for datum in told.resident.values():
        assert holding(datum, told.folder / "logs") == []


def test_no_private_key_outside_its_zones_key_folder(told: Told) -> None:
    keys = [path for path in told.folder.glob("*/keys/*") if path.is_file()]
    assert len(keys) >= 7
    for key in keys:
        assert key.stat().st_mode & 0o077 == 0
        for piece in secret_parts(key.read_bytes()):
            found = {path for path, data in files_in(told.folder) if piece in data}
            assert found == {key}


def secret_parts(key: bytes) -> list[bytes]:
    """What of a key file is secret: behind the 24 characters of ASN.1 with which every PEM key begins, else all."""
    blocks = re.findall(rb"-----BEGIN PRIVATE KEY-----\n(.*?)\n-----END", key, re.DOTALL)
    return [block.replace(b"\n", b"")[24:60] for block in blocks] or [key.strip()]


def test_a_step_that_does_not_happen_is_said_and_fails_the_story(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def town_dies(tale: StoryRun) -> None:
        tale.system.zones.kill("town")

    town, application = story.STEPS[:2]
    monkeypatch.setattr(story, "STEPS", (town, (town_dies, "An earthquake", "地震"), application))
    assert story.tell(tmp_path / "run", False, 3, 30, Language.EN) == 1
    assert "step 3 was not seen to happen" in capsys.readouterr().out
    assert not (tmp_path / "run").exists()


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    assert story.tell(tmp_path, False, 1, 30, Language.JA) == 2
    assert (tmp_path / "mine.txt").read_text() == "keep"


def test_an_unexpected_answer_is_a_failed_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def confused(_: StoryRun) -> None:
        raise KeyError("as_of")

    def unseen(_: StoryRun) -> None:
        raise StepFailed("nothing came", "何も届きません")

    for act, said in ((confused, "as_of"), (unseen, "nothing came")):
        monkeypatch.setattr(story, "STEPS", ((act, "Something", "何か"),))
        assert story.tell(tmp_path / act.__name__, False, 1, 30, Language.EN) == 1
        assert said in capsys.readouterr().out
