"""Logging in: password, second factor, single sign-on, their rules and the limits of guessing."""
