"""``./keiki migrations``: write what the models of the office need, or say whether it is written. Needs no database."""

from __future__ import annotations

import io
import sys

from django.core.management import call_command

from keiki.office.config.start import start


def make(app: str | None, name: str | None, *, check: bool) -> int:
    """Write the migrations that are missing, or with ``check`` only look; 0 if none is missing afterwards, else 1."""
    start(None)
    said = io.StringIO()
    try:
        apps = [app] if app else []
        call_command("makemigrations", *apps, name=name, check=check, dry_run=check, stdout=said, stderr=said)
    except SystemExit:
        sys.stderr.write(f"{said.getvalue()}models changed without a migration: run ./keiki migrations\n")
        return 1
    sys.stdout.write(said.getvalue())
    return 0
