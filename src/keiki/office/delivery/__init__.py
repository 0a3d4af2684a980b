"""Telling the customer: authentication ID by letter, password by e-mail, never both together."""
