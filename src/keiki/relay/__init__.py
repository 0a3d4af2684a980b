"""The relay: the one place where office and control meet, in the DMZ between their networks.

It starts and configures a NATS JetStream server that carries sealed bytes and holds no key. Both sides connect *out*
to it with :mod:`keiki.relay.client`; it connects to nobody.
"""
