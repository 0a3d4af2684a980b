"""Settings that people write: the one reader of TOML, text in, a checked value out, or every error with its place.

``document`` holds a file's tables and the lines of its keys; ``tables`` says what a table may hold, as a frozen
dataclass; ``reader`` makes the one from the other or tells everything that is wrong, in both languages (ADR 0110).
"""
