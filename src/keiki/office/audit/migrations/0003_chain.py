"""Chain the events that are there, in the order they were written (docs/audit.md section 2)."""

from typing import Any

from django.db import migrations

from keiki.domain.audit.event import GENESIS, RecordedEvent
from keiki.domain.audit.lines import plain


def chain(apps: Any, schema_editor: Any) -> None:
    """Give every event its position, the hash before it and its own."""
    events = apps.get_model("audit", "AuditEvent").objects
    previous, batch = GENESIS, []
    for position, row in enumerate(events.order_by("id").iterator(chunk_size=1000), 1):
        details = plain(row.details)
        event = RecordedEvent(position, row.at, row.by, "", row.happened, row.subject, row.supply_point, details)
        row.position, row.previous, row.details = position, previous, details
        row.hash = previous = event.hash_after(previous)
        batch.append(row)
        if len(batch) == 1000:
            events.bulk_update(batch, ["position", "previous", "hash", "details"])
            batch = []
    events.bulk_update(batch, ["position", "previous", "hash", "details"])


class Migration(migrations.Migration):

    dependencies = [("audit", "0002_columns")]

    operations = [migrations.RunPython(chain, migrations.RunPython.noop)]
