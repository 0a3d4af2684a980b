"""The business in pure rules: no I/O, no framework, no clock and no randomness of its own (both are passed in)."""
