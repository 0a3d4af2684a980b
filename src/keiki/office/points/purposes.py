"""Why a supply point is looked up: the few purposes, as the chooser says them and as the audit keeps them.

A person may choose. Who does not is there for what the page they came from is about, or for what their role does; where
that could be several things, the audit says that no purpose was stated, instead of a likely one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from urllib.parse import parse_qs, urlsplit

from keiki.domain.access import Role
from keiki.domain.linkage.terms import Text


class Purpose(StrEnum):
    """A purpose of a look-up."""

    NOT_STATED = "not_stated"
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
    Purpose.NOT_STATED: ("(目的を選んでください)", "(choose a purpose)"),
    Purpose.DESK: ("窓口での照会", "a look at the desk"),
    Purpose.APPLICATION: ("申込みの処理", "an application"),
    Purpose.DESIGN: ("設計・作業指示書", "a design or work order"),
    Purpose.QUESTION: ("お客さまからの問合せ", "a customer's question"),
    Purpose.TROUBLE: ("不具合の調査", "trouble with the service"),
    Purpose.CHECK: ("台帳の確認", "a check of the records"),
}
_KEPT: Mapping[Purpose, str] = {
    Purpose.NOT_STATED: "purpose not stated",
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
_OF_ROLES: Mapping[Role, Purpose] = {
    Role.DESK_OPERATOR: Purpose.DESK,
    Role.DESIGNER: Purpose.DESIGN,
    Role.CONSTRUCTION_CLERK: Purpose.DESIGN,
    Role.SUPPORT_AGENT: Purpose.TROUBLE,
    Role.SECURITY_OFFICER: Purpose.CHECK,
    Role.CATALOGUE_ADMINISTRATOR: Purpose.CHECK,
    Role.AUDITOR: Purpose.CHECK,
    Role.ADMINISTRATOR: Purpose.CHECK,
}


def purpose_of(text: str, came_from: str = "", roles: Iterable[Role] = ()) -> Purpose:
    """Return the purpose that an address names, else that of the page the person came from, else of their roles."""
    if text in tuple(Purpose):
        return Purpose(text)
    came = urlsplit(came_from)
    named = parse_qs(came.query).get("why", [""])[-1]
    if named in tuple(Purpose):
        return Purpose(named)
    if found := _SECTIONS.get(came.path.strip("/").partition("/")[0]):
        return found
    of_roles = {_OF_ROLES[role] for role in roles}
    return of_roles.pop() if len(of_roles) == 1 else Purpose.NOT_STATED
