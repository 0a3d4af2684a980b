from django.db import migrations, models


class Migration(migrations.Migration):
    """Readings keep when the unit last answered its HEMS; those of before do not know it."""

    dependencies = [
        ("support", "0002_service_office"),
    ]

    operations = [
        migrations.AddField(
            model_name="diagnosisrun",
            name="last_exchange_at",
            field=models.DateTimeField(default=None, null=True),
        ),
    ]
