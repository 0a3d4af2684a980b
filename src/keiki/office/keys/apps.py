"""The Django app of ``office.keys``."""

from django.apps import AppConfig


class KeysConfig(AppConfig):
    """Registers the app under the label ``keys``."""

    name = "keiki.office.keys"
    label = "keys"
    default_auto_field = "django.db.models.BigAutoField"
