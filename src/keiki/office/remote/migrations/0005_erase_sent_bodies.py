from typing import Any

from django.db import migrations, models


def erase(apps: Any, schema_editor: Any) -> None:
    """Erase what the relay has, what was answered and what is over: nothing puts it again."""
    messages = apps.get_model('remote', 'OutboxMessage').objects
    messages.filter(sent_at__isnull=False).update(body=None)
    over = apps.get_model('remote', 'RemoteCommand').objects.exclude(state='queued').values('pk')
    messages.filter(command__in=over).update(body=None)


def end_of_the_envelope(apps: Any, schema_editor: Any) -> None:
    """Say of credentials issued by an earlier version when the envelope in their command ends."""
    commands = apps.get_model('remote', 'RemoteCommand').objects.filter(credential__isnull=False)
    credentials = apps.get_model('credentials', 'RouteBCredential').objects.filter(pk__in=commands.values('credential'))
    ends = commands.filter(credential=models.OuterRef('pk')).order_by('-expires_at').values('expires_at')[:1]
    credentials.update(expires_at=models.Subquery(ends))


class Migration(migrations.Migration):

    dependencies = [
        ('credentials', '0002_envelopes_end'),
        ('remote', '0004_contradictions'),
    ]

    operations = [
        migrations.AlterField(
            model_name='outboxmessage',
            name='body',
            field=models.BinaryField(null=True),
        ),
        migrations.RunPython(erase, migrations.RunPython.noop),
        migrations.RunPython(end_of_the_envelope, migrations.RunPython.noop),
    ]
