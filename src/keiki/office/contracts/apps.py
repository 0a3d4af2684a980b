"""The Django app of ``office.contracts``."""

from django.apps import AppConfig


class ContractsConfig(AppConfig):
    """Registers the app under the label ``contracts``."""

    name = "keiki.office.contracts"
    label = "contracts"
    default_auto_field = "django.db.models.BigAutoField"
