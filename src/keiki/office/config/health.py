"""Whether the office can do its work: the database answers and is of this program's version, the disk takes writes."""

from __future__ import annotations

from typing import Any

from django.db import Error

from keiki.foundation.processes import read_ready_file
from keiki.office.config import schema, settings
from keiki.office.outages import DATABASE_AWAY, disk_is_full, outage_of

PROCESSES = ("worker", "web")


def health() -> dict[str, Any]:
    """Look at database, schema and disk, now; tell also which processes run, without which the rest may still work."""
    database, version = "answers", "current"
    try:
        schema.check()
    except schema.SchemaRefused as refused:
        version = refused.code
    except Error as error:
        database, version = (outage_of(error) or DATABASE_AWAY).code, "unknown"
    folder = settings.DATA.path if settings.DATA else None
    disk = "full" if folder is None or disk_is_full(folder) else "takes writes"
    runs = {
        name: "runs" if folder and read_ready_file(folder / f"{name}.json") else "does not run" for name in PROCESSES
    }
    ready = database == "answers" and version == "current" and disk != "full"
    return {"ready": ready, "database": database, "schema": version, "disk": disk, **runs}
