"""The Django app of ``office.points``."""

from django.apps import AppConfig


class PointsConfig(AppConfig):
    """No models: everything shown is kept by the apps below, or by the data servers."""

    name = "keiki.office.points"
    label = "points"
