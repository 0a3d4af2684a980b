"""``keiki snapshots FOLDER``: write snapshots of the five owners' servers."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from keiki.bench.snapshots.writing import write_snapshots
from keiki.foundation.program.typed_command import typed


def write(
    folder: Annotated[Path, typer.Argument(help="Where the files go; made if it is not there.")],
    points: Annotated[int, typer.Option(help="Supply points; 13000000 is the founding utility.")] = 100_000,
    seed: Annotated[int, typer.Option(help="The same number draws the same rows.")] = 1,
    now: Annotated[datetime | None, typer.Option(help="As of when, in UTC; else now.")] = None,
) -> None:
    """Write five Parquet files, sources.toml and snapshots.toml."""
    moment = now.replace(tzinfo=UTC) if now else datetime.now(UTC)
    typer.echo(write_snapshots(folder, points, seed=seed, now=moment, told=lambda owner: typer.echo(owner, err=True)))


if __name__ == "__main__":
    program = typer.Typer(add_completion=False)
    program.command()(write)
    program(prog_name=typed("snapshots"))
