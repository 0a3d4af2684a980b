"""What is said of a file that is not read: it is damaged, not of its form, or not written to its end."""

from __future__ import annotations

from keiki.foundation.text.bilingual import Bilingual


class DamagedFileError(ValueError):
    """A file that is not whole or not of its form; ``text`` says what is wrong, and nothing of its rows."""

    def __init__(self, ja: str, en: str) -> None:
        self.text = Bilingual(ja=ja, en=en)
        super().__init__(en)
