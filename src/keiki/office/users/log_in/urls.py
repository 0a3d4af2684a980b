"""The addresses of logging in and of one's own second factor: those of allauth that the office uses, and no others."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import urls as second_factor
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import urls as totp
from allauth.mfa.webauthn import views as keys
from django.urls import include, path

from . import sign_on
from .own_keys import RemoveKey

urlpatterns = [
    path("log-in/", account.login, name="account_login"),
    path("log-out/", account.logout, name="account_logout"),
    path("password/", account.password_change, name="account_change_password"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("second-factor/", include(second_factor)),
    path("second-factor/totp/", include(totp)),
    path("second-factor/recovery-codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "second-factor/recovery-codes/generate/",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path("second-factor/keys/", keys.list_webauthn, name="mfa_list_webauthn"),
    path("second-factor/keys/add/", keys.add_webauthn, name="mfa_add_webauthn"),
    path("second-factor/keys/reauthenticate/", keys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("second-factor/keys/log-in/", keys.login_webauthn, name="mfa_login_webauthn"),
    path("second-factor/keys/<int:pk>/rename/", keys.edit_webauthn, name="mfa_edit_webauthn"),
    path("second-factor/keys/<int:pk>/remove/", RemoveKey.as_view(), name="mfa_remove_webauthn"),
    path("sign-on/<slug:provider_id>/", sign_on.send_to_provider, name="openid_connect_login"),
    path("sign-on/<slug:provider_id>/callback/", sign_on.come_back, name="openid_connect_callback"),
]
