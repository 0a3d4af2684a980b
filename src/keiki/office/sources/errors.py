"""What can be wrong with the sources as a whole; a wrong row is no exception but a reject inside the answer.

That an owner does not answer is told twice. The *reason* is for who needs the data: what happened and whom to tell. The
*detail* is for the integrator, in the log and in ``sources check``: the kind of error, and what of ``sources.toml`` to
look at. Neither repeats a value of the data.
"""

from __future__ import annotations

from keiki.domain.linkage.terms import Text
from keiki.office.refusal import Refusal

TELL: Text = (
    "照会できません。もう一度試し、続く場合はデータ連携の担当者に知らせてください。",
    "it cannot be asked: try again, and if that does not help tell the integrator",
)
"""Where only the integrator can find out why."""


class ConfigurationError(Refusal):
    """The source configuration is wrong: where, what, and what to do."""

    code = "configuration_error"


class SourceUnavailableError(RuntimeError):
    """A source could not be asked. ``source`` is its id, ``reason`` for who asked, ``detail`` for the integrator.

    ``owner`` is whose data it is, in words; the id where it is not known.
    """

    def __init__(self, source: str, reason: Text, detail: Text | None = None, owner: Text | None = None) -> None:
        self.source, self.reason, self.detail = source, reason, detail or reason
        self.owner = owner or (source, source)
        super().__init__(f"{self.owner[1]} is unavailable: {reason[1]}")

    def of(self, owner: Text) -> SourceUnavailableError:
        """Return the same with its owner's name."""
        return SourceUnavailableError(self.source, self.reason, self.detail, owner)


class ContactError(Refusal):
    """There is no single customer to write to; says which case it is, and no personal data."""

    code = "contact_error"


class SearchRefused(Refusal):
    """A search that is not made; says why and what to do, and nothing of what was typed."""

    code = "search_refused"
