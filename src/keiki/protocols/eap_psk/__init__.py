"""EAP-PSK (RFC 4764), the authentication between a HEMS and its meter on route B.

On route B it travels inside PANA (RFC 5191) and the meter is the EAP server. The maintenance port uses the same method
to prove that a meter holds a credential. Everything here is pure: keys and messages from bytes, randomness passed in.

What is not here: the extended, second-phase messages of RFC 4764 section 5.1 (E flag, ``EXT`` payload), fragmentation
and identity hiding. A message that asks for them is refused as malformed.
"""

from keiki.protocols.eap_psk.errors import AuthenticationFailed, EapPskError, MalformedMessage, UnexpectedMessage
from keiki.protocols.eap_psk.keys import SessionKeys, hems_identity, meter_identity, route_b_psk
from keiki.protocols.eap_psk.messages import failure, success
from keiki.protocols.eap_psk.peer import EapPskPeer, PeerState
from keiki.protocols.eap_psk.server import EapPskServer, ServerState

__all__ = [
    "AuthenticationFailed",
    "EapPskError",
    "EapPskPeer",
    "EapPskServer",
    "MalformedMessage",
    "PeerState",
    "ServerState",
    "SessionKeys",
    "UnexpectedMessage",
    "failure",
    "hems_identity",
    "meter_identity",
    "route_b_psk",
    "success",
]
