"""The office's card on the device: one with a key that is none is neither enrolled nor used."""

from __future__ import annotations

from pathlib import Path

import pytest

from keiki.handheld import enrolment

UNSOUND = sorted((Path(__file__).parents[2] / "vectors" / "identity").glob("s*-office.txt"))


@pytest.mark.parametrize("path", UNSOUND, ids=lambda path: path.stem)
def test_a_card_with_a_key_that_is_none_is_neither_enrolled_nor_used(tmp_path: Path, path: Path) -> None:
    card = tmp_path / "card.json"
    card.write_bytes(bytes.fromhex(path.read_text().partition("\n\n")[2]))
    with pytest.raises(enrolment.EnrolmentError, match="do not enrol or use this card"):
        enrolment.trust_office(tmp_path, card, replace=True)
    card.rename(tmp_path / enrolment.OFFICE)
    with pytest.raises(enrolment.EnrolmentError, match="enrol the office again"):
        enrolment.read_office(tmp_path)
