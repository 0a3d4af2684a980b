"""The Django app of ``office.delivery``."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """Registers the app under the label ``delivery``."""

    name = "keiki.office.delivery"
    label = "delivery"
    default_auto_field = "django.db.models.BigAutoField"
