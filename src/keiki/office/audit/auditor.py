"""``keiki verify-export EXPORT.zip --card CARD.json``: what an auditor verifies an export with.

It needs the export and the card of the office, which the auditor was given by hand and compared by its fingerprint; no
database, no settings, no Django. Exit codes: 0 intact, 1 not (each finding on a line), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from keiki.foundation.files.opening import read_input, read_input_text
from keiki.foundation.program.typed_command import typed
from keiki.foundation.text.counted import counted
from keiki.office.audit.archive import NotAnExport, verify_export
from keiki.office.audit.trust import trusting
from keiki.protocols.sealing.errors import BadIdentity
from keiki.protocols.sealing.identity import IdentityCard

INTACT, DAMAGED, USAGE = 0, 1, 2


def parser() -> argparse.ArgumentParser:
    """Return the reader of the command line."""
    made = argparse.ArgumentParser(prog=typed("verify-export"), description="Verify an audit export.")
    made.add_argument("export", type=Path, metavar="EXPORT.zip")
    made.add_argument(
        "--card", type=Path, action="append", required=True, metavar="CARD.json", help="the office's card; repeatable"
    )
    made.add_argument(
        "--checkpoints", type=Path, action="append", default=[], metavar="FILE", help="kept from earlier; repeatable"
    )
    return made


def main(arguments: list[str]) -> int:
    """Verify the export that ``arguments`` name and say what was found."""
    given = parser().parse_args(arguments)
    try:
        cards = [IdentityCard.from_json(read_input(file)) for file in given.card]
        kept = [(file.name, read_input_text(file, "utf-8").splitlines()) for file in given.checkpoints]
        verdict = verify_export(given.export, trusting(cards), kept)
    except (OSError, UnicodeDecodeError, BadIdentity, NotAnExport) as error:
        sys.stdout.write(f"error: {error}\n")
        return USAGE if not isinstance(error, NotAnExport) else DAMAGED
    for card in cards:
        sys.stdout.write(f"card of {card.name}, fingerprint {card.fingerprint}\n")
    for finding in verdict.findings:
        sys.stdout.write(f"{'note' if finding.is_note else 'DAMAGE'} {finding.damage}: {finding.sentence}\n")
    if verdict.not_shown:
        sys.stdout.write(f"and {verdict.not_shown} more\n")
    sys.stdout.write(
        f"{'intact' if verdict.intact else 'NOT INTACT'}: {counted(verdict.events, 'event')} up to {verdict.position}\n"
    )
    return INTACT if verdict.intact else DAMAGED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
