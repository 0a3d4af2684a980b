"""The addresses of the audit."""

from __future__ import annotations

from keiki.domain.access import Right
from keiki.office.screens.routes import ACT, BY_LIST, screen

from . import views

app_name = "audit"
urlpatterns = [
    screen("", views.events, "list", Right.SEE_AUDIT, query=BY_LIST),
    screen("<int:position>/", views.event, "event", Right.SEE_AUDIT),
    screen("<int:position>/lift/", views.lift_limit, "lift_limit", Right.LIFT_LIMITS, methods=ACT, sensitive=True),
    screen("verify/", views.verify, "verify", Right.EXPORT_AUDIT, methods=ACT),
    screen("verifications/<int:number>/", views.verification, "verification", Right.EXPORT_AUDIT),
    screen("take-away/", views.take_away, "take_away", Right.EXPORT_AUDIT, methods=ACT, sensitive=True),
]
