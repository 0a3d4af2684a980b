"""Which devices' keys the office trusts: never by the word of one person alone."""
