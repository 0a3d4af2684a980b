"""No event without its place in the chain; the database refuses to change or remove one.

A later migration of these tables on SQLite makes them anew and loses the triggers: it puts them again.
"""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from keiki.office.audit import guards


def put(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Put the triggers."""
    guards.install_guards(schema_editor.connection)


def remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Remove the triggers."""
    guards.remove_guards(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [("audit", "0003_chain")]

    operations = [
        migrations.AlterField("auditevent", "position", models.BigIntegerField(unique=True)),
        migrations.AlterField("auditevent", "previous", models.CharField(max_length=64)),
        migrations.AlterField("auditevent", "hash", models.CharField(max_length=64)),
        migrations.RunPython(put, remove),
    ]
