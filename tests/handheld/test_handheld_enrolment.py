"""The office's card on the device, and what it says where it is not in order: in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from keiki.handheld import enrolment
from keiki.handheld.enrolment_messages import MESSAGES

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


def test_a_name_that_no_card_may_have_is_refused_in_both_languages(tmp_path: Path) -> None:
    with pytest.raises(enrolment.EnrolmentError, match="choose another") as refused:
        enrolment.make_device(tmp_path / "new", "端末")
    assert "別の名前" in refused.value.text.ja
    assert not (tmp_path / "new").exists()


def test_every_message_is_japanese_and_english() -> None:
    for code, text in MESSAGES.items():
        assert not text.ja.isascii(), code
        assert text.en.isascii(), code
