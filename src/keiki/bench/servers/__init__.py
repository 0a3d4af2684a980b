"""The five data servers of the town, each as its owner built it.

Five SQLite files with their own table and column names, key formats, codes, time formats and clocks. Nothing here is in
Keiki's terms; ``sources.toml`` is what the utility's integrator wrote to map one to the other.
"""
