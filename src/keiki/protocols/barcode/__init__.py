"""A credential envelope as the text of a QR symbol (``docs/formats.md`` section 5)."""
