"""The page's own files under names that change with their content, so that browsers may keep them for ever."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # untyped library
    """Files collected into the data folder; a name that was not collected is used as it is."""

    keep_only_hashed_files = True

    def stored_name(self, name: str) -> str:
        """Return the collected file's hashed name, or ``name``."""
        return str(self.hashed_files.get(self.hash_key(self.clean_name(name)), name))
