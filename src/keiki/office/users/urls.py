"""The addresses of one's own account, and of users and roles."""

from __future__ import annotations

from django.urls import register_converter
from django.urls.converters import StringConverter

from keiki.domain.access import Right
from keiki.office.screens.routes import ACT, BY_LIST, READ, screen
from keiki.office.users.api_tokens import views as token_views
from keiki.office.users.people import account_views
from keiki.office.users.people import views as people_views


class LogInName(StringConverter):
    """A log-in name in an address."""

    regex = "[A-Za-z0-9._-]+"


register_converter(LogInName, "login_name")
SEE, MANAGE = Right.SEE_PEOPLE, Right.MANAGE_PEOPLE

app_name = "users"
urlpatterns = [
    screen("", people_views.people, "people", SEE, query=BY_LIST),
    screen("roles/", people_views.roles, "roles", SEE),
    screen("offices/", people_views.offices, "offices", MANAGE, methods=READ + ACT, sensitive=True),
    screen("add/", people_views.add, "add", MANAGE, methods=READ + ACT, sensitive=True),
    screen("me/", account_views.account, "account", None),
    screen("me/language/", account_views.set_language, "language", None, methods=ACT),
    screen("me/sessions/<int:pk>/end/", account_views.end_session, "end_session", None, methods=ACT),
    screen("of/<login_name:username>/", people_views.person, "person", SEE),
    screen("of/<login_name:username>/give/", people_views.give, "give", MANAGE, methods=ACT, sensitive=True),
    screen("of/<login_name:username>/take/", people_views.take_away, "take_away", MANAGE, methods=ACT, sensitive=True),
    screen(
        "of/<login_name:username>/deactivate/",
        people_views.deactivate,
        "deactivate",
        MANAGE,
        methods=ACT,
        sensitive=True,
    ),
    screen(
        "of/<login_name:username>/password/",
        people_views.reset_password,
        "reset_password",
        MANAGE,
        methods=ACT,
        sensitive=True,
    ),
    screen(
        "of/<login_name:username>/second-factor/",
        people_views.reset_second_factor,
        "reset_second_factor",
        MANAGE,
        methods=ACT,
        sensitive=True,
    ),
    screen("tokens/", token_views.listed, "tokens", SEE, query=BY_LIST),
    screen("tokens/ask/", token_views.ask, "ask_token", Right.MANAGE_TOKENS, methods=READ + ACT, sensitive=True),
    screen("tokens/<int:number>/", token_views.token, "token", SEE),
    screen(
        "tokens/<int:number>/approve/",
        token_views.approve,
        "approve_token",
        Right.APPROVE_KEYS,
        methods=ACT,
        sensitive=True,
    ),
    screen("tokens/<int:number>/reject/", token_views.reject, "reject_token", Right.APPROVE_KEYS, methods=ACT),
    screen("tokens/<int:number>/revoke/", token_views.revoke, "revoke_token", Right.MANAGE_TOKENS, methods=ACT),
]
