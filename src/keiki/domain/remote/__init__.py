"""Remote commands: what the office asks of a meter through the relay server and the supervisory control system."""
