"""Commands for who works on Keiki: they need a clone and the developer's tools, and are in no wheel."""
