"""The Django app of ``office.devices``."""

from django.apps import AppConfig


class DevicesConfig(AppConfig):
    """Registers the app under the label ``devices``."""

    name = "keiki.office.devices"
    label = "devices"
    default_auto_field = "django.db.models.BigAutoField"
