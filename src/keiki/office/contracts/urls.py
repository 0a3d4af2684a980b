"""Addresses of contracts: their list, an application, one contract with what is done about it."""

from __future__ import annotations

from keiki.domain.access import Right
from keiki.office.screens.routes import ACT, BY_LIST, READ, screen

from . import acts, deciding, setting_aside, views

app_name = "contracts"
urlpatterns = [
    screen("", views.list_, "list", Right.SEE_CONTRACTS, query=BY_LIST),
    screen("commands/", views.commands, "commands", Right.SEE_CONTRACTS, query=BY_LIST),
    screen("deliveries/", views.deliveries, "deliveries", Right.SEE_CONTRACTS, query=BY_LIST),
    screen("contradicting/", deciding.contradictions, "contradictions", Right.SEE_CONTRACTS, query=BY_LIST),
    screen("contradicting/<int:pk>/", deciding.contradiction, "contradiction", Right.SEE_CONTRACTS),
    screen(
        "contradicting/<int:pk>/decide",
        deciding.decide_contradiction,
        "decide_contradiction",
        Right.DECIDE_RESULTS,
        methods=ACT,
    ),
    screen("set-aside/", setting_aside.set_aside, "set_aside", Right.SEE_CONTRACTS, query=BY_LIST),
    screen("set-aside/<int:pk>/", setting_aside.set_aside_message, "set_aside_message", Right.SEE_CONTRACTS),
    screen(
        "set-aside/<int:pk>/apply",
        setting_aside.apply_set_aside,
        "apply_set_aside",
        Right.DECIDE_RESULTS,
        methods=ACT,
    ),
    screen(
        "set-aside/<int:pk>/close",
        setting_aside.close_set_aside,
        "close_set_aside",
        Right.DECIDE_RESULTS,
        methods=ACT,
    ),
    screen("apply/", acts.apply, "apply", Right.TAKE_APPLICATIONS, methods=READ + ACT, query=("point",)),
    screen("<int:pk>/", views.detail, "detail", Right.SEE_CONTRACTS),
    screen("<int:pk>/path", views.path, "path", Right.SEE_CONTRACTS),
    screen("<int:pk>/status", views.status_part, "status", Right.SEE_DIAGNOSES),
    screen("<int:pk>/decide", acts.decide, "decide", Right.TAKE_APPLICATIONS, methods=ACT),
    screen(
        "<int:pk>/confirm-agent",
        acts.confirm_agent,
        "confirm_agent",
        Right.TAKE_APPLICATIONS,
        methods=ACT,
        sensitive=True,
    ),
    screen("<int:pk>/rewrite", acts.rewrite, "rewrite", Right.REWRITE_PASSWORD, methods=ACT, sensitive=True),
    screen("<int:pk>/read-status", acts.read_status, "read_status", Right.READ_STATUS, methods=ACT),
]
