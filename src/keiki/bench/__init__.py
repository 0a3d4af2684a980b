"""The bench: what stands in for the outside world, so that everything runs on one machine and behaves badly on demand.

Data servers with their own foreign schemas, meters with real state, a route-A network, local ports, radio with an
emulated Wi-SUN module, HEMS households with a mailbox. No zone knows whether it talks to the bench or to the world, and
the bench knows of Keiki no more than any outsider could: it imports ``protocols`` alone.
"""
