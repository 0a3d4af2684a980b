"""The Django app of ``office.catalogues``."""

from django.apps import AppConfig


class CataloguesConfig(AppConfig):
    """Registers the app under the label ``catalogues``."""

    name = "keiki.office.catalogues"
    label = "catalogues"
    default_auto_field = "django.db.models.BigAutoField"
