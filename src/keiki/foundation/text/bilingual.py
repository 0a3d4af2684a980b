"""One text in Japanese and in English, written side by side, so that neither is an afterthought."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Bilingual:
    """A text in both languages. Written by keyword, so that no reader has to know which language comes first."""

    ja: str
    en: str

    @classmethod
    def same(cls, text: str) -> Bilingual:
        """Return a text that stands for itself in both languages: a name, a number, a reference."""
        return cls(ja=text, en=text)

    def in_language(self, language: str) -> str:
        """Return the text for a language code: Japanese for ``ja`` and ``ja-JP``, English for every other."""
        return self.ja if language.lower().startswith("ja") else self.en

    def format(self, **values: object) -> Bilingual:
        """Return the text with ``values`` in the places named in braces; a bilingual value follows the language."""
        return Bilingual(
            ja=self.ja.format(**{name: _value_in(value, "ja") for name, value in values.items()}),
            en=self.en.format(**{name: _value_in(value, "en") for name, value in values.items()}),
        )


def _value_in(value: object, language: str) -> object:
    return value.in_language(language) if isinstance(value, Bilingual) else value
