"""What every program of Keiki has in common: how it says its version, and how it logs."""
