"""Remote commands: the outbox to the relay and the inbox of what came back."""
