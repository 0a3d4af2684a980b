"""Until when a former HEMS may read: the moment, and the state of a contract that waits for it."""

from __future__ import annotations

from django.db import migrations, models

STATES = (
    *("applied", "checked", "designing", "setting", "confirmed", "active", "ending", "readable", "ended", "rejected"),
)


class Migration(migrations.Migration):
    """Add the column, and let a new contract begin while one waits."""

    dependencies = [("contracts", "0004_addressee")]

    operations = [
        migrations.AddField("servicecontract", "readable_until", models.DateTimeField(default=None, null=True)),
        migrations.AlterField(
            "servicecontract",
            "state",
            models.CharField(choices=[(state, state) for state in STATES], default="applied", max_length=10),
        ),
        migrations.RemoveConstraint("servicecontract", "one_live_contract"),
        migrations.AddConstraint(
            "servicecontract",
            models.UniqueConstraint(
                condition=models.Q(("state__in", ["readable", "ended", "rejected"]), _negated=True),
                fields=("supply_point",),
                name="one_live_contract",
            ),
        ),
    ]
