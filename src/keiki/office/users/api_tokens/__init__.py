"""Tokens of the API: asked for by one, approved by another, held against the audit at every call."""
