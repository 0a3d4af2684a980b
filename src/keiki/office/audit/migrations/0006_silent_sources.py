"""Which data servers do not answer, shared by the office's processes; the guards are put again."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from keiki.office.audit import guards


def put(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Put the triggers."""
    guards.install_guards(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0005_verifications'),
    ]

    operations = [
        migrations.CreateModel(
            name='SilentSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=80, unique=True)),
                ('since', models.DateTimeField()),
            ],
        ),
        migrations.RunPython(put, migrations.RunPython.noop),
    ]
