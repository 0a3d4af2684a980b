"""Keiki (計器): the operation system of a distribution utility for smart-meter route-B service."""

__version__ = "0.1.0"
