"""The route-B credential: authentication ID, password and the generation that only grows."""
