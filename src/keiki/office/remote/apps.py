"""The Django app of ``office.remote``."""

from django.apps import AppConfig


class RemoteConfig(AppConfig):
    """Registers the app under the label ``remote``."""

    name = "keiki.office.remote"
    label = "remote"
    default_auto_field = "django.db.models.BigAutoField"
