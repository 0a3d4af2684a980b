"""What every room stands on and what knows no room: bilingual text and spellings, and the reading of files."""
