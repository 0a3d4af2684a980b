"""The Django app of ``office.support``."""

from django.apps import AppConfig


class SupportConfig(AppConfig):
    """Registers the app under the label ``support``."""

    name = "keiki.office.support"
    label = "support"
    default_auto_field = "django.db.models.BigAutoField"
