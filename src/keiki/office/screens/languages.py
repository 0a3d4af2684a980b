"""Texts that the domain keeps in both languages, shown in the one that the person chose."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import get_language

from keiki.foundation.text.bilingual import Bilingual

Text = tuple[str, str]


def japanese() -> bool:
    """Whether the present person reads Japanese."""
    return (get_language() or "ja").startswith("ja")


def in_language(text: Bilingual | Text | Mapping[str, str]) -> str:
    """Return a text of two languages, or ``(ja, en)``, or ``{"ja": ..., "en": ...}``, in the person's own."""
    if isinstance(text, Bilingual):
        return text.ja if japanese() else text.en
    if isinstance(text, Mapping):
        return text["ja" if japanese() else "en"]
    return text[0] if japanese() else text[1]
