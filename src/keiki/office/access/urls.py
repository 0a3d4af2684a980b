"""The addresses of one's own account, and of users and roles."""

from __future__ import annotations

from keiki.office.screens.routes import ACT, screen

from . import account_views

app_name = "access"
urlpatterns = [
    screen("me/", account_views.account, "account", None),
    screen("me/language/", account_views.set_language, "language", None, methods=ACT),
    screen("me/sessions/<int:pk>/end/", account_views.end_session, "end_session", None, methods=ACT),
]
