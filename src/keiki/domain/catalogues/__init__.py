"""Versions of a utility's catalogue: their life, whether they fit the office, and how two of them differ."""
