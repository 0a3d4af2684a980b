"""Who may do what, and where: roles, rights, and the reach of a person's grants. One table for code, tests and docs."""

from keiki.domain.access.reach import ALL_OFFICES, EVERYWHERE, NOWHERE, Grant, Reach, Rights, reach
from keiki.domain.access.rights import Right
from keiki.domain.access.roles import ROLES, SECOND_FACTOR, Role, RoleCard
from keiki.domain.access.scopes import TOKEN_RIGHTS, Scope

__all__ = [
    "ALL_OFFICES",
    "EVERYWHERE",
    "NOWHERE",
    "ROLES",
    "SECOND_FACTOR",
    "TOKEN_RIGHTS",
    "Grant",
    "Reach",
    "Right",
    "Rights",
    "Role",
    "RoleCard",
    "Scope",
    "reach",
]
