"""``keiki``: the commands of the whole system, and the way to each zone's own.

A zone's command replaces this process (``keiki office ...`` is the module ``keiki.office``); a planner's suite is
imported only when it is asked for, so that the program is there at once.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from keiki.cli.story import tell
from keiki.cli.up import UpOptions, start
from keiki.foundation.program.language import Language, chosen
from keiki.foundation.program.typed_command import typed
from keiki.foundation.program.version import add_version_option

ZONES = {
    "office": "The operation system: applications, designs, work orders, vault.",
    "relay": "The relay server between office and control network.",
    "control": "The pick-up agent in the control network.",
    "handheld": "The field worker's hand-held device.",
    "bench": "The town that stands in for the outside world.",
}
MODULES = {
    "verify-export": ("office.audit.auditor", "Verify an export of the audit, as an auditor does: without the office."),
    "snapshots": ("bench.snapshots", "Draw made-up snapshots of the data servers, of any size, to try `link` with."),
}
"""Programs that are no zone, by what is typed: the module, and what it does."""
PANELS = {"verify-export": "Office", "snapshots": "Planning"}
OFFICE_WORK = {
    "sources": "Check the data servers that the office reads.",
    "audit": "Verify, list and export what happened.",
}
SUITES = {
    "catalogue": "Verify, compare and list catalogues of meter units.",
    "design": "Choose and check combinations of units, one or millions.",
    "link": "Link snapshots of the data servers, millions of supply points at once.",
}

app = typer.Typer(
    help="Keiki (計器): the operation system for smart-meter route-B service.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
add_version_option(app)


@app.command()
def up(
    *,
    folder: Annotated[
        Path | None,
        typer.Option(
            help="Where the zones keep their data; kept between runs.",
            show_default="demo, beside ./keiki or where you are",
        ),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=65535,
            help="Port of the screens.",
            show_default="that of last time, else 8000 or the next free one",
        ),
    ] = None,
    points: Annotated[int | None, typer.Option(min=30, help="Supply points of a new town.", show_default="30")] = None,
    seed: Annotated[int | None, typer.Option(help="A new town is drawn from this number.", show_default="1")] = None,
    lang: Annotated[Language, typer.Option(help="Language of what is printed.", default_factory=chosen)],
) -> None:
    """Start all zones and a small town, or continue with those of last time, and say where to look; Ctrl-C stops it."""
    raise typer.Exit(start(UpOptions(folder, points, seed, port, lang)))


@app.command()
def story(
    *,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the town's folder and say where it is.")] = False,
    seed: Annotated[int, typer.Option(help="The same number tells the same story.")] = 1,
    points: Annotated[int, typer.Option(min=30, help="Supply points of the town.")] = 30,
    folder: Annotated[Path | None, typer.Option(help="An empty folder to use instead of a temporary one.")] = None,
    lang: Annotated[Language, typer.Option(help="Language of what is printed.", default_factory=chosen)],
) -> None:
    """Run the main job once from end to end, and show the evidence of every step."""
    raise typer.Exit(tell(folder, keep, seed, points, lang))


def _hand_over(zone: str, says: str, *first: str) -> Callable[[typer.Context], None]:
    def run(ctx: typer.Context) -> None:
        os.execv(sys.executable, [sys.executable, "-m", f"keiki.{zone}", *first, *ctx.args])  # noqa: S606

    run.__doc__ = says
    return run


def _open_suite(suite: str) -> Callable[[typer.Context], None]:
    def run(ctx: typer.Context) -> None:
        module = importlib.import_module(f"keiki.cli.{suite}")
        module.app(args=ctx.args, prog_name=typed(suite))

    run.__doc__ = SUITES[suite]
    return run


_PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
for _name, _says in ZONES.items():
    app.command(_name, context_settings=_PASS_ON, rich_help_panel="Zones")(_hand_over(_name, _says))
for _name, _says in OFFICE_WORK.items():
    app.command(_name, context_settings=_PASS_ON, rich_help_panel="Office")(_hand_over("office", _says, _name))
for _name, (_module, _says) in MODULES.items():
    app.command(_name, context_settings=_PASS_ON, rich_help_panel=PANELS[_name])(_hand_over(_module, _says))
for _name in SUITES:
    app.command(_name, context_settings=_PASS_ON, rich_help_panel="Planning")(_open_suite(_name))
