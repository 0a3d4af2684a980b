"""What every room stands on and what knows no room: bilingual text, status items, and files."""
