"""The office's side of the data servers: asking all owners at once, and reading what they say in Keiki's terms.

A plain package without Django. ``Sources.from_toml(text)`` reads the integrator's configuration (``docs/sources.md``);
``link`` asks every source about a supply point; ``stock``, ``serials`` and ``contact`` are separate questions.
"""

from keiki.office.sources.contact import Contact
from keiki.office.sources.errors import ConfigurationError, ContactError, SourceUnavailableError
from keiki.office.sources.linking import Sources

__all__ = ["ConfigurationError", "Contact", "ContactError", "SourceUnavailableError", "Sources"]
