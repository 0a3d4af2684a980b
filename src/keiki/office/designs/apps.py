"""The Django app of ``office.designs``."""

from django.apps import AppConfig


class DesignsConfig(AppConfig):
    """Registers the app under the label ``designs``."""

    name = "keiki.office.designs"
    label = "designs"
    default_auto_field = "django.db.models.BigAutoField"
