"""The API for the utility's own systems: what the screens do, by a token, in JSON. It stands above all apps.

``operations.py`` is the one table: each operation with the rights that it needs. ``caller.py`` enforces it.
"""
