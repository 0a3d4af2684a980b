"""Settings that people write: read strictly, one table at a time."""
