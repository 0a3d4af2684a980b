"""What happened, when and by whom: an append-only table that every state change writes to."""
