"""``python -m development``: the commands for developers."""

from development.commands import app

app(prog_name="./keiki")
