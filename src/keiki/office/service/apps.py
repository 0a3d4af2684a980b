"""The Django app of ``office.service``."""

from django.apps import AppConfig


class ServiceConfig(AppConfig):
    """Registers the app under the label ``service``."""

    name = "keiki.office.service"
    label = "service"
    default_auto_field = "django.db.models.BigAutoField"
