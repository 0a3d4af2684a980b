"""What somebody names as an input is a regular file, or refused at once with a sentence: nobody waits for a pipe."""

from __future__ import annotations

import ast
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from keiki.foundation.files.opening import open_input, opening_refusal, read_input, read_input_text

SOURCES = Path(__file__).parents[2] / "src" / "keiki"


@contextmanager
def pipe(path: Path) -> Iterator[None]:
    os.mkfifo(path)
    yield


@contextmanager
def circle(path: Path) -> Iterator[None]:
    path.symlink_to(path.name)
    yield


@contextmanager
def device(path: Path) -> Iterator[None]:
    path.symlink_to("/dev/zero")
    yield


@contextmanager
def listener(path: Path) -> Iterator[None]:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        yield


@contextmanager
def folder(path: Path) -> Iterator[None]:
    path.mkdir()
    yield


KINDS = {
    "pipe": (pipe, "it is no regular file"),
    "circle of links": (circle, "its symbolic links lead in a circle"),
    "device": (device, "it is no regular file"),
    "socket": (listener, ""),
    "folder": (folder, "it is a folder"),
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize(("make", "expected"), KINDS.values(), ids=KINDS)
def test_what_is_no_regular_file_is_refused_in_both_languages(
    tmp_path: Path, make: Callable[[Path], Iterator[None]], expected: str
) -> None:
    path = tmp_path / "needs.csv"
    before = len(os.listdir("/proc/self/fd"))
    with make(path), pytest.raises(OSError) as caught:  # type: ignore[attr-defined] # noqa: PT011 - why_not tells
        read_input(path)
    assert expected in opening_refusal(caught.value).en
    assert not expected or opening_refusal(caught.value).ja != opening_refusal(caught.value).en
    assert len(os.listdir("/proc/self/fd")) == before, "no handle is left open"


def test_a_file_and_a_link_to_one_are_read(tmp_path: Path) -> None:
    (tmp_path / "there.csv").write_bytes(b"\xef\xbb\xbfa\r\nb\r\n")
    (tmp_path / "link.csv").symlink_to("there.csv")
    with open_input(tmp_path / "link.csv") as file:
        assert file.read() == b"\xef\xbb\xbfa\r\nb\r\n"
    assert read_input_text(tmp_path / "link.csv") == "a\nb\n"


def test_the_readers_of_data_files_open_them_here() -> None:
    """A reader that opens a path by itself waits for a pipe."""
    found = []
    readers = [*(SOURCES / "foundation" / "files").glob("*.py"), *(SOURCES / "planning").rglob("*.py")]
    for file in readers:
        if file.name in ("opening.py", "drafts.py", "temp_folder.py", "parquet_child.py"):
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            reads = isinstance(node, ast.Attribute) and node.attr in ("read_text", "read_bytes")
            opens = isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "open"
            if reads or (opens and not any(str(getattr(a, "value", "")).startswith("w") for a in node.args)):
                found.append(f"{file.relative_to(SOURCES)}:{node.lineno}")
    assert found == []
