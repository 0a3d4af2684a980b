"""The commands for developers, as ``./keiki NAME`` hands them on (``python -m development NAME``)."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from development import access_table, checks, decisions
from development import lifecycles as lifecycle_page

app = typer.Typer(help="Commands for who works on Keiki.", no_args_is_help=True, add_completion=False)
Check = Annotated[bool, typer.Option("--check", help="Write nothing; fail if something is not current.")]


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def test(
    ctx: typer.Context,
    *,
    fast: Annotated[bool, typer.Option("--fast", help="Leave out what starts whole zones.")] = False,  # noqa: PT028
    coverage: Annotated[bool, typer.Option("--coverage", help="Print the lines that no test ran.")] = False,  # noqa: PT028
) -> None:
    """Run the test suite; further arguments go to pytest."""
    raise typer.Exit(checks.test(fast=fast, coverage=coverage, arguments=ctx.args))


@app.command()
def lint() -> None:
    """Check style, types, the layout's imports, migrations, translations and that drawn documents are current."""
    raise typer.Exit(checks.lint())


@app.command()
def migrations(
    app_: Annotated[str | None, typer.Argument(metavar="APP", help="Only this app of the office.")] = None,
    *,
    name: Annotated[str | None, typer.Option(help="What the migration does: 0007_NAME.")] = None,
    check: Check = False,
) -> None:
    """Write the migrations that the office's models need."""
    from development.migrations import make  # noqa: PLC0415 - only this command needs Django

    raise typer.Exit(make(app_, name, check=check))


@app.command()
def translations(check: Check = False) -> None:
    """Gather the texts of the office's screens and compile their Japanese."""
    from development.translations import gather  # noqa: PLC0415 - only this command needs Babel

    wrong = gather(check=check)
    sys.stderr.write("".join(f"{line}\n" for line in wrong))
    raise typer.Exit(1 if wrong else 0)


@app.command()
def lifecycles(check: Check = False) -> None:
    """Draw docs/lifecycles.md from the tables in the domain."""
    raise typer.Exit(lifecycle_page.draw(check=check))


@app.command("access-table")
def draw_access_table(check: Check = False) -> None:
    """Draw the table of roles and rights in docs/access.md from the table that is enforced."""
    raise typer.Exit(access_table.draw(check=check))


@app.command("api-description")
def draw_api_description(check: Check = False) -> None:
    """Write docs/openapi.json, the description of the API."""
    from development.api_description import draw  # noqa: PLC0415 - only this command needs Django

    raise typer.Exit(draw(check=check))


@app.command("decisions")
def draw_decisions(check: Check = False) -> None:
    """Draw the index of docs/adr from the decisions' own status lines."""
    raise typer.Exit(decisions.draw(check=check))
