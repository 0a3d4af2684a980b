"""Users, their roles and service offices: the acts of an administrator, and everybody's own account."""
