"""Makes the vector files of credential, relay and barcode by a second implementation of ``docs/formats.md``.

It shares no line with ``src/keiki``: what both agree on is what the page says.
"""
