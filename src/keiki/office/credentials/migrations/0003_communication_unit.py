"""An index that finds the credentials of a communication unit, for telling whether two supply points claim it."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the index."""

    dependencies = [("credentials", "0002_envelopes_end")]

    operations = [
        migrations.AddIndex(
            model_name="routebcredential",
            index=models.Index(
                condition=models.Q(("communication_unit", ""), _negated=True),
                fields=["communication_unit"],
                name="credential_unit",
            ),
        ),
    ]
