"""The roles of the employees responsible for route B, each with the least it needs.

``SECOND_FACTOR`` names the roles that are of no use without a second factor (TOTP or passkey): whoever can hand out
rights or keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from keiki.domain.access.rights import Right
from keiki.foundation.text.bilingual import Bilingual


class Role(StrEnum):
    """What a person is in the office."""

    DESK_OPERATOR = "desk_operator"
    DESIGNER = "designer"
    CONSTRUCTION_CLERK = "construction_clerk"
    SUPPORT_AGENT = "support_agent"
    SECURITY_OFFICER = "security_officer"
    CATALOGUE_ADMINISTRATOR = "catalogue_administrator"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class RoleCard:
    """A role in words, and its rights. ``local``: granted for a service office; else for the whole utility."""

    words: Bilingual
    rights: frozenset[Right]
    local: bool


R = Right
_POINT = {R.SEE_POINTS, R.SEE_CONTRACTS, R.SEE_DESIGNS, R.SEE_ORDERS, R.SEE_DIAGNOSES}

ROLES: dict[Role, RoleCard] = {
    Role.DESK_OPERATOR: RoleCard(
        Bilingual(ja="受付担当", en="desk operator"),
        frozenset(
            _POINT
            | {
                R.SEE_CUSTOMER,
                R.TAKE_APPLICATIONS,
                R.END_SERVICE,
                R.REWRITE_PASSWORD,
                R.DECIDE_RESULTS,
                R.SEE_SOURCES,
            }
        ),
        local=True,
    ),
    Role.DESIGNER: RoleCard(
        Bilingual(ja="設計担当", en="designer"),
        frozenset(_POINT | {R.MAKE_DESIGNS, R.ISSUE_ORDERS, R.SEE_CATALOGUE, R.SEE_SOURCES}),
        local=True,
    ),
    Role.CONSTRUCTION_CLERK: RoleCard(
        Bilingual(ja="工事担当", en="construction clerk"),
        frozenset(_POINT | {R.SEE_CUSTOMER, R.PRINT_ORDERS, R.RECORD_RESULTS, R.CLOSE_FOLLOW_UPS}),
        local=True,
    ),
    Role.SUPPORT_AGENT: RoleCard(
        Bilingual(ja="サポート担当", en="support agent"),
        frozenset(
            {
                R.SEE_POINTS,
                R.SEE_CONTRACTS,
                R.SEE_DIAGNOSES,
                R.READ_STATUS,
                R.REWRITE_PASSWORD,
                R.DECIDE_RESULTS,
                R.SEE_SOURCES,
            }
        ),
        local=True,
    ),
    Role.SECURITY_OFFICER: RoleCard(
        Bilingual(ja="セキュリティ責任者", en="security officer"),
        frozenset({R.SEE_KEYS, R.REQUEST_KEYS, R.APPROVE_KEYS, R.SEE_AUDIT, R.LIFT_LIMITS, R.SEE_PEOPLE}),
        local=False,
    ),
    Role.CATALOGUE_ADMINISTRATOR: RoleCard(
        Bilingual(ja="カタログ管理者", en="catalogue administrator"),
        frozenset({R.SEE_CATALOGUE, R.PROPOSE_CATALOGUE, R.PUBLISH_CATALOGUE, R.SEE_SOURCES}),
        local=False,
    ),
    Role.AUDITOR: RoleCard(
        Bilingual(ja="監査担当", en="auditor"),
        frozenset({R.SEE_AUDIT, R.EXPORT_AUDIT, R.SEE_PEOPLE, R.SEE_KEYS, R.SEE_CATALOGUE}),
        local=False,
    ),
    Role.ADMINISTRATOR: RoleCard(
        Bilingual(ja="管理者", en="administrator"),
        frozenset({R.SEE_PEOPLE, R.MANAGE_PEOPLE, R.MANAGE_TOKENS, R.SEE_SOURCES}),
        local=False,
    ),
}
SECOND_FACTOR = frozenset({Role.SECURITY_OFFICER, Role.ADMINISTRATOR})
