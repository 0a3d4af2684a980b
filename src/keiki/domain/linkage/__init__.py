"""Linkage: what the five owners' servers say about one supply point, who said it, as of when, and whether it agrees.

Pure values and rules. The office's adapters (``keiki.office.sources``) ask the servers; this package holds the answers,
tells contradictions and staleness, and gives the inputs of a design decision or says exactly what stands in its way.
"""
