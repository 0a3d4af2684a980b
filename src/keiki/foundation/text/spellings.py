"""One list of spellings that mean the same: what people and spreadsheets make of an id, a code, a key or a heading.

A dash is typed in a dozen ways, letters come in full width, a spreadsheet puts an apostrophe before an id, a web page
leaves a zero-width space in it. :func:`plain` writes such a text as it was meant; :func:`comparable` is what two texts
have in common when they name the same thing. Neither is for prose: the long-vowel sign of Japanese (ー) is a dash here.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

DASHES = "-‐‑‒–—―−ー─━⁃˗﹘﹣"
"""Every character that stands for the hyphen of an id (full-width and half-width forms become one of these)."""
WAVE_DASHES = "~〜∼"
"""Shift_JIS 0x8160 is U+301C in some programs and U+FF5E in others: both are the wave dash."""
APOSTROPHES = "'‘’′`´"
BLANKS = " \t\r\n\v\f\u00a0\u3000"
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_WIDTHS = {code: unicodedata.normalize("NFKC", chr(code)) for code in (0x3000, *range(0xFF01, 0xFFEF))}
"""Full and half width only: what else NFKC does makes a digit of a footnote's mark (²)."""
_TABLE = str.maketrans(
    {
        **dict.fromkeys(DASHES, "-"),
        **dict.fromkeys(WAVE_DASHES, "~"),
        **dict.fromkeys(APOSTROPHES, "'"),
        **dict.fromkeys(INVISIBLE, None),
    }
)
_BREAK = re.compile(r"[ \t]*[\r\n]+[ \t]*")
_BREAK_IN_WORDS = re.compile(r"(?<=[!-~])[ \t]*[\r\n]+[ \t]*(?=[!-~])")
_BLANK_RUN = re.compile(rf"[{BLANKS}]+")


def plain(text: str) -> str:
    """``text`` in half width, with plain dashes, nothing invisible, no blanks and no leading apostrophe around it."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.translate(_WIDTHS)).translate(_TABLE)
    return text.strip(BLANKS).lstrip("'`").strip(BLANKS)


def comparable(text: str) -> str:
    """What every spelling of one id has in common: plain, without blanks inside, in one case."""
    return _BLANK_RUN.sub("", plain(text)).casefold()


class Spellings:
    """Names that are known, to be found by any spelling; one that is the spelling of two is found as written only."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = frozenset(names)
        same = Counter(map(comparable, self.names))
        self._by_form = {comparable(name): name for name in self.names if same[comparable(name)] == 1}

    def find(self, written: str) -> str | None:
        """Return the name that is meant; None for one that is not known."""
        return written if written in self.names else self._by_form.get(comparable(written))


def heading(text: str) -> str:
    """A column's heading as people read it: line breaks inside are folded away, blanks around it are gone."""
    joined = _BREAK_IN_WORDS.sub(" ", text.strip("\ufeff" + BLANKS))
    return _BREAK.sub("", joined)
