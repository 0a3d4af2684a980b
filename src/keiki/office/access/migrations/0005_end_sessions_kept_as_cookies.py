"""Sessions were stored by the very key that is in the cookie; those end."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def end_sessions(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """Remove sessions whose keys were stored as they stand in cookies: nothing finds them any more."""
    apps.get_model("sessions", "Session").objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [
        ("access", "0004_kept_answers"),
        ("sessions", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(end_sessions, migrations.RunPython.noop),
    ]
