"""The users app."""

from django.apps import AppConfig


class UsersConfig(AppConfig):
    """Users and their grants."""

    name = "keiki.office.users"
    label = "users"

    def ready(self) -> None:
        """Listen to what happens to log-ins."""
        from keiki.office.users.log_in import events  # noqa: F401, PLC0415 - needs the apps to be loaded
