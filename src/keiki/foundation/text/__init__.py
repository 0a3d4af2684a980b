"""Text for people: one text in both languages, and one list of spellings that mean the same."""
