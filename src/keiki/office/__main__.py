"""``keiki office --data DIR COMMAND ... --json``: the office's command line.

Every command is one operator's act; ``--as NAME`` says whose, and the audit keeps it. Secrets are never arguments and
never answers.
"""

from __future__ import annotations

import getpass
import sys

from keiki.office.commands.run import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], getpass.getuser()))
