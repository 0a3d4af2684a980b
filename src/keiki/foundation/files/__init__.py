"""Files that other people write: read as they are, or refused with file and line."""
