"""The addresses of the screen Keys."""

from __future__ import annotations

from keiki.domain.access import Right
from keiki.office.screens.routes import ACT, BY_LIST, READ, screen

from . import views

app_name = "keys"
urlpatterns = [
    screen("", views.devices, "list", Right.SEE_KEYS, query=BY_LIST),
    screen("ask/", views.ask_to_enrol, "ask", Right.REQUEST_KEYS, methods=READ + ACT),
    screen("requests/<int:number>/", views.key_request, "request", Right.SEE_KEYS),
    screen("requests/<int:number>/approve/", views.approve, "approve", Right.APPROVE_KEYS, methods=ACT, sensitive=True),
    screen("requests/<int:number>/reject/", views.reject, "reject", Right.APPROVE_KEYS, methods=ACT),
    screen("requests/<int:number>/withdraw/", views.withdraw, "withdraw", Right.REQUEST_KEYS, methods=ACT),
    screen("<slug:key_id>/", views.device, "device", Right.SEE_KEYS),
    screen("<slug:key_id>/revoke/", views.ask_to_revoke, "revoke", Right.REQUEST_KEYS, methods=ACT),
]
