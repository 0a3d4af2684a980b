"""The Django app of ``office.workorders``."""

from django.apps import AppConfig


class WorkOrdersConfig(AppConfig):
    """Registers the app under the label ``workorders``."""

    name = "keiki.office.workorders"
    label = "workorders"
    default_auto_field = "django.db.models.BigAutoField"
