"""Settings of the office and the one file that wires its parts together."""
