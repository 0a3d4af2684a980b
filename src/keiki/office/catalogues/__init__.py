"""Versions of the catalogue: brought in, proved, proposed by one person and published by another."""
