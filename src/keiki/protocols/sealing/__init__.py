"""Identities, sealed messages and credential envelopes: see ``docs/formats.md``."""
