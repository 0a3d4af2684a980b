"""Who gets in, as whom, and what they may do: users, roles at service offices, log-in, enforcement on every request."""
