"""Design in bulk: a file of needs and installed units in, the same file with the choice of each row out.

Rows are read, answered from the table and written batch by batch, each in a thread of its own, so memory does not grow
with the file. Three columns are added: ``choice`` (unit ids joined by ``/``; empty where nothing can be offered),
``replaced`` (kinds joined by ``/``) and ``rules_failed``: the rules that the installed units break, or, where there is
no choice, the rules that leave none. Rows that cannot be understood go to the rejects with the reason and the line of
the file where they begin (in Parquet, which has no lines, their number from 1). Every row is in one of the two.
"""

from __future__ import annotations

import csv
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
import pyarrow as pa

from keiki.domain.selection import Selector
from keiki.foundation.files.csv_errors import CsvRefusedError
from keiki.foundation.files.csv_reader import refuse_other_separator
from keiki.foundation.files.drafts import make_draft
from keiki.planning.encoding import ColumnsError, StateEncoder
from keiki.planning.files import FileError, RowPortion, RowSink, RowSource, check_place, incorrect, open_source, refused
from keiki.planning.table import NO_CHOICE, Numbers, StateTable, state_table
from keiki.planning.words import reason, say

RESULT_COLUMNS = ("choice", "replaced", "rules_failed")
_AHEAD = 2
Progress = Callable[[float], None]
Item = TypeVar("Item")


@dataclass(frozen=True)
class BulkSummary:
    """How many rows were read; of these how many got a choice, how many none, and how many were rejected.

    ``unknown_units`` counts rows by column and id where a unit hangs that the catalogue does not know: it is replaced.
    """

    rows: int
    chosen: int
    unsatisfied: int
    rejected: int
    unknown_units: Mapping[tuple[str, str], int] = field(default_factory=dict)


def design_bulk(
    selector: Selector,
    source: Path,
    target: Path,
    rejects: Path,
    progress: Progress = lambda _: None,
    *,
    language: str = "en",
) -> BulkSummary:
    """Choose for every row of ``source``; write ``target`` and ``rejects`` (CSV: line or row, reason).

    Reasons are written in ``language``. Both files appear together when all is done, ``rejects`` first.

    Raises :class:`~keiki.planning.files.FileError` or :class:`~keiki.planning.encoding.ColumnsError`; neither file
    is then touched.
    """
    if len({os.path.realpath(path) for path in (source, target, rejects)}) < 3:
        raise FileError(say("three-files"))
    check_place(rejects)
    sink = RowSink(target)
    table = state_table(selector)
    encoder = StateEncoder(selector.catalogue, table)
    opened = open_source(source, (*encoder.needs, *encoder.wall))
    _find_columns(encoder, source, opened.columns)
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


def _find_columns(encoder: StateEncoder, source: Path, columns: Sequence[str]) -> None:
    """Find what is read; where all stands in one column, say that the separator is another."""
    try:
        encoder.find_columns(columns)
    except ColumnsError:
        try:
            refuse_other_separator(source.name, columns)
        except CsvRefusedError as error:
            raise refused(error) from None
        raise


class _Run:
    """One bulk design under way."""

    def __init__(
        self,
        results: _Results,
        encoder: StateEncoder,
        source: RowSource,
        sink: RowSink,
        rejects: Path,
        *,
        language: str,
    ) -> None:
        self._results, self._encoder, self._language = results, encoder, language
        self._source, self._sink, self._rejects = source, sink, rejects
        self._read = self._chosen = self._unsatisfied = self._rejected = 0

    def run(self, progress: Progress) -> BulkSummary:
        draft = self._rejects.with_name(f".{self._rejects.name}.partial")
        try:
            make_draft(draft)
            with draft.open("w", encoding="utf-8", newline="") as opened:
                rejects = csv.writer(opened)
                rejects.writerow((self._source.counted_in, "reason"))
                self._pass_through(rejects, progress)
            if self._read != self._chosen + self._unsatisfied + self._rejected:
                raise AssertionError("rows in the file, in the result and among the rejects do not add up")
            self._sink.complete()
            draft.replace(self._rejects)
            self._sink.close()
        finally:
            self._sink.discard()
            draft.unlink(missing_ok=True)
        counts = (self._read, self._chosen, self._unsatisfied, self._rejected)
        return BulkSummary(*counts, dict(self._encoder.unknown_units.most_common()))

    def _pass_through(self, rejects: Any, progress: Progress) -> None:
        written: deque[Future[None]] = deque()
        with ThreadPoolExecutor(1) as reader, ThreadPoolExecutor(1) as writer:
            for portion in _prefetched(self._source.portions(), reader):
                written.append(writer.submit(self._sink.write, self._answer(portion, rejects)))
                while len(written) > _AHEAD:
                    written.popleft().result()
                progress(self._source.progress())
            for last in written:
                last.result()

    def _answer(self, portion: RowPortion, rejects: Any) -> pa.RecordBatch:
        batch, states = portion.rows, self._encoder.encode(portion.rows)
        self._read += len(batch) + len(portion.rejects)
        wrong = [(number, why.in_language(self._language)) for number, why in portion.rejects]
        bad = np.flatnonzero(states < 0)
        if len(bad):
            reasons = (self._encoder.reason(batch, row).in_language(self._language) for row in bad.tolist())
            wrong = sorted([*wrong, *zip(portion.numbers[bad].tolist(), reasons, strict=True)])
            good = np.flatnonzero(states >= 0)
            batch, states = batch.take(pa.array(good)), states[good]
        rejects.writerows(wrong)
        self._rejected += len(wrong)
        columns, chosen = self._results.columns(states)
        self._chosen += chosen
        self._unsatisfied += len(batch) - chosen
        names = [*batch.schema.names, *RESULT_COLUMNS]
        return pa.RecordBatch.from_arrays([*batch.columns, *columns], names=names)


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


def _prefetched(items: Iterator[Item], reader: ThreadPoolExecutor) -> Iterator[Item]:
    """Yield ``items``, the next of which is fetched in another thread meanwhile."""
    end = object()
    fetched = reader.submit(next, items, end)
    while (item := fetched.result()) is not end:
        fetched = reader.submit(next, items, end)
        yield cast(Item, item)
