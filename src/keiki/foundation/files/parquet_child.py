"""A process of its own that reads one Parquet file: ``… parquet_child FILE BYTES COLUMN...``

What an owner drops is unpacked here, under a limit of memory, because a few kilobytes may unpack to gigabytes and a
damaged page may end the process that reads it. Prints a line of JSON for each batch: a list of rows of texts, or, where
the file is refused, an object with ``ja`` and ``en``.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from keiki.foundation.files.errors import DamagedFileError

ROWS = 10_000


def main(path: Path, memory: int, columns: list[str]) -> None:
    """Print the rows of ``path``; ``memory`` is how much address space that may take, its libraries not counted."""
    from keiki.foundation.files.parquet_batches import ParquetBatches, too_large  # noqa: PLC0415 - not counted

    _limit_memory(memory)
    try:
        for batch, _ in ParquetBatches(path, columns, columns, ROWS).batches():
            cells = [[None if cell is None else str(cell) for cell in column.to_pylist()] for column in batch.columns]
            sys.stdout.write(json.dumps(list(zip(*cells, strict=True)), ensure_ascii=False) + "\n")
    except DamagedFileError as error:
        _refuse(error)
    except MemoryError:
        _refuse(too_large(path.name))


def _refuse(error: DamagedFileError) -> None:
    sys.stdout.write(json.dumps({"ja": error.text.ja, "en": error.text.en}, ensure_ascii=False) + "\n")


def _limit_memory(memory: int) -> None:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + memory
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr] # it is a text stream here
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
