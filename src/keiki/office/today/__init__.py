"""Today: what waits for the person who logged in, what is late, and what is broken. An app without tables."""
