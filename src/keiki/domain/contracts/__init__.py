"""The route-B service contract of one customer at one supply point."""
