"""Columns of the chain, empty at first, and the table of checkpoints."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.AlterModelOptions(name="auditevent", options={"ordering": ("position",)}),
        migrations.AddField("auditevent", "position", models.BigIntegerField(null=True)),
        migrations.AddField("auditevent", "origin", models.CharField(blank=True, default="", max_length=200)),
        migrations.AddField("auditevent", "previous", models.CharField(default="", max_length=64)),
        migrations.AddField("auditevent", "hash", models.CharField(default="", max_length=64)),
        migrations.CreateModel(
            name="AuditCheckpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.BigIntegerField(unique=True)),
                ("position", models.BigIntegerField()),
                ("line", models.TextField()),
            ],
            options={"ordering": ("number",)},
        ),
    ]
