"""Run as a process of its own: fill the audit of the office in ``DATA``, then verify it while others write.

``busy_office.py DATA fill EVENTS`` adds that many events at once. ``busy_office.py DATA write SECONDS`` writes one act
after another. ``busy_office.py DATA verify`` asks for a verification, does it, and prints its verdict.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from keiki.office.config.start import start


def main(data: Path, what: str, amount: int) -> None:
    start(data)
    from django.db import transaction

    from keiki.domain.audit.event import GENESIS, RecordedEvent
    from keiki.office.audit import verifications
    from keiki.office.audit.models import AuditEvent
    from keiki.office.audit.services import Act, record
    from keiki.office.audit.trust import trusting
    from keiki.office.config.folder import DataFolder
    from keiki.office.config.wiring import OfficeServices

    def now() -> datetime:
        return datetime.now(UTC)

    if what == "fill":
        last = AuditEvent.objects.last()
        position, previous = (last.position, last.hash) if last else (0, GENESIS)
        rows = []
        for number in range(position + 1, position + 1 + amount):
            event = RecordedEvent(number, now(), "filler", "", "Written", f"fill-{number}", "", {})
            rows.append(AuditEvent(**{**vars(event), "previous": previous, "hash": event.hash_after(previous)}))
            previous = rows[-1].hash
        AuditEvent.objects.bulk_create(rows, batch_size=500)
    elif what == "write":
        end = time.monotonic() + amount
        while time.monotonic() < end:
            with transaction.atomic():
                record(Act("writer", now()), "Written", "beside", text="x" * 4000)
            time.sleep(0.001)
    else:
        office = OfficeServices(DataFolder(data))
        asked = verifications.ask(Act("auditor", now()))
        done = verifications.do_next(trusting([office.identity.card]), office.checkpoint_file, now())
        assert done
        assert done.pk == asked.pk
        sys.stdout.write(json.dumps({**done.verdict, "seen": done.seen}) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
