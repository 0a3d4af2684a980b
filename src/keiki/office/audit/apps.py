"""The Django app of ``office.audit``."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Registers the app under the label ``audit``."""

    name = "keiki.office.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
