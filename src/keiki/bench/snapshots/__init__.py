"""Snapshots of the five owners' servers, as their nightly exports would leave them: one Parquet file each, of any size.

The same foreign columns, keys and codes as the town's servers (``keiki.bench.servers``), drawn from a seed with
DuckDB, so that 13 million supply points take minutes. ``places`` says what the places are like and ``mistakes`` what
is wrong in the files, both with their shares; ``docs/bulk-linkage.md`` shows the table.
Needs the extra ``keiki[bulk]``.
"""
