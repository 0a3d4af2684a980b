"""A selector and rows to design by."""

from __future__ import annotations

from pathlib import Path

import pytest

from keiki.domain.selection import Selector
from keiki.domain.units import read_catalogue

CATALOGUES = Path(__file__).parents[2] / "catalogues"


@pytest.fixture(scope="session")
def kansai() -> Selector:
    folder = CATALOGUES / "kansai-2015"
    return Selector.compile(read_catalogue({path.name: path.read_text("utf-8") for path in folder.glob("*.toml")}))
