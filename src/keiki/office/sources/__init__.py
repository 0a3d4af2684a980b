"""The office's side of the data servers: asking all owners at once, and reading what they say in Keiki's terms.

A plain package without Django. ``Sources.from_toml(text)`` reads the integrator's configuration (``docs/sources.md``);
``link`` asks every source about a supply point; ``search`` finds supply points by what people know of them; ``stock``,
``serials`` and ``contact`` are separate questions.
"""

from keiki.office.sources.contact import Contact
from keiki.office.sources.errors import ConfigurationError, ContactError, SearchRefused, SourceUnavailableError
from keiki.office.sources.linking import Sources
from keiki.office.sources.searches import SearchKind
from keiki.office.sources.searching import Hit, Hits

__all__ = [
    "ConfigurationError",
    "Contact",
    "ContactError",
    "Hit",
    "Hits",
    "SearchKind",
    "SearchRefused",
    "SourceUnavailableError",
    "Sources",
]
