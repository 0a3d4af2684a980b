"""Designs: which units a supply point gets, and the gate before a design is finished."""
