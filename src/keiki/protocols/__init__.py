"""Bytes to values and back, without I/O: what zones and the world say to each other."""
