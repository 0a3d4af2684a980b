"""What can be wrong with the sources as a whole; a wrong row is no exception but a reject inside the answer."""

from __future__ import annotations

from keiki.office.refusal import Refusal


class ConfigurationError(Refusal):
    """The source configuration is wrong: where, what, and what to do."""


class SourceUnavailableError(RuntimeError):
    """A source could not be asked. ``source`` is its id, ``reason`` the cause without any value of the data."""

    def __init__(self, source: str, reason: tuple[str, str]) -> None:
        self.source, self.reason = source, reason
        super().__init__(f"source {source!r} is unavailable: {reason[1]}")


class ContactError(Refusal):
    """There is no single customer to write to; says which case it is, and no personal data."""


class SearchRefused(Refusal):
    """A search that is not made; says why and what to do, and nothing of what was typed."""


class TornDropError(ValueError):
    """A dropped file that is not whole or not of its form; says what is wrong, and nothing of its rows."""
