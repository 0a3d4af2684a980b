"""Mapping: how an owner's columns, codes, keys and times become Keiki's terms.

Pure rules, read from the integrator's ``sources.toml`` (``docs/sources.md``) and used by the office, which looks up one
supply point, and by bulk linkage, which reads millions: a cell means the same to both.
"""
