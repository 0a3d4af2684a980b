"""Route A: the head end through which the utility reaches its meters."""
