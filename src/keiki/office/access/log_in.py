"""The addresses of logging in and of one's own account: those of allauth that the office uses, and no others."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import urls as second_factor
from allauth.mfa.recovery_codes import urls as recovery_codes
from allauth.mfa.totp import urls as totp
from django.urls import include, path

urlpatterns = [
    path("log-in/", account.login, name="account_login"),
    path("log-out/", account.logout, name="account_logout"),
    path("password/", account.password_change, name="account_change_password"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("second-factor/", include(second_factor)),
    path("second-factor/totp/", include(totp)),
    path("second-factor/recovery-codes/", include(recovery_codes)),
]
