"""The utility's identity provider, as the office meets it: OpenID Connect, by code with PKCE, with signed ID tokens."""
