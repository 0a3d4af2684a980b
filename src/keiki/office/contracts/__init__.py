"""The route-B service contract: apply, link, lost password, end."""
