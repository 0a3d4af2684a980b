"""Mutations of good files: no traceback, no row lost in silence, no choice but that of a row's own cells."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from csv_mutations import mutate
from keiki.domain.selection import Selector
from mutation_checks import KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_good_files_are_read_whole(kansai: Selector, tmp_path: Path, kind: str) -> None:
    make, wrong = KINDS[kind]
    good = make(kansai, random.Random(1), 8)
    assert wrong(kansai, tmp_path, good, good) is None


@pytest.mark.parametrize("kind", KINDS)
def test_mutated_files_are_read_right_rejected_or_refused(kansai: Selector, tmp_path: Path, kind: str) -> None:
    make, wrong = KINDS[kind]
    for seed in range(60):
        dice = random.Random(seed)
        good = make(kansai, dice, 8)
        assert wrong(kansai, tmp_path, good, mutate(good, dice)) is None, f"seed {seed}"
