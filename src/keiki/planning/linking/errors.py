"""What bulk linkage raises: one error, whose text is in Japanese and English."""

from __future__ import annotations

from pathlib import Path

from keiki.domain.linkage.terms import Text
from keiki.foundation.files.opening import opening_refusal


class LinkingError(ValueError):
    """A configuration or a file that cannot be used: what, why, and what to do. ``text`` is (ja, en)."""

    def __init__(self, ja: str, en: str) -> None:
        self.text: Text = (ja, en)
        super().__init__(en)


def cannot_be_read(path: Path, error: OSError) -> LinkingError:
    """Return the refusal of a file that the operating system, or its kind, does not let us read."""
    why = opening_refusal(error)
    return LinkingError(
        f"{path.name} を読めません({why.ja})。ファイル名と権限を確認してください。",
        f"{path.name} cannot be read ({why.en}): check its name and rights",
    )
