from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('credentials', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='routebcredential',
            name='expires_at',
            field=models.DateTimeField(default=None, null=True),
        ),
        migrations.AddIndex(
            model_name='routebcredential',
            index=models.Index(fields=['state', 'expires_at'], name='credential_state_expiry'),
        ),
    ]
