"""Why a supply point is looked up: the few purposes, as the chooser says them and as the audit keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import urlsplit

from keiki.domain.linkage.terms import Text


class Purpose(StrEnum):
    """A purpose of a look-up."""

    DESK = "desk"
    APPLICATION = "application"
    DESIGN = "design"
    QUESTION = "question"
    TROUBLE = "trouble"
    CHECK = "check"

    @property
    def words(self) -> Text:
        """The purpose in Japanese and English."""
        return _WORDS[self]

    @property
    def kept(self) -> str:
        """What the audit keeps."""
        return _KEPT[self]


_WORDS: Mapping[Purpose, Text] = {
    Purpose.DESK: ("窓口での照会", "a look at the desk"),
    Purpose.APPLICATION: ("申込みの処理", "an application"),
    Purpose.DESIGN: ("設計・作業指示", "a design or work order"),
    Purpose.QUESTION: ("お客さまからの問合せ", "a customer's question"),
    Purpose.TROUBLE: ("不具合の調査", "trouble with the service"),
    Purpose.CHECK: ("台帳の確認", "a check of the records"),
}
_KEPT: Mapping[Purpose, str] = {
    Purpose.DESK: "looked up at the desk",
    Purpose.APPLICATION: "looked up for an application",
    Purpose.DESIGN: "looked up for a design or work order",
    Purpose.QUESTION: "looked up for a customer's question",
    Purpose.TROUBLE: "looked up because of trouble",
    Purpose.CHECK: "looked up to check the records",
}


_SECTIONS: Mapping[str, Purpose] = {
    "designs": Purpose.DESIGN,
    "work-orders": Purpose.DESIGN,
    "contracts": Purpose.APPLICATION,
    "audit": Purpose.CHECK,
}


def purpose_of(text: str, came_from: str = "") -> Purpose:
    """Return the purpose that an address names, else that of the page the person came from, else a look at the desk."""
    if text in tuple(Purpose):
        return Purpose(text)
    section = urlsplit(came_from).path.strip("/").partition("/")[0]
    return _SECTIONS.get(section, Purpose.DESK)
