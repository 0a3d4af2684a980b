"""From a source's configuration to the server that is asked: the one place that knows all three kinds."""

from __future__ import annotations

from pathlib import Path

from keiki.foundation.files.folder import DropFolder
from keiki.office.sources.access import DatabaseAccess
from keiki.office.sources.asking import SourceServer
from keiki.office.sources.configuration import SourceConfiguration
from keiki.office.sources.database import DatabaseSource
from keiki.office.sources.drops import DropSource
from keiki.office.sources.errors import ConfigurationError
from keiki.office.sources.web import HttpSource


def open_server(source: SourceConfiguration, limit: float, cache: Path | None) -> SourceServer:
    """Return the server of a source; no question is put yet. Raises :class:`ConfigurationError`."""
    access = source.access
    if isinstance(access, DatabaseAccess):
        return DatabaseSource(source, access, limit)
    if isinstance(access, DropFolder):
        if cache is None:
            raise ConfigurationError(
                f"source {source.card.id}: 置かれたファイルのフォルダーには、索引を置く場所が必要です",
                f"source {source.card.id}: a folder of drops needs a place for its index",
            )
        return DropSource(source, access, limit, cache)
    return HttpSource(source, access, limit)
