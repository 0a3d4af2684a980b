"""Questions sent without a thread: answers in any order, in pieces, late, broken."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keiki.office.sources.asking import Rows
from keiki.office.sources.sending import collect


class Line:
    """A question over a real socket, whose answer is whole when a full stop has come; ``!`` is a driver's error."""

    def __init__(self) -> None:
        self.server, self._here = socket.socketpair()
        self._come, self.forgotten = b"", False

    def fileno(self) -> int:
        return self._here.fileno()

    def rows(self) -> Rows | None:
        piece = self._here.recv(100)
        self._come += piece
        if b"!" in piece or not piece:
            raise OSError("lost")
        return [{"said": self._come.decode()}] if self._come.endswith(b".") else None

    def forget(self) -> None:
        self.forgotten = True

    def close(self) -> None:
        self.server.close()
        self._here.close()


@pytest.fixture
def lines() -> Iterator[dict[str, Line]]:
    made = {name: Line() for name in "abcde"}
    yield made
    for line in made.values():
        line.close()


def in_seconds(names: str, seconds: float) -> dict[str, float]:
    return dict.fromkeys(names, time.monotonic() + seconds)


def test_answers_are_taken_as_they_come(lines: dict[str, Line]) -> None:
    for name in "caebd":
        lines[name].server.sendall(f"{name}.".encode())
    assert dict(collect(lines, in_seconds("abcde", 5))) == {name: [{"said": f"{name}."}] for name in "abcde"}


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["x", "yy", ".", "!", ""])), max_size=12))
def test_whatever_comes_in_pieces_each_question_has_one_end(pieces: list[tuple[str, str]]) -> None:
    """Pieces may come between any two looks; what is still open at its end is late and forgotten."""
    open_lines = {name: Line() for name in "abc"}
    with closing(open_lines["a"]), closing(open_lines["b"]), closing(open_lines["c"]):
        sent: dict[str, str] = dict.fromkeys("abc", "")
        ended: dict[str, str] = {}
        for name, piece in pieces:
            if name in ended:
                continue
            sent[name] += piece
            open_lines[name].server.sendall(piece.encode())
            if piece in {".", "!"}:
                ended[name] = piece
        found = dict(collect(open_lines, in_seconds("abc", 0.01)))
        for name, line in open_lines.items():
            answer, end = found[name], ended.get(name)
            if end == ".":
                assert answer == [{"said": sent[name]}]
            else:
                assert isinstance(answer, TimeoutError if end is None else OSError)
            assert line.forgotten == (end != ".")


def test_a_silent_one_ends_at_its_own_limit_and_the_others_are_not_held_up(lines: dict[str, Line]) -> None:
    started = time.monotonic()
    ends = {**in_seconds("abcd", 5), "e": started + 0.2}
    for name in "abc":
        lines[name].server.sendall(b"here.")
    came: dict[str, float] = {}
    for name, answer in collect(lines, ends):
        came[name] = time.monotonic() - started
        assert isinstance(answer, TimeoutError) == (name == "e")
        if name == "e":
            lines["d"].server.sendall(b"after all.")
    assert max(came[name] for name in "abc") < 0.1
    assert 0.2 <= came["e"] < 1
    assert came["d"] < 2
    assert [name for name, line in lines.items() if line.forgotten] == ["e"]


def test_a_line_that_is_cut_is_told_at_once(lines: dict[str, Line]) -> None:
    lines["a"].server.close()
    ((name, answer),) = collect({"a": lines["a"]}, in_seconds("a", 5))
    assert name == "a"
    assert isinstance(answer, OSError)
    assert lines["a"].forgotten


def test_what_came_while_nobody_looked_counts_though_its_time_is_over(lines: dict[str, Line]) -> None:
    lines["a"].server.sendall(b"in time.")
    assert dict(collect({"a": lines["a"]}, {"a": time.monotonic() - 1})) == {"a": [{"said": "in time."}]}
