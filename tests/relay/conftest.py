"""A running relay for the tests of this room."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from relay_rig import Relay, make_relay


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    """One running relay for a module's tests."""
    relay = make_relay(tmp_path_factory.mktemp("dmz"))
    relay.start()
    yield relay
    if relay.process and relay.process.poll() is None:
        relay.stop()


@pytest.fixture
def own_relay(tmp_path: Path) -> Iterator[Relay]:
    """A relay of the test's own, not started, to be stopped and killed at will."""
    relay = make_relay(tmp_path)
    yield relay
    if relay.process and relay.process.poll() is None:
        relay.stop()
