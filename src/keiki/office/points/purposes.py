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


class LookUpPurpose(StrEnum):
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
    def audit_text(self) -> str:
        """What the audit keeps."""
        return _KEPT[self]


_WORDS: Mapping[LookUpPurpose, Text] = {
    LookUpPurpose.NOT_STATED: ("(目的を選んでください)", "(choose a purpose)"),
    LookUpPurpose.DESK: ("窓口での照会", "a look at the desk"),
    LookUpPurpose.APPLICATION: ("申込みの処理", "an application"),
    LookUpPurpose.DESIGN: ("設計・作業指示書", "a design or work order"),
    LookUpPurpose.QUESTION: ("お客さまからの問合せ", "a customer's question"),
    LookUpPurpose.TROUBLE: ("不具合の調査", "trouble with the service"),
    LookUpPurpose.CHECK: ("台帳の確認", "a check of the records"),
}
_KEPT: Mapping[LookUpPurpose, str] = {
    LookUpPurpose.NOT_STATED: "purpose not stated",
    LookUpPurpose.DESK: "looked up at the desk",
    LookUpPurpose.APPLICATION: "looked up for an application",
    LookUpPurpose.DESIGN: "looked up for a design or work order",
    LookUpPurpose.QUESTION: "looked up for a customer's question",
    LookUpPurpose.TROUBLE: "looked up because of trouble",
    LookUpPurpose.CHECK: "looked up to check the records",
}


_SECTIONS: Mapping[str, LookUpPurpose] = {
    "designs": LookUpPurpose.DESIGN,
    "work-orders": LookUpPurpose.DESIGN,
    "contracts": LookUpPurpose.APPLICATION,
    "audit": LookUpPurpose.CHECK,
}
_OF_ROLES: Mapping[Role, LookUpPurpose] = {
    Role.DESK_OPERATOR: LookUpPurpose.DESK,
    Role.DESIGNER: LookUpPurpose.DESIGN,
    Role.CONSTRUCTION_CLERK: LookUpPurpose.DESIGN,
    Role.SUPPORT_AGENT: LookUpPurpose.TROUBLE,
    Role.SECURITY_OFFICER: LookUpPurpose.CHECK,
    Role.CATALOGUE_ADMINISTRATOR: LookUpPurpose.CHECK,
    Role.AUDITOR: LookUpPurpose.CHECK,
    Role.ADMINISTRATOR: LookUpPurpose.CHECK,
}


def purpose_of(text: str, came_from: str = "", roles: Iterable[Role] = ()) -> LookUpPurpose:
    """Return the purpose that an address names, else that of the page the person came from, else of their roles."""
    if text in tuple(LookUpPurpose):
        return LookUpPurpose(text)
    came = urlsplit(came_from)
    named = parse_qs(came.query).get("why", [""])[-1]
    if named in tuple(LookUpPurpose):
        return LookUpPurpose(named)
    if found := _SECTIONS.get(came.path.strip("/").partition("/")[0]):
        return found
    of_roles = {_OF_ROLES[role] for role in roles}
    return of_roles.pop() if len(of_roles) == 1 else LookUpPurpose.NOT_STATED
