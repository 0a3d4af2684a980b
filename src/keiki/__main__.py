"""``keiki``: the command line."""

from keiki.cli.main import app
from keiki.foundation.program.typed_command import typed

app(prog_name=typed("").strip())
