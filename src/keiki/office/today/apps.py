"""The Django app of ``office.today``."""

from django.apps import AppConfig


class TodayConfig(AppConfig):
    """No models: it counts what the apps below keep."""

    name = "keiki.office.today"
    label = "today"
