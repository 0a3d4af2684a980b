"""The access app."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Users and their grants."""

    name = "keiki.office.access"
    label = "access"
