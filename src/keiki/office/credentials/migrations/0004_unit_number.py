"""Units of credentials in the one spelling that they are compared in, and the index that finds them by it."""

from __future__ import annotations

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from keiki.domain.linkage.spelling import unit_number


def fill(apps: StateApps, _: BaseDatabaseSchemaEditor) -> None:
    """Work the number out for the credentials that there are."""
    credential = apps.get_model("credentials", "RouteBCredential")
    found = credential.objects.exclude(communication_unit="").only("pk", "communication_unit")
    batch = []
    for each in found.iterator(chunk_size=2000):
        each.unit_number = unit_number(each.communication_unit)
        batch.append(each)
        if len(batch) == 2000:
            credential.objects.bulk_update(batch, ["unit_number"], batch_size=200)
            batch = []
    credential.objects.bulk_update(batch, ["unit_number"], batch_size=200)


class Migration(migrations.Migration):
    """Add the column, fill it, and find by it."""

    dependencies = [("credentials", "0003_communication_unit")]

    operations = [
        migrations.AddField(
            model_name="routebcredential",
            name="unit_number",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="routebcredential", name="credential_unit"),
        migrations.AddIndex(
            model_name="routebcredential",
            index=models.Index(
                condition=models.Q(("unit_number", ""), _negated=True),
                fields=["unit_number"],
                name="credential_unit_number",
            ),
        ),
    ]
