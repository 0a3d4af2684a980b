"""Every wrong catalogue under ``vectors/catalogue/refused`` is refused: by its layer, at its line, in its words.

A vector is a whole catalogue with one failure. Its header names the layer and a part of the
sentence, in Japanese the whole; the comment ``<- here`` marks the line.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from keiki.domain.selection import Selector
from keiki.domain.units import CatalogueError, read_catalogue

VECTORS = Path(__file__).parents[3] / "vectors" / "catalogue"


def header(text: str, key: str) -> str:
    return next(line.removeprefix(f"# {key}: ") for line in text.splitlines() if line.startswith(f"# {key}: "))


@pytest.mark.parametrize("path", sorted((VECTORS / "refused").glob("*.toml")), ids=lambda path: path.stem)
def test_a_wrong_catalogue_is_refused_with_file_line_and_sentence(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    line = next(number for number, content in enumerate(text.splitlines(), 1) if "# <- here" in content)
    with pytest.raises(CatalogueError) as refusal:
        Selector.compile(read_catalogue({path.name: text}))
    assert len(refusal.value.problems) == 1, str(refusal.value)
    problem = refusal.value.problems[0]
    assert (problem.position.file, problem.position.line) == (path.name, line)
    assert header(text, "says") in problem.sentence.en
    assert header(text, "says in ja") == problem.sentence.ja


@pytest.mark.parametrize("path", sorted((VECTORS / "refused").glob("*.toml")), ids=lambda path: path.stem)
def test_the_layer_that_refuses_is_the_one_the_vector_names(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if header(text, "refused by") == "reading":
        with pytest.raises(CatalogueError):
            read_catalogue({path.name: text})
    else:
        read_catalogue({path.name: text})


@pytest.mark.parametrize("path", sorted((VECTORS / "accepted").glob("*.toml")), ids=lambda path: path.stem)
def test_an_accepted_catalogue_has_the_combinations_it_names(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    selector = Selector.compile(read_catalogue({path.name: text}))
    assert len(selector.compiled.space) == int(header(text, "combinations"))
