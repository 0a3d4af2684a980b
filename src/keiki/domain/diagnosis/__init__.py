"""Diagnosis: why a HEMS cannot talk to its meter (domain facts, section 6; the founding paper's table 2)."""
