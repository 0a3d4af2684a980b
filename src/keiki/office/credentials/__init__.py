"""The vault: route-B credentials, sealed at rest, one row per generation."""
