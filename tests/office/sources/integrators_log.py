"""What the integrator finds in the log of a source that did not answer; who asked is told none of it."""

from __future__ import annotations

from datetime import datetime

from structlog.testing import capture_logs

from keiki.domain.linkage.record import Unavailable
from keiki.domain.supply_point import SupplyPoint
from keiki.office.sources import Sources


def detail(sources: Sources, point: SupplyPoint, now: datetime, source: str) -> str:
    """Ask, and return what was logged of ``source``, which must not answer."""
    with capture_logs() as logged:
        outcome = sources.link(point, now).answer(source).outcome
    assert isinstance(outcome, Unavailable)
    (said,) = (each["reason"] for each in logged if each["event"] == "source unavailable" and each["source"] == source)
    for text in outcome.reason:
        assert "Error" not in text
        assert "sources.toml" not in text
    return str(said)
