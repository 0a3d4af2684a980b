"""The Django app of ``office.credentials``."""

from django.apps import AppConfig


class CredentialsConfig(AppConfig):
    """Registers the app under the label ``credentials``."""

    name = "keiki.office.credentials"
    label = "credentials"
    default_auto_field = "django.db.models.BigAutoField"
