"""The table of all states against choosing one by one."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from keiki.catalogues import SHIPPED
from keiki.domain.selection import Choice, Selector
from keiki.domain.units import Combination, read_catalogue
from keiki.planning.table import StateTable, TableSizeError


@pytest.mark.parametrize("name", ["kansai-2015", "second-generation"])
def test_every_lookup_is_what_choosing_gives(name: str) -> None:
    texts = {path.name: path.read_text("utf-8") for path in (SHIPPED / name).glob("*.toml")}
    selector, dice = Selector.compile(read_catalogue(texts)), Random(11)
    table, space = StateTable(selector), selector.compiled
    codes = [dice.randrange(space.needs.size) for _ in range(5000)]
    walls = [tuple(dice.choice([*ids, None, "OLD-7"]) for ids in table.unit_ids) for _ in codes]
    needs = np.array([table.needs_offsets[code] for code in codes], np.int64)
    found = table.lookup(needs, np.array([table.installed_code(wall) for wall in walls], np.int64))
    for code, wall, place in zip(codes, walls, found.tolist(), strict=True):
        answer = selector.choose(space.needs.decode(code), Combination(wall))
        assert place == (answer.key.place if isinstance(answer, Choice) else -1)


def test_a_table_that_would_not_fit_is_refused(kansai: Selector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keiki.planning.table.MOST_STATES", 1000)
    with pytest.raises(TableSizeError, match="9266400 states, more than 1000"):
        StateTable(kansai)
