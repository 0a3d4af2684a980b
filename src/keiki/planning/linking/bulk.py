"""The linkage itself: read each snapshot into its stage, join the stages, write what follows.

Rows wait on disk, in a folder beside the result which is removed at the end, and are joined part by part; beyond
``memory`` DuckDB goes there too. Memory therefore does not grow with the files.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from keiki.domain.linkage.decision import APPLIED_FOR, INSTALLED, NEEDS, RouteBApplication
from keiki.planning.files import RowSink
from keiki.planning.linking.applications import ApplicationCounts, Applications
from keiki.planning.linking.configuration import ConfiguredSnapshots
from keiki.planning.linking.errors import LinkingError
from keiki.planning.linking.outputs import (
    Outputs,
    write_blocked,
    write_contradictions,
    write_duplicates,
    write_needs,
)
from keiki.planning.linking.parts import PartitionedRows, parts_for
from keiki.planning.linking.reading import SnapshotReader, refuse_mixed_columns
from keiki.planning.linking.rejects import Rejects
from keiki.planning.linking.shared_units import TABLE, group, prepare
from keiki.planning.linking.staging import SourceStage, stage
from keiki.planning.linking.temp_folder import temp_folder
from keiki.planning.linking.verdicts import JoinedRow

Progress = Callable[[float, str], None]
_READ_TOGETHER, _JOINED_TOGETHER = 3, 2
"""Snapshots that are read, and parts that are joined, at the same time: on two processors, one reader may wait."""


@dataclass(frozen=True)
class LinkSummary:
    """Rows read by source; points in all, and of these how many can be designed; everything else by kind.

    ``blocked`` counts obstacles by (code, subject, source), ``contradictions`` by (rule, weight), ``rejects`` by
    (source, column, kind). ``passed_over`` are rows of the files that do not count (``only``), by source; every row of
    a file is in ``rows`` or there. ``applied`` is what a file of applications came to. ``duplicates`` counts serial
    numbers that several points have, and these points, by term. ``links_passed_over`` names, by source, what is named
    like a snapshot's files and is none.
    """

    rows: dict[str, int]
    points: int
    ready: int
    blocked: dict[tuple[str, str, str], int] = field(default_factory=dict)
    contradictions: dict[tuple[str, str], int] = field(default_factory=dict)
    rejects: dict[tuple[str, str, str], int] = field(default_factory=dict)
    applied: ApplicationCounts | None = None
    duplicates: dict[str, tuple[int, int]] = field(default_factory=dict)
    passed_over: dict[str, int] = field(default_factory=dict)
    links_passed_over: dict[str, tuple[str, ...]] = field(default_factory=dict)


def link_bulk(
    configuration: ConfiguredSnapshots,
    outputs: Outputs,
    asked_at: datetime,
    application: RouteBApplication = RouteBApplication(),  # noqa: B008 - a frozen value
    *,
    applications: Path | None = None,
    memory: str = "5GB",
    threads: int | None = None,
    progress: Progress = lambda part, step: None,
) -> LinkSummary:
    """Link all snapshots as of ``asked_at`` (with zone) and write ``outputs``.

    Every point gets ``application``, but for the medium of those that the file ``applications`` names.
    Raises :class:`LinkingError`; none of the files is then complete under its name.
    """
    if asked_at.tzinfo is None:
        raise LinkingError("照会時刻に時間帯がありません。", "the time of asking has no zone: give one")
    outputs.check()
    taken = {os.path.realpath(path) for each in configuration.snapshots for path in each.files}
    if applications is not None:
        taken.add(os.path.realpath(applications))
    for path in outputs.paths:
        if os.path.realpath(path) in taken:
            raise LinkingError(
                f"{path.name} は読み込むファイルです。結果には別の名前を付けてください。",
                f"{path.name} is a snapshot or what is applied for: give the result another name",
            )
    for each in configuration.snapshots:
        refuse_mixed_columns(each)
    with temp_folder(outputs.needs.parent) as spill:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "threads": threads or os.cpu_count() or 1,
            "memory_limit": memory,
            "temp_directory": str(spill),
            "preserve_insertion_order": False,
        }
        try:
            with duckdb.connect(config=settings) as connection:
                run = _Run(connection, configuration, outputs, spill, progress)
                return run.run(asked_at, application, applications)
        except duckdb.OutOfMemoryException:
            raise LinkingError(
                f"メモリー {memory} では足りません。増やすか、空きディスクを確認してください。",
                f"{memory} of memory is too little, or the disk is full: allow more, or make room",
            ) from None
        except duckdb.Error as error:
            kind = type(error).__name__
            raise LinkingError(
                f"ファイルを読み取れませんでした ({kind})。", f"a file could not be read to its end ({kind})"
            ) from None


class _Run:
    """One linkage under way."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        configuration: ConfiguredSnapshots,
        outputs: Outputs,
        spill: Path,
        progress: Progress,
    ) -> None:
        self._connection, self._outputs, self._spill, self._progress = connection, outputs, spill, progress
        self._snapshots = configuration.snapshots
        self._done, self._steps = 0, len(self._snapshots) + 4

    def run(self, asked_at: datetime, application: RouteBApplication, file: Path | None) -> LinkSummary:
        sink = RowSink(self._outputs.rejects)
        try:
            rejects = Rejects(sink, asked_at)
            readers = [SnapshotReader(each, asked_at, rejects.tell) for each in self._snapshots]
            parts = parts_for(each.size for each in self._snapshots)
            applications = None if file is None else Applications(file, rejects, parts)
            if applications:
                applications.read(self._connection)
            prepare(self._connection)
            stages = self._read(readers, parts, rejects)
            joined = JoinedRow(stages, applications is not None, claimed=group(self._connection) > 0)
            self._tell("joining")
            self._link(joined, application)
            applied = applications.compare(self._connection) if applications else None
            sink.close()
        finally:
            sink.discard()
        self._tell("writing needs")
        write_needs(self._connection, joined, self._outputs.needs)
        self._tell("writing obstacles")
        write_blocked(self._connection, joined, self._outputs.blocked)
        self._tell("writing contradictions")
        write_contradictions(self._connection, self._outputs.contradictions)
        write_duplicates(self._connection, self._outputs.duplicates)
        self._progress(1.0, "done")
        return LinkSummary(
            {each.snapshot.card.id: each.rows for each in readers},
            self._count("linked"),
            self._count(f"linked WHERE {joined.ready}"),
            {
                (code, subject, source): n
                for code, subject, source, n in self._count_by("blocked", "code, subject, source")
            },
            {(rule, weight): n for rule, weight, n in self._count_by("contradiction", "rule, weight")},
            dict(sorted(rejects.counts.items())),
            applied,
            {term: (serials, points) for term, serials, points in self._duplicates()},
            {each.snapshot.card.id: each.passed_over for each in readers},
            {each.card.id: each.passed_over for each in self._snapshots if each.passed_over},
        )

    def _read(self, readers: Sequence[SnapshotReader], parts: int, rejects: Rejects) -> list[SourceStage]:
        """Read the snapshots, some at a time, beginning with the largest."""

        def read(reader: SnapshotReader) -> SourceStage:
            name = f"{self._snapshots.index(reader.snapshot)}.rows"
            return stage(self._connection, reader, PartitionedRows(self._spill / name, reader.schema, parts))

        with ThreadPoolExecutor(_READ_TOGETHER) as pool:
            largest_first = sorted(readers, key=lambda each: each.snapshot.size, reverse=True)
            begun = {id(reader): pool.submit(read, reader) for reader in largest_first}
            stages = []
            for reader in readers:
                stages.append(begun[id(reader)].result())
                self._tell(f"reading {reader.snapshot.card.id}")
                rejects.tell_malformed(reader.snapshot.card, reader.rejects)
        return stages

    def _tell(self, step: str) -> None:
        self._progress(self._done / self._steps, step)
        self._done += 1

    def _link(self, joined: JoinedRow, application: RouteBApplication) -> None:
        """Make the table ``linked``: a row for each point with needs, installed units and what was found."""
        route_b = application.present_route_b if application.route_b is None else application.route_b
        columns = {
            **{term: joined.value(term) for term in NEEDS if term not in APPLIED_FOR},
            "route_b": joined.route_b(route_b),
            "two_way": f"({joined.value('renewable')} OR {str(application.renewable).upper()})",
            **{f"installed_{kind}": joined.value(term) for kind, term in INSTALLED.items()},
            "depot": joined.value("depot"),
        }
        shown = ", ".join(f"{expression} AS {column}" for column, expression in columns.items())
        query = f"SELECT key, {shown}, {joined.held()} AS held, {joined.broken()} AS broken FROM {joined.sources()}"  # noqa: S608
        parts = joined.stages[0].rows.parts
        self._join(joined, f"CREATE TABLE linked AS {query}", 0)
        with ThreadPoolExecutor(_JOINED_TOGETHER) as pool:
            for _ in pool.map(lambda part: self._join(joined, f"INSERT INTO linked {query}", part), range(1, parts)):
                pass

    def _join(self, joined: JoinedRow, statement: str, part: int) -> None:
        """Execute a statement over one part of all sources, over a connection of its own."""
        with self._connection.cursor() as cursor:
            for each in joined.stages:
                cursor.register(each.single, each.rows.single(part, each.columns))
            cursor.execute(statement, {"part": part})

    def _count(self, rows: str) -> int:
        found = self._connection.execute(f"SELECT count(*) FROM {rows}").fetchone()  # noqa: S608
        return int(found[0]) if found else 0

    def _duplicates(self) -> list[Any]:
        return self._connection.execute(
            f"SELECT term, count(DISTINCT serial), count(DISTINCT key) FROM {TABLE} GROUP BY term ORDER BY term"  # noqa: S608
        ).fetchall()

    def _count_by(self, table: str, columns: str) -> list[Any]:
        return self._connection.execute(
            f"SELECT {columns}, count(*) FROM {table} GROUP BY ALL ORDER BY ALL"  # noqa: S608
        ).fetchall()
