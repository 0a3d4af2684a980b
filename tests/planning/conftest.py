"""A selector and rows to design by."""

from __future__ import annotations

import pytest

from keiki.catalogues import SHIPPED
from keiki.domain.selection import Selector
from keiki.domain.units import read_catalogue


@pytest.fixture(scope="session")
def kansai() -> Selector:
    folder = SHIPPED / "kansai-2015"
    return Selector.compile(read_catalogue({path.name: path.read_text("utf-8") for path in folder.glob("*.toml")}))
