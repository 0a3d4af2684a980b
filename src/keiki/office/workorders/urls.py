"""The addresses of work orders."""

from __future__ import annotations

from keiki.domain.access import Right
from keiki.office.screens.routes import ACT, BY_LIST, READ, screen

from . import views

app_name = "workorders"
urlpatterns = [
    screen("", views.orders, "list", Right.SEE_ORDERS, query=BY_LIST),
    screen("print/", views.print_many, "print_many", Right.PRINT_ORDERS, methods=ACT),
    screen("record/", views.record, "record", Right.RECORD_RESULTS, methods=READ + ACT),
    screen("follow-ups/", views.follow_ups, "follow_ups", Right.SEE_ORDERS, query=BY_LIST),
    screen("issue/<int:design>/", views.issue, "issue", Right.ISSUE_ORDERS, methods=READ + ACT),
    screen("<slug:number>/", views.order, "detail", Right.SEE_ORDERS),
    screen("<slug:number>/print/", views.print_one, "print", Right.PRINT_ORDERS, methods=ACT),
    screen("<slug:number>/cancel/", views.cancel, "cancel", Right.ISSUE_ORDERS, methods=ACT),
    screen("<slug:number>/done/", views.close_follow_up, "close_follow_up", Right.CLOSE_FOLLOW_UPS, methods=ACT),
]
