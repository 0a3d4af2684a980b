"""Where the vectors and their maker are."""

from pathlib import Path

import pytest

VECTORS = Path(__file__).parents[3] / "vectors"


@pytest.fixture
def maker(monkeypatch):
    """The folder of the vectors, with their maker importable."""
    monkeypatch.syspath_prepend(str(VECTORS))
    return VECTORS
