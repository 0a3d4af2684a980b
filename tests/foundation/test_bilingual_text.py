"""One text in two languages."""

from __future__ import annotations

import pytest

from keiki.foundation.text.bilingual import Bilingual


@pytest.mark.parametrize(("language", "text"), [("ja", "3件"), ("ja-JP", "3件"), ("en", "3 rows"), ("fr", "3 rows")])
def test_a_text_is_told_in_the_language_that_was_chosen(language: str, text: str) -> None:
    assert Bilingual(ja="{count}件", en="{count} rows").format(count=3).in_language(language) == text


def test_a_text_is_written_by_keyword_only() -> None:
    with pytest.raises(TypeError):
        Bilingual("あ", "a")  # type: ignore[misc]


def test_a_bilingual_value_stands_in_the_language_around_it() -> None:
    what = Bilingual(ja="整数", en="a whole number")
    assert Bilingual(ja="{what}、{n}", en="{what}: {n}").format(what=what, n=1) == Bilingual(
        ja="整数、1", en="a whole number: 1"
    )


def test_a_name_stands_for_itself_in_both_languages() -> None:
    assert Bilingual.same("W-000009-1") == Bilingual(ja="W-000009-1", en="W-000009-1")
