"""PostgreSQL as the office uses it (a Django database engine)."""
