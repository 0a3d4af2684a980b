"""Diagnosis: what the meter says and what it probably means."""
