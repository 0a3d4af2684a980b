"""A person's log-ins: begun, kept, ended, and stored so that a stored one opens nothing."""
