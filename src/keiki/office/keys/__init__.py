"""Enrolled identity cards: the hand-held devices and the control agent that may be sealed to."""
