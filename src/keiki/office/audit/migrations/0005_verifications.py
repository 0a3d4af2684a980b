"""The office's verifications of the audit, and indexes to search it by; the guards are put again."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from keiki.office.audit import guards


def put(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Put the triggers."""
    guards.install_guards(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0004_guards'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditVerification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_by', models.CharField(max_length=100)),
                ('asked_at', models.DateTimeField()),
                ('taken_at', models.DateTimeField(default=None, null=True)),
                ('finished_at', models.DateTimeField(default=None, null=True)),
                ('seen', models.BigIntegerField(default=0)),
                ('total', models.BigIntegerField(default=0)),
                ('verdict', models.JSONField(default=dict)),
            ],
            options={
                'ordering': ('-id',),
            },
        ),
        migrations.AddIndex(
            model_name='auditevent',
            index=models.Index(fields=['by', 'position'], name='audit_by'),
        ),
        migrations.AddIndex(
            model_name='auditevent',
            index=models.Index(fields=['at', 'position'], name='audit_at'),
        ),
        migrations.RunPython(put, migrations.RunPython.noop),
    ]
