"""The rows that are held against their audit events, as a verification of the audit looks at them."""

from __future__ import annotations

from keiki.domain.audit.findings import AuditFinding
from keiki.office.users.api_tokens.recorded_tokens import token_findings
from keiki.office.users.people.recorded_roles import role_findings

from .enrolled_cards import changed_cards


def changed_rows() -> list[AuditFinding]:
    """Return what is wrong with device cards, API tokens and roles: rows changed, added or removed past Keiki."""
    return [*changed_cards(), *token_findings(), *role_findings()]
