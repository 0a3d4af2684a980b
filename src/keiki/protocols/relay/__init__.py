"""What office, control and handheld tell each other: sealed, signed, all of one size (``docs/formats.md`` 6)."""
