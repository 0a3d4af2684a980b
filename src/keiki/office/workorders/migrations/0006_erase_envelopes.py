from typing import Any

from django.db import migrations, models


def erase(apps: Any, schema_editor: Any) -> None:
    """Erase the envelopes of orders that ended; the worker's first round erases those whose time is over."""
    orders = apps.get_model('workorders', 'WorkOrder').objects
    orders.filter(state__in=['done', 'failed', 'cancelled']).update(envelope=None)


def end_of_the_envelope(apps: Any, schema_editor: Any) -> None:
    """Say of credentials issued by an earlier version when the envelope of their order ends."""
    orders = apps.get_model('workorders', 'WorkOrder').objects
    credentials = apps.get_model('credentials', 'RouteBCredential').objects.filter(pk__in=orders.values('credential'))
    ends = orders.filter(credential=models.OuterRef('pk')).values('expires_at')[:1]
    credentials.update(expires_at=models.Subquery(ends))


class Migration(migrations.Migration):

    dependencies = [
        ('credentials', '0002_envelopes_end'),
        ('workorders', '0005_lists'),
    ]

    operations = [
        migrations.AlterField(
            model_name='workorder',
            name='envelope',
            field=models.BinaryField(null=True),
        ),
        migrations.RunPython(erase, migrations.RunPython.noop),
        migrations.RunPython(end_of_the_envelope, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='workorder',
            index=models.Index(condition=models.Q(('envelope__isnull', False)), fields=['expires_at'], name='order_sealed'),
        ),
    ]
