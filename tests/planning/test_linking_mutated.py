"""Owners' snapshots with a few bytes changed: linked with every row accounted for, or refused with one error."""

from __future__ import annotations

import os
import random
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from linking_oracle import rows_of
from test_linking_owners_files import cells, write_csv

from file_mutations import changed
from keiki.bench.snapshots.writing import write_snapshots
from keiki.planning.linking import LinkingError, Outputs, link_bulk, read_configuration

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
MUTATIONS = int(os.environ.get("KEIKI_MUTATIONS", "12"))
OWNERS = ("customer", "distribution", "construction", "allocation", "supervisory")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_snapshots(tmp_path_factory.mktemp("drawn"), 30, seed=4, now=NOW).parent
    text = (folder / "snapshots.toml").read_text(encoding="utf-8")
    for owner in OWNERS[:3]:
        write_csv(folder / f"{owner}.csv", *cells(folder, owner))
        text = text.replace(f'file = "{owner}.parquet"', f'file = "{owner}.csv"\nencoding = "cp932"')
    (folder / "snapshots.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.timeout(1200)
def test_a_mutated_snapshot_is_linked_or_refused(tmp_path: Path, drawn: Path) -> None:
    linked = 0
    for seed in range(MUTATIONS):
        dice = random.Random(seed)
        folder = shutil.copytree(drawn, tmp_path / str(seed))
        owner = dice.choice(OWNERS)
        path = next(each for ending in ("csv", "parquet") if (each := folder / f"{owner}.{ending}").exists())
        path.write_bytes(changed(path.read_bytes(), dice))
        outputs = Outputs.beside(folder / "linked.parquet")
        try:
            summary = link_bulk(read_configuration(folder / "snapshots.toml"), outputs, NOW, memory="1GB", threads=1)
        except LinkingError as error:
            assert re.search("[ぁ-ん]", error.text[0]), seed  # noqa: PT017 - a refusal is one of two good outcomes
            assert not outputs.needs.exists()
            continue
        linked += 1
        held = {row["supply_point"] for row in rows_of(outputs.blocked)}
        held |= {row["supply_point"] for row in rows_of(outputs.contradictions) if row["weight"] == "blocks"}
        assert summary.points == summary.ready + len(held), seed
        assert sum(summary.rejects.values()) == len(rows_of(outputs.rejects)), seed
        shutil.rmtree(folder)
    assert linked
