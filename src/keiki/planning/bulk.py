"""Design in bulk: a file of needs and installed units in, the same file with the choice of each row out.

Rows are read, answered from the table and written batch by batch, each in a thread of its own, so memory does not grow
with the file. Three columns are added: ``choice`` (unit ids joined by ``/``; empty where nothing can be offered),
``replaced`` (kinds joined by ``/``) and ``rules_failed``: the rules that the installed units break, or, where there is
no choice, the rules that leave none. Rows that cannot be understood go to the rejects with their number and the reason.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
import pyarrow as pa

from keiki.domain.selection import Selector
from keiki.planning.encoding import StateEncoder
from keiki.planning.files import FileError, Sink, Source, check_place, incorrect, open_source
from keiki.planning.table import NO_CHOICE, Numbers, StateTable, state_table
from keiki.planning.words import reason, say

RESULT_COLUMNS = ("choice", "replaced", "rules_failed")
_AHEAD = 2
Progress = Callable[[float], None]
Item = TypeVar("Item")


@dataclass(frozen=True)
class BulkSummary:
    """How many rows were read; of these how many got a choice, how many none, and how many were rejected.

    ``unknown_units`` counts rows where a unit hangs that the catalogue does not know: it is replaced.
    """

    rows: int
    chosen: int
    unsatisfied: int
    rejected: int
    unknown_units: int = 0


def design_bulk(
    selector: Selector,
    source: Path,
    target: Path,
    rejects: Path,
    progress: Progress = lambda _: None,
    *,
    language: str = "en",
) -> BulkSummary:
    """Choose for every row of ``source``; write ``target`` and ``rejects`` (CSV: row number from 1, reason).

    Reasons are written in ``language``. Both files appear together when all is done, ``rejects`` first.

    Raises :class:`~keiki.planning.files.FileError` or :class:`~keiki.planning.encoding.ColumnsError`; neither file
    is then touched.
    """
    if len({path.resolve() for path in (source, target, rejects)}) < 3:
        raise FileError(say("three-files"))
    check_place(rejects)
    sink = Sink(target)
    table = state_table(selector)
    encoder = StateEncoder(selector.catalogue, table)
    opened = open_source(source, lambda names: tuple(n for n in names if n in {*encoder.needs, *encoder.wall}))
    encoder.require_columns(opened.columns)
    taken = [name for name in RESULT_COLUMNS if name in opened.columns]
    if taken:
        raise FileError(say("column-taken", file=source.name, column=taken[0]))
    run = _Run(_Results(table), encoder, opened, sink, rejects, language=language)
    try:
        return run.run(progress)
    except pa.ArrowException as error:
        raise incorrect(source, error) from None
    except OSError as error:
        raise FileError(say("broke-off", why=reason(error))) from None


class _Run:
    """One bulk design under way."""

    def __init__(
        self, results: _Results, encoder: StateEncoder, source: Source, sink: Sink, rejects: Path, *, language: str
    ) -> None:
        self._results, self._encoder, self._language = results, encoder, language
        self._source, self._sink, self._rejects = source, sink, rejects
        self._wellformed = self._malformed = self._chosen = self._rejected = 0

    def run(self, progress: Progress) -> BulkSummary:
        draft = self._rejects.with_name(f".{self._rejects.name}.partial")
        try:
            with draft.open("w", encoding="utf-8", newline="") as opened:
                rejects = csv.writer(opened)
                rejects.writerow(("row", "reason"))
                self._pass_through(rejects, progress)
            self._sink.complete()
            draft.replace(self._rejects)
            self._sink.close()
        finally:
            self._sink.discard()
            draft.unlink(missing_ok=True)
        rows, rejected = self._wellformed + self._malformed, self._rejected + self._malformed
        return BulkSummary(rows, self._chosen, rows - self._chosen - rejected, rejected, self._encoder.unknown_units)

    def _pass_through(self, rejects: Any, progress: Progress) -> None:
        written: deque[Future[None]] = deque()
        with ThreadPoolExecutor(1) as reader, ThreadPoolExecutor(1) as writer:
            for batch in _ahead(self._source.batches(), reader):
                written.append(writer.submit(self._sink.write, self._answer(batch, rejects)))
                while len(written) > _AHEAD:
                    written.popleft().result()
                progress(self._source.progress())
            for last in written:
                last.result()
        self._tell_malformed(rejects, None)

    def _answer(self, batch: pa.RecordBatch, rejects: Any) -> pa.RecordBatch:
        states = self._encoder.encode(batch)
        bad = np.flatnonzero(states < 0)
        start, self._wellformed = self._wellformed, self._wellformed + len(batch)
        if len(bad):
            needs = batch.take(pa.array(bad)).select(list(self._encoder.needs))
            for place, row in zip(bad, needs.to_pylist(), strict=True):
                number = self._tell_malformed(rejects, start + int(place) + 1)
                rejects.writerow((number, self._encoder.reason(row).text(self._language)))
            self._rejected += len(bad)
            good = np.flatnonzero(states >= 0)
            batch, states = batch.take(pa.array(good)), states[good]
        self._tell_malformed(rejects, self._wellformed)
        columns, chosen = self._results.columns(states)
        self._chosen += chosen
        names = [*batch.schema.names, *RESULT_COLUMNS]
        return pa.RecordBatch.from_arrays([*batch.columns, *columns], names=names)

    def _tell_malformed(self, rejects: Any, wellformed: int | None) -> int:
        """Tell the rows that the reader skipped before the given well-formed one, and return that one's number.

        None tells all that are left. The reader is ahead, so it has noted every row that it skipped before.
        """
        for number in sorted(self._source.malformed):
            if wellformed is not None and number > wellformed + self._malformed:
                break
            rejects.writerow((number, self._source.malformed.pop(number).text(self._language)))
            self._malformed += 1
        return (wellformed or 0) + self._malformed


class _Results:
    """The result columns of states, coded."""

    def __init__(self, table: StateTable) -> None:
        kinds, rule_ids = table.kinds, table.rule_ids
        self._best, self._replaced = table.best.reshape(-1), table.replaced.reshape(-1)
        self._failed, patterns = table.failed_patterns
        self._choices = pa.array(table.choice_texts)
        self._kinds = pa.array([_joined(kinds, bits) for bits in range(1 << len(kinds))])
        self._rules = pa.array([_joined(rule_ids, bits) for bits in patterns])

    def columns(self, states: Numbers) -> tuple[list[pa.Array], int]:
        """Return the three columns and how many rows have a choice."""
        best = self._best.take(states)
        none = best == NO_CHOICE
        few = none if none.any() else None
        columns = [
            pa.DictionaryArray.from_arrays(pa.array(best, mask=few), self._choices),
            pa.DictionaryArray.from_arrays(pa.array(self._replaced.take(states), mask=few), self._kinds),
            pa.DictionaryArray.from_arrays(pa.array(self._failed.take(states)), self._rules),
        ]
        return columns, len(states) - int(none.sum())


def _joined(names: Sequence[str], bits: int) -> str:
    return "/".join(name for place, name in enumerate(names) if bits >> place & 1)


def _ahead(items: Iterator[Item], reader: ThreadPoolExecutor) -> Iterator[Item]:
    """Yield ``items``, the next of which is fetched in another thread meanwhile."""
    end = object()
    fetched = reader.submit(next, items, end)
    while (item := fetched.result()) is not end:
        fetched = reader.submit(next, items, end)
        yield cast(Item, item)
