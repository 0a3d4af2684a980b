"""The catalogues that are shipped, read once."""

from __future__ import annotations

import pytest

from keiki.catalogues import SHIPPED
from keiki.domain.selection import Selector
from keiki.domain.units import Catalogue, read_catalogue


def texts_of(name: str) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted((SHIPPED / name).glob("*.toml"))}


@pytest.fixture(scope="session")
def kansai_texts() -> dict[str, str]:
    return texts_of("kansai-2015")


@pytest.fixture(scope="session")
def kansai(kansai_texts: dict[str, str]) -> Catalogue:
    return read_catalogue(kansai_texts)


@pytest.fixture(scope="session")
def selector(kansai: Catalogue) -> Selector:
    return Selector.compile(kansai)
