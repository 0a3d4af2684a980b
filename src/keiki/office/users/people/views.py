"""Users and roles: who may work here, what each may do, and the acts of an administrator about them."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keiki.domain.access import ROLES, Grant, Right, Role
from keiki.office.audit.acting import act_of
from keiki.office.screens.languages import in_language
from keiki.office.screens.lists import Column, Listing, show
from keiki.office.screens.reason_form import ReasonForm
from keiki.office.screens.request import OfficeRequest
from keiki.office.users.log_in.second_factor import REAL, has_second_factor, needed_by
from keiki.office.users.models import ServiceOffice, User
from keiki.office.users.sessions import services as sessions

from . import queries, services
from .forms import AddPerson, GiveRole, NameOffice, PeopleFilters

READY, MISSING = gettext_lazy("set up"), gettext_lazy("not set up")


def _listing() -> Listing[User]:
    names = queries.offices()
    return Listing[User](
        name="users",
        columns=(
            Column("username", gettext_lazy("Log-in name"), lambda row: row.username, sort="username"),
            Column("name", gettext_lazy("Full name"), lambda row: row.name, sort="name"),
            Column("roles", gettext_lazy("Roles"), lambda row: " / ".join(queries.in_words(row, names))),
            Column(
                "second",
                gettext_lazy("Second factor"),
                lambda row: READY if row.second else MISSING,  # type: ignore[attr-defined]
                sort="second",
            ),
            Column("last", gettext_lazy("Last log-in"), lambda row: row.last_login, sort="last_login"),
            Column(
                "state",
                gettext_lazy("State"),
                lambda row: _("active") if row.is_active else _("deactivated"),
                sort="is_active",
            ),
        ),
        order="username",
        address=lambda row: reverse("users:person", args=[row.username]),
        filters=PeopleFilters,
        tone=lambda row: "" if row.is_active else "quiet",
    )


def people(request: OfficeRequest) -> HttpResponseBase:
    """Show everybody."""
    second = Exists(Authenticator.objects.filter(user=OuterRef("pk"), type__in=REAL))
    rows = User.objects.annotate(second=second).prefetch_related("grants")
    may_manage = request.may(Right.MANAGE_PEOPLE)
    return show(request, _listing(), rows, "users/people.html", {"may_manage": may_manage})


def person(request: OfficeRequest, username: str) -> HttpResponse:
    """Show one person: roles, second factor, where they are logged in."""
    user = _person(username)
    may_manage = request.may(Right.MANAGE_PEOPLE) and user.username != request.user.get_username()
    context: dict[str, Any] = {
        "person_": user,
        "roles": queries.roles_in_words(user),
        "second_factor": has_second_factor(user),
        "needs_second_factor": needed_by(Role(held.role) for held in user.grants.all()),
        "sessions": sessions.running(user),
        "may_manage": may_manage and user.is_active,
        "own": user.username == request.user.get_username(),
        "give": GiveRole(),
        "reason": ReasonForm(),
        "reset_reason": ReasonForm(prefix="reset"),
    }
    return render(request, "users/person.html", context)


def add(request: OfficeRequest) -> HttpResponse:
    """Add a person, and show their first password this once."""
    form = AddPerson(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        password = services.first_password()
        try:
            user = services.add_user(
                act_of(request), given["username"], given["name"], password, language=given["language"]
            )
        except services.PeopleRefused as error:
            form.add_error("username", in_language(error.sentence))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _password_shown(request, user, password)
    return render(request, "users/add.html", {"form": form}, status=400 if form.errors else 200)


def give(request: OfficeRequest, username: str) -> HttpResponse:
    """Give a role."""
    user, form = _person(username), GiveRole(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a role and a service office."))
    else:
        services.grant(act_of(request), user, form.granted())
        messages.success(request, _("The role is given. It holds from the person's next request."))
    return _back(user)


def take_away(request: OfficeRequest, username: str) -> HttpResponse:
    """Take a role back."""
    user = _person(username)
    try:
        taken = Grant(Role(request.POST.get("role", "")), request.POST.get("office", ""))
    except ValueError:
        raise Http404 from None
    services.take_away(act_of(request), user, taken)
    messages.success(request, _("The role is taken away. It ended at once."))
    return _back(user)


def deactivate(request: OfficeRequest, username: str) -> HttpResponse:
    """Let a person go."""
    user, form = _person(username), ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why: it is kept in the audit."))
    else:
        services.deactivate(act_of(request), user, form.cleaned_data["because"])
        messages.success(request, _("The person is deactivated and logged out everywhere."))
    return _back(user)


def reset_password(request: OfficeRequest, username: str) -> HttpResponse:
    """Give a new first password, and show it this once."""
    user = _person(username)
    return _password_shown(request, user, services.reset_password(act_of(request), user))


def reset_second_factor(request: OfficeRequest, username: str) -> HttpResponse:
    """Take the second factor away from somebody who lost it."""
    user, form = _person(username), ReasonForm(request.POST, prefix="reset")
    if not form.is_valid():
        messages.error(request, _("Say why: it is kept in the audit."))
    else:
        services.reset_second_factor(act_of(request), user, form.cleaned_data["because"])
        messages.success(request, _("The second factor is taken away. The person sets up a new one."))
    return _back(user)


def offices(request: OfficeRequest) -> HttpResponse:
    """Show the service offices, and add or rename one."""
    form = NameOffice(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.add_office(act_of(request), **form.cleaned_data)
        messages.success(request, _("The service office is kept."))
        return HttpResponseRedirect(reverse("users:offices"))
    context = {"offices": ServiceOffice.objects.all(), "form": form}
    return render(request, "users/offices.html", context, status=400 if form.errors else 200)


def roles(request: OfficeRequest) -> HttpResponse:
    """Show who may do what, from the table that is enforced."""
    held = [right for right in Right if any(right in card.rights for card in ROLES.values())]
    rows = [
        {
            "right": in_language(right.words),
            "local": right.local,
            "cells": [right in ROLES[role].rights for role in Role],
        }
        for right in held
    ]
    columns = [
        {"role": in_language(ROLES[role].words), "local": ROLES[role].local, "second": needed_by([role])}
        for role in Role
    ]
    return render(request, "users/roles.html", {"columns": columns, "rows": rows})


def _person(username: str) -> User:
    return get_object_or_404(User, username=username)


def _back(user: User) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("users:person", args=[user.username]))


def _password_shown(request: OfficeRequest, user: User, password: str) -> HttpResponse:
    return render(request, "users/first_password.html", {"person_": user, "password": password})
