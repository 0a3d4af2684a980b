"""Supply points: found by what people know of them, and shown with everything that is linked to them.

An app without tables: it reads what the apps below keep and what the data servers say.
"""
