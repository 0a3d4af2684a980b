"""``python -m keiki``: the command line."""

from keiki.cli.main import app

app(prog_name="keiki")
