"""docs/sources.md names every key format, time format, term, rule and key there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from keiki.domain.linkage.contradictions import RULES
from keiki.domain.linkage.decision import REQUIRED
from keiki.domain.linkage.terms import TERMS
from keiki.domain.mapping.times import FORMATS

PAGE = (Path(__file__).parents[3] / "docs" / "sources.md").read_text(encoding="utf-8")
KEYS = "id owner url password_file max_age timeout key as_of query survey fact codes model format none"


@pytest.mark.parametrize("word", [*TERMS, *FORMATS, *(rule.id for rule in RULES), *KEYS.split()])
def test_a_word_of_the_configuration_is_explained(word: str) -> None:
    assert re.search(rf"\b{word}\b", PAGE)


def test_the_terms_in_bold_are_those_that_a_decision_needs() -> None:
    assert set(re.findall(r"\*\*`(\w+)`\*\*", PAGE)) == set(REQUIRED)
