"""A draft is never written through a link that somebody put at its name."""

from __future__ import annotations

import ast
import stat
from pathlib import Path

import pytest

from keiki.foundation.files.drafts import open_draft, write_whole

SOURCES = Path(__file__).parents[2] / "src" / "keiki"


def test_a_file_is_written_whole_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "letter.pdf"
    write_whole(file, b"first")
    write_whole(file, b"second")
    assert file.read_bytes() == b"second"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("target", ["elsewhere", "missing"])
def test_a_link_at_the_drafts_name_leads_nowhere(tmp_path: Path, target: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"somebody's file")
    (tmp_path / "letter.pdf.new").symlink_to(tmp_path / target)
    write_whole(tmp_path / "letter.pdf", b"secret")
    assert elsewhere.read_bytes() == b"somebody's file"
    assert not (tmp_path / "missing").exists()
    assert (tmp_path / "letter.pdf").read_bytes() == b"secret"
    assert not (tmp_path / "letter.pdf").is_symlink()


def test_what_a_killed_process_left_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / "card.json.new").write_bytes(b"half a ca")
    write_whole(tmp_path / "card.json", b"a card")
    assert (tmp_path / "card.json").read_bytes() == b"a card"


def test_half_a_draft_replaces_nothing(tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(b"before")
    with pytest.raises(TypeError), open_draft(tmp_path / "kept.new") as out:
        out.write("half")  # type: ignore[arg-type] # what breaks off the writing
    assert (tmp_path / "kept").read_bytes() == b"before"


def test_every_draft_of_the_zones_is_opened_here() -> None:
    """What is opened to be emptied and written follows links: no file of a zone does that by itself.

    Commands of developers write pages of the repository.
    """
    found = []
    for file in SOURCES.rglob("*.py"):
        if "bench" in file.parts or file.name == "drafts.py":
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in ("O_TRUNC", "write_text", "write_bytes"):
                found.append(f"{file.relative_to(SOURCES)}:{node.lineno}")
    developers = ("cli/lifecycles.py", "cli/access_table.py", "office/config/translations.py")
    assert [each for each in found if not each.startswith(developers)] == []
