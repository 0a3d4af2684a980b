"""The access app."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Users and their grants."""

    name = "keiki.office.access"
    label = "access"

    def ready(self) -> None:
        """Listen to what happens to log-ins."""
        from keiki.office.access import log_in_events  # noqa: F401, PLC0415 - needs the apps to be loaded
