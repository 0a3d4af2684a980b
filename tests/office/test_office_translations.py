"""The Japanese of the office's screens: nothing is missing, and no English text has two Japanese ones.

Django puts the words of all apps into one catalogue: of two translations of one text, one would show in both places.
"""

from __future__ import annotations

import io
from collections import defaultdict
from pathlib import Path

from babel.messages.pofile import read_po

import keiki.office
from keiki.office.config.translations import gather

OFFICE = Path(keiki.office.__file__).parent


def test_every_text_has_its_japanese_and_is_compiled() -> None:
    assert gather(check=True) == []


def test_one_english_text_has_one_japanese_text_across_the_apps() -> None:
    said: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for file in OFFICE.glob("*/locale/ja/LC_MESSAGES/django.po"):
        for message in read_po(io.BytesIO(file.read_bytes())):
            if message.id:
                said[str(message.id)][str(message.string)].add(file.relative_to(OFFICE).parts[0])
    twice = {text: dict(ways) for text, ways in said.items() if len(ways) > 1}
    assert twice == {}, "say it differently in English where it means something else"
