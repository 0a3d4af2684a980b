"""The roles that people hold, held against the audit's events of who was given one and lost it."""

from __future__ import annotations

from keiki.domain.audit.findings import AuditFinding, FindingKind
from keiki.office.audit.models import AuditEvent
from keiki.office.audit.reading import link_of
from keiki.office.users.models import RoleGrant

GRANTED, TAKEN_AWAY = "RoleGranted", "RoleTakenAway"
Held = tuple[str, str, str]
"""Whom the audit names, the role, and the service office or ``*``."""


def role_findings() -> list[AuditFinding]:
    """Return the roles that are in the database and not in the audit, or the other way round.

    Looked at twice, because another act may come between rows and events: what differs both times is a finding.
    """
    differing = _differing()
    if differing:
        differing &= _differing()
    return [
        AuditFinding(FindingKind.ROLE_CHANGED, store=f"{who} ({role}, {office})")
        for who, role, office in sorted(differing)
    ]


def _differing() -> set[Held]:
    rows = {
        (grant.user.reference, grant.role, grant.office) for grant in RoleGrant.objects.select_related("user").all()
    }
    return rows ^ _by_the_events()


def _by_the_events() -> set[Held]:
    """Return what the events come to, in their order; one that is not as it was recorded counts for nothing."""
    held: set[Held] = set()
    for row in AuditEvent.objects.filter(happened__in=[GRANTED, TAKEN_AWAY]).order_by("position").iterator():
        link = link_of(row)
        if not link.is_whole:
            continue
        one = (row.subject, str(row.details.get("role")), str(row.details.get("office")))
        if row.happened == GRANTED:
            held.add(one)
        else:
            held.discard(one)
    return held
