"""What bulk linkage raises: one error, whose text is in Japanese and English."""

from __future__ import annotations

from keiki.domain.linkage.terms import Text


class LinkingError(ValueError):
    """A configuration or a file that cannot be used: what, why, and what to do. ``text`` is (ja, en)."""

    def __init__(self, ja: str, en: str) -> None:
        self.text: Text = (ja, en)
        super().__init__(en)
