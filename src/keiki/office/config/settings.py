"""Django's settings of the office, from its data folder.

``KEIKI_OFFICE_DATA`` names the folder; the command line sets it from ``--data``. Without it the models can be imported
(for type checking and for ``makemigrations --check``), but there is no database and no secret key, so nothing runs.
There is no way to switch debugging on.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from keiki.office.config.cookies import cookie_name
from keiki.office.config.database import described
from keiki.office.config.folder import DataFolder, OfficeSettings
from keiki.office.config.request_limits import MOST_BODY
from keiki.office.config.sign_on import provided

DATA: DataFolder | None = (
    DataFolder(Path(os.environ["KEIKI_OFFICE_DATA"])) if "KEIKI_OFFICE_DATA" in os.environ else None
)
KEIKI: OfficeSettings = DATA.settings() if DATA else OfficeSettings()

DEBUG = False
ALLOWED_HOSTS = KEIKI.web.hosts
SECRET_KEY = DATA.secret("keys/django-secret") if DATA and (DATA.keys / "django-secret").exists() else ""

# From top to bottom: an app imports only apps below it (ADR 0901).
APPS = [
    "keiki.office.today",
    "keiki.office.points",
    "keiki.office.workorders",
    "keiki.office.designs",
    "keiki.office.contracts",
    "keiki.office.support",
    "keiki.office.delivery",
    "keiki.office.remote",
    "keiki.office.credentials",
    "keiki.office.keys",
    "keiki.office.catalogues",
    "keiki.office.users",
    "keiki.office.audit",
]
INSTALLED_APPS = [
    *APPS,
    "keiki.office.screens",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "keiki.office.screens.security.ContentSecurity",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "keiki.office.screens.refusals.Refusals",
    "keiki.office.config.request.OfficeParts",
    "keiki.office.users.enforcement.Enforcement",
]

DATABASES: dict[str, dict[str, Any]] = {"default": described(DATA, KEIKI)} if DATA else {}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ROOT_URLCONF = "keiki.office.config.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "keiki.office.config.navigation.frame",
            ],
        },
    }
]
STATIC_URL = "/static/"
STATIC_ROOT = str(DATA.path / "static") if DATA else None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "keiki.office.screens.static_files.HashedFiles"},
}
WHITENOISE_MAX_AGE = 3600

CACHES = {"default": {"BACKEND": "keiki.office.users.log_in.tallies.Tallies"}}

AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = ["keiki.office.users.log_in.rules.Employees"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "keiki.office.users.log_in.passwords.PasswordLength"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name")},
    },
    {"NAME": "keiki.office.users.log_in.passwords.KnownPassword"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# Logging in is allauth's work, without its sign-up and e-mails; users/log_in/urls.py lists the addresses (ADR 0991).
ACCOUNT_ADAPTER = "keiki.office.users.log_in.rules.LogInRules"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_REAUTHENTICATION_METHODS = ("password", "mfa")
ACCOUNT_REAUTHENTICATION_TIMEOUT = KEIKI.web.proof_minutes * 60
ACCOUNT_USER_DISPLAY = "keiki.office.users.log_in.rules.name_of"
ACCOUNT_FORMS = {
    "login": "keiki.office.users.log_in.forms.LogInForm",
    "change_password": "keiki.office.users.log_in.forms.PasswordForm",
    "reauthenticate": "keiki.office.users.log_in.forms.ProofForm",
}
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "30/10m/ip,5/10m/key",
    "reauthenticate": "10/10m/user",
    "change_password": "5/10m/user",
}
MFA_ADAPTER = "keiki.office.users.log_in.second_factor.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Keiki"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "authenticate": "keiki.office.users.log_in.forms.CodeForm",
    "reauthenticate": "keiki.office.users.log_in.forms.CodeProofForm",
    "activate_totp": "keiki.office.users.log_in.forms.FirstCodeForm",
    "add_webauthn": "keiki.office.users.log_in.forms.AddKeyForm",
    "edit_webauthn": "keiki.office.users.log_in.forms.RenameKeyForm",
}
SOCIALACCOUNT_ADAPTER = "keiki.office.users.log_in.sign_on.SignOn"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = provided(DATA, KEIKI)

# A body is in memory when Django gets it, and never larger (config/request_limits.py): nothing of it goes to a disk.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = MOST_BODY

SESSION_ENGINE = "keiki.office.users.sessions.store"
SESSION_COOKIE_AGE = KEIKI.web.session_hours * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
_secure = KEIKI.web.url.startswith("https://")
_cookie = cookie_name(KEIKI.web.url)
SESSION_COOKIE_NAME = _cookie
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _secure
SESSION_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{_cookie}-csrf"
CSRF_TRUSTED_ORIGINS = [KEIKI.web.url]
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if _secure else "http"
CSRF_FAILURE_VIEW = "keiki.office.screens.errors.csrf"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if KEIKI.web.proxied else None
SECURE_HSTS_SECONDS = 31536000 if _secure else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

USE_TZ = True
TIME_ZONE = KEIKI.office.time_zone
USE_I18N = True
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("en", "English")]
LOCALE_PATHS = [str(Path(__file__).with_name("locale"))]
LANGUAGE_COOKIE_NAME = "keiki-language"

EMAIL_BACKEND = "keiki.office.delivery.smtp.MailServer"
EMAIL_HOST = KEIKI.mail.host
EMAIL_PORT = KEIKI.mail.port
EMAIL_USE_TLS = KEIKI.mail.starttls
EMAIL_HOST_USER = KEIKI.mail.user
EMAIL_HOST_PASSWORD = DATA.secret(KEIKI.mail.password_file) if DATA and KEIKI.mail.password_file else ""
EMAIL_CA_FILE = str(DATA.path / KEIKI.mail.ca_file) if DATA and KEIKI.mail.ca_file else ""
EMAIL_TIMEOUT = KEIKI.mail.timeout_seconds
DEFAULT_FROM_EMAIL = KEIKI.mail.sender or "keiki@localhost"

LOGGING_CONFIG = None
