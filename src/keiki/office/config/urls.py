"""Every address of the office: each app's own, the log-in, and what a machine reads of the office's health."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from keiki.office.config.outage_pages import readyz
from keiki.office.screens.errors import alive
from keiki.office.users.people.account_views import session

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("keiki.office.today.urls")),
    path("points/", include("keiki.office.points.urls")),
    path("contracts/", include("keiki.office.contracts.urls")),
    path("alive", alive, name="alive"),
    path("readyz", readyz, name="readyz"),
    path("session", session, name="session"),
    path("language/", set_language, name="set_language"),
    path("work-orders/", include("keiki.office.workorders.urls")),
    path("catalogue/", include("keiki.office.catalogues.urls")),
    path("audit/", include("keiki.office.audit.urls")),
    path("keys/", include("keiki.office.keys.urls")),
    path("accounts/", include("keiki.office.users.log_in.urls")),
    path("designs/", include("keiki.office.designs.urls")),
    path("api/", include("keiki.office.api.urls")),
    path("users/", include("keiki.office.users.urls")),
]

handler400 = "keiki.office.screens.errors.bad_request"
handler403 = "keiki.office.screens.errors.forbidden"
handler404 = "keiki.office.screens.errors.not_found"
handler500 = "keiki.office.config.outage_pages.broken"
handler429 = "keiki.office.users.log_in.limits.too_many"
