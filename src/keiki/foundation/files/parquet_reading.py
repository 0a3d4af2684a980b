"""Parquet files that other people write, unpacked by processes of their own: see ``parquet_child``.

A few kilobytes may unpack to gigabytes, and a damaged page may end the process that reads it. So each file is read by a
process that may take so much memory and no more. Needs pyarrow in the environment, not in this process.
"""

from __future__ import annotations

import atexit
import fcntl
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, cast

from keiki.foundation.files.errors import DamagedFileError
from keiki.foundation.files.opening import refuse_unopenable

PARQUET_MEMORY = 512 << 20
"""How many bytes of memory the reading of a Parquet file may take."""
MOST_AT_ONCE = 2
"""Files that are read at the same time, and processes that are kept: each holds some 180 MB."""
_PIPE = 1 << 20
"""Bytes that wait between two processes; what an ordinary account may ask for."""
_LAST_SECONDS = 5.0
_SOURCE_ROOT = Path(__file__).parents[3]
_turn = threading.Lock()
_places = threading.BoundedSemaphore(MOST_AT_ONCE)
_idle: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True)
class ParquetRequest:
    """What is asked: ``columns`` of a file within ``memory`` bytes, ``coded`` ones of them as dictionaries."""

    path: str
    columns: Sequence[str]
    coded: Sequence[str]
    memory: int
    arrow: bool = False


def read_rows_apart(path: Path, columns: Sequence[str]) -> Iterator[tuple[object, ...]]:
    """Yield the rows as texts. Raises :class:`DamagedFileError` and :class:`OSError`."""
    with parquet_answer(ParquetRequest(str(path), columns, columns, PARQUET_MEMORY)) as answer:
        while isinstance(rows := json.loads(answer.line()), list):
            yield from map(tuple, rows)
        answer.refuse(rows)


class Answer:
    """What a process writes about one file."""

    def __init__(self, process: subprocess.Popen[bytes], name: str) -> None:
        self._process, self._name = process, name
        self.stream = cast(IO[bytes], process.stdout)
        self.whole = False

    def line(self) -> bytes:
        """Return the next line. Raises :class:`DamagedFileError` where the process has ended."""
        found = self.stream.readline()
        if not found:
            raise self.ended()
        return found

    def refuse(self, last: dict[str, str]) -> None:
        """Take the object that ends an answer; raises :class:`DamagedFileError` where the file is refused."""
        if last:
            raise DamagedFileError(**last)
        self.whole = True

    def ended(self) -> DamagedFileError:
        """Return what to say of a file whose reading ended the process."""
        try:
            code = self._process.wait(_LAST_SECONDS)
        except subprocess.TimeoutExpired:  # it wrote what is no answer
            self._process.kill()
            code = self._process.wait()
        return DamagedFileError(
            f"{self._name} を読む途中で処理が終わった({code})。壊れているか、大きすぎる",
            f"reading {self._name} ended the process that read it ({code}): it is damaged or too large",
        )


@contextmanager
def parquet_answer(request: ParquetRequest) -> Iterator[Answer]:
    """Ask a process. Raises as :func:`read_rows_apart`.

    A run of many files keeps the process for the next one if its answer was read whole; an office, which reads a drop a
    day, does not. Waits while :data:`MOST_AT_ONCE` files are read: a thread reads one to its end before it begins
    another.
    """
    refuse_unopenable(Path(request.path))  # a file that may not be read is no damaged file
    with _places, _process_answer(request) as answer:
        yield answer


@contextmanager
def _process_answer(request: ParquetRequest) -> Iterator[Answer]:
    with _turn:
        process = _idle.pop() if _idle else None
    if process is not None and process.poll() is not None:
        _end(process)
        process = None
    process = process or _started()
    answer = Answer(process, Path(request.path).name)
    try:
        questions = cast(IO[bytes], process.stdin)
        questions.write(json.dumps(asdict(request)).encode() + b"\n")
        questions.flush()
        yield answer
    finally:
        with _turn:
            kept = answer.whole and request.arrow and len(_idle) < MOST_AT_ONCE
            if kept:
                _idle.append(process)
        if not kept:
            _end(process)


def _started() -> subprocess.Popen[bytes]:
    # one arena of memory and the system's own pool, so that little more is taken than is used
    few = {"ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "1", "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "keiki.foundation.files.parquet_child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **few, "PYTHONPATH": str(_SOURCE_ROOT)},
    )
    fcntl.fcntl(cast(IO[bytes], process.stdout).fileno(), fcntl.F_SETPIPE_SZ, _PIPE)
    return process


def end_idle() -> None:
    """End the processes that are kept; done by itself where this process ends."""
    while _idle:
        _end(_idle.pop())


atexit.register(end_idle)
os.register_at_fork(after_in_child=_idle.clear)  # they answer the process that started them


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            try:
                pipe.close()
            except BrokenPipeError:
                continue
    process.wait()
