"""The office's parts that screens work with, as the wiring gives them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from keiki.office.catalogue import OfficeCatalogue
from keiki.office.paper import Letterhead
from keiki.office.sources import Sources
from keiki.protocols.sealing.identity import Identity


class ScreenServices(Protocol):
    """What ``config/wiring.py`` puts together; where it says ``Any``, the type is an app's own."""

    barcode_end: Callable[[date], datetime]

    @property
    def sources(self) -> Sources:
        """The data servers."""

    @property
    def catalogue(self) -> OfficeCatalogue:
        """The catalogue in force."""

    @property
    def catalogue_folder(self) -> Path | None:
        """The folder of the catalogue that counts until a version is published; ``None`` where there is none."""

    @property
    def today(self) -> date:
        """The day that it is at the office."""

    @property
    def letterhead(self) -> Letterhead:
        """Who the office is, on its papers."""

    @property
    def identity(self) -> Identity:
        """The office's own identity."""

    @property
    def sealer(self) -> Any:
        """What remote commands are made with."""

    @property
    def answers(self) -> Any:
        """What the result of each kind of remote command brings about."""

    @property
    def checkpoint_file(self) -> Any:
        """The audit's checkpoints outside the database."""

    @property
    def folder(self) -> Path:
        """The office's data folder."""

    @property
    def drops(self) -> Path:
        """Where the indexes of dropped files are kept."""
