"""The audit's chain in pure rules: events and their hashes, checkpoints, and what damage looks like and where it is.

The format is ``docs/audit.md``; nothing here reads a clock, a file or a database.
Who signed is asked of the caller.
"""
