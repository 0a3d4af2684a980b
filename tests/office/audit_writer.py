"""Run as a process of its own: write to the audit of the office in ``DATA``, act after act, three events each.

``audit_writer.py DATA NAME ACTS``. A writer of no acts stops in the middle of one: it writes ``middle`` and waits.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from keiki.office.config.start import start


def main(data: str, name: str, acts: int) -> None:
    start(Path(data))
    from django.db import transaction

    from keiki.office.audit.services import Act, record

    for number in range(acts or 1):
        with transaction.atomic():
            for part in "abc":
                record(Act(name, datetime.now(UTC)), "Written", f"{name}-{number}{part}")
                time.sleep(0.002)
            if not acts:
                sys.stdout.write("middle\n")
                sys.stdout.flush()
                time.sleep(60)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
