# ruff: noqa: S608 - names in these queries are this package's own
"""Units that several supply points claim: every serial number in force at two points or more, listed with its points.

Grouping 13 million texts takes as long as joining them. So each text is first told by 32 bits (``words_of``), and these
are sorted: what occurs twice is a candidate, one in some hundred rows at most. The candidates alone are grouped, by
their texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from keiki.planning.linking.text_bytes import KEY_TYPE, Bytes, TextCells

TABLE, POINTS = "unit_at_several_points", "point_with_claimed_unit"
WORD_TYPE = pa.uint32()
Words32 = npt.NDArray[np.uint32]
_MIX = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)
_SCHEMA = pa.schema([("source", pa.string()), ("term", pa.string()), ("serial", pa.string()), ("key", KEY_TYPE)])


def word_column(term: str) -> str:
    """Return the name of the column with the words of a serial number's texts."""
    return f"word {term}"


def words_of(texts: pa.Array) -> pa.Array:
    """Return 32 bits of every text, the same for the same text; null where there is none."""
    cells = TextCells(texts)
    words = np.zeros(len(cells.present), np.uint32)
    lengths = np.flatnonzero(np.bincount(cells.lengths, minlength=1)[1:]) + 1
    if len(lengths) == 1:  # serial numbers of one form: their bytes are one block
        block = cells.data[cells.offsets[0] : cells.offsets[-1]].reshape(-1, int(lengths[0]))
        words[cells.lengths > 0] = _mixed(block)
    else:
        for length in lengths:
            block, chosen = cells.of_length(int(length))
            words[chosen] = _mixed(block)
    return pa.array(words, WORD_TYPE, mask=None if cells.present.all() else ~cells.present)


def _mixed(block: Bytes) -> Words32:
    """Return 32 bits of each row of an (n, length) block."""
    count, length = block.shape
    padded = np.zeros((count, -(-max(length, 1) // 8) * 8), np.uint8)
    padded[:, :length] = block
    mixed = np.full(count, length, np.uint64)
    for eight in padded.view(np.uint64).T:
        mixed ^= eight
        mixed *= _MIX
        mixed ^= mixed >> _HALF
    return (mixed * _MIX >> _HALF).astype(np.uint32)


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the empty table of candidates."""
    connection.execute("CREATE TABLE unit_candidate (source VARCHAR, term VARCHAR, serial VARCHAR, key DECIMAL(22, 0))")


def add_candidates(
    cursor: duckdb.DuckDBPyConnection, source: str, terms: Sequence[str], batches: Sequence[pa.RecordBatch]
) -> None:
    """Add the rows of a source whose serial number may be another row's; ``batches`` have key, terms and words."""
    for term in terms:
        words = [_numbers(batch.column(word_column(term))) for batch in batches]
        twice = _repeated(np.concatenate([np.empty(0, np.uint32), *words]))
        if not len(twice):
            continue
        for rows in _candidates(batches, term, twice):
            table = pa.table(
                [pa.array([source] * len(rows)), pa.array([term] * len(rows)), rows.column(term), rows.column("key")],
                schema=_SCHEMA,
            )
            cursor.register("candidates", table)
            cursor.execute("INSERT INTO unit_candidate FROM candidates")
            cursor.unregister("candidates")


def _numbers(column: pa.Array) -> Words32:
    """Return the words that there are."""
    found: Words32 = (column.drop_null() if column.null_count else column).to_numpy(zero_copy_only=False)
    return found


def _repeated(words: Words32) -> Words32:
    """Return the words that occur more than once, in order."""
    words.sort()
    twice: Words32 = np.unique(words[1:][words[1:] == words[:-1]])
    return twice


def _candidates(batches: Sequence[pa.RecordBatch], term: str, twice: Words32) -> Iterator[pa.RecordBatch]:
    slots = np.zeros(1 << 20, np.bool_)
    slots[twice >> 12] = True
    for batch in batches:
        column = batch.column(word_column(term))
        words: Words32 = column.fill_null(0).to_numpy(zero_copy_only=False)
        likely = np.flatnonzero(slots[words >> 12])
        there = column.is_valid().to_numpy(zero_copy_only=False)[likely]
        found = likely[there & np.isin(words[likely], twice)]
        if len(found):
            yield batch.select(["key", term]).take(pa.array(found))


def group(connection: duckdb.DuckDBPyConnection) -> int:
    """Make :data:`TABLE` (source, term, serial, key) and :data:`POINTS` (key, claimed); return how many points."""
    connection.execute(
        f"CREATE TABLE {TABLE} AS SELECT * FROM (SELECT DISTINCT * FROM unit_candidate) "
        "QUALIFY count(*) OVER (PARTITION BY term, serial) > 1"
    )
    connection.execute("DROP TABLE unit_candidate")
    connection.execute(f"CREATE TABLE {POINTS} AS SELECT DISTINCT key, TRUE AS claimed FROM {TABLE}")
    found = connection.execute(f"SELECT count(*) FROM {POINTS}").fetchone()
    return int(found[0]) if found else 0
