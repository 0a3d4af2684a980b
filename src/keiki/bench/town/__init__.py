"""The town: who lives where, and what hangs on their walls."""
