"""The screens' templates, static files and words, as Django finds them."""

from django.apps import AppConfig


class ScreensConfig(AppConfig):
    """No models."""

    name = "keiki.office.screens"
    label = "screens"
