"""What a process of its own does for ``parquet_reading``: it unpacks Parquet files under a limit of memory.

It is asked by lines of JSON on its standard input, one for each file, and ends with them. It answers with lines of JSON
(lists of rows of texts), or, asked for ``arrow``, with a stream of Arrow batches; then with one object: empty, or with
``ja`` and ``en`` where the file is refused.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa

from keiki.foundation.files.errors import DamagedFileError
from keiki.foundation.files.parquet_batches import BATCH_ROWS, ParquetBatches, too_large

ROWS = 10_000
"""Rows of texts to a line."""


def main() -> None:
    """Answer until nobody asks any more."""
    for line in sys.stdin.buffer:
        request = json.loads(line)
        _limit_memory(request["memory"])
        refused: dict[str, str] = {}
        try:
            (_write_arrow if request["arrow"] else _write_rows)(request)
        except DamagedFileError as error:
            refused = {"ja": error.text.ja, "en": error.text.en}
        except MemoryError:
            text = too_large(Path(request["path"]).name).text
            refused = {"ja": text.ja, "en": text.en}
        sys.stdout.buffer.write(json.dumps(refused).encode() + b"\n")
        sys.stdout.buffer.flush()


def _batches(request: dict[str, Any], rows: int) -> Iterator[pa.RecordBatch]:
    file = ParquetBatches(Path(request["path"]), request["columns"], request["coded"], rows)
    return (batch for batch, _ in file.batches())


def _write_rows(request: dict[str, Any]) -> None:
    for batch in _batches(request, ROWS):
        cells = [[None if cell is None else str(cell) for cell in column.to_pylist()] for column in batch.columns]
        line = json.dumps(list(zip(*cells, strict=True)), ensure_ascii=False)
        sys.stdout.buffer.write(line.encode("utf-8", "replace") + b"\n")


def _write_arrow(request: dict[str, Any]) -> None:
    """Write a whole stream, whatever happens: what follows it is found behind its end."""
    writer = None
    try:
        for batch in _batches(request, BATCH_ROWS):
            writer = writer or pa.ipc.new_stream(sys.stdout.buffer, batch.schema)
            writer.write_batch(batch)
    finally:
        (writer or pa.ipc.new_stream(sys.stdout.buffer, pa.schema([]))).close()


def _limit_memory(memory: int) -> None:
    """Allow so many bytes of address space beyond what is taken now, by libraries above all."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = pages * resource.getpagesize() + memory
    resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    with suppress(BrokenPipeError):
        main()
