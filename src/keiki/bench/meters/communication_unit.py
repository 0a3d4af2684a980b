"""A communication unit: its memory, its route-B part, and the status items that follow from what happened.

Route A and the local port are kept up by another part of the unit than route B: a unit whose route-B part is down still
says so (domain facts, section 6: "NG: abnormality" is read from the unit itself). A unit that says nothing at all is
one that route A does not reach (``damage``).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from keiki.bench.meters.route_b import RouteBSide, SessionTerms
from keiki.bench.meters.store import CredentialStore, HeldCredential
from keiki.foundation.status_items import StatusItemState, UnitCondition
from keiki.protocols.eap_psk import AuthenticationFailed, EapPskError, EapPskServer
from keiki.protocols.meter_port import messages as m
from keiki.protocols.meter_port.proof import meter_side


class CommunicationUnit:
    """One communication unit by its serial number."""

    def __init__(
        self,
        serial: str,
        now: Callable[[], datetime],
        random_bytes: Callable[[int], bytes],
        sessions: SessionTerms = SessionTerms(),  # noqa: B008 - a frozen value
    ) -> None:
        self.serial = serial
        self._random_bytes = random_bytes
        self._store = CredentialStore()
        self.written: Callable[[], None] = lambda: None
        """Called with every credential that is taken, before that is acknowledged; what it raises undoes the write."""
        self._has_route_b = False
        self._broken = False
        self._proof: EapPskServer | None = None
        self.route_b = RouteBSide(self._store, now, random_bytes, sessions)

    @property
    def generation(self) -> int:
        """The generation of the credential it holds; 0 for none."""
        return self._store.generation

    @property
    def held(self) -> HeldCredential | None:
        """The credential that it holds, for who keeps it on disk."""
        return self._store.held

    @property
    def broken(self) -> bool:
        """Whether its route-B part is down."""
        return self._broken

    def restore(self, held: HeldCredential | None) -> None:
        """Hold what it held when the town ended, and start again."""
        self._store.held = held
        self.power_cycle()

    def plug_in(self, *, route_b: bool) -> None:
        """Start it on a wall where the units together have the route-B function, or have not."""
        self._has_route_b = route_b
        self.power_cycle()

    def power_cycle(self) -> None:
        """Lose power and start again."""
        self.route_b.stop()
        self._proof = None
        if self._has_route_b and not self._broken:
            self.route_b.start()

    def fail(self) -> None:
        """Break the route-B part."""
        self._broken = True
        self.route_b.stop()

    def repair(self) -> None:
        """Mend it and start again."""
        self._broken = False
        self.power_cycle()

    def status(self, clock: datetime) -> m.MeterStatus | m.Refused:
        """Return the status items; a unit without route-B function has none."""
        if not self._has_route_b:
            return m.Refused(m.MeterRefusalReason.NO_ROUTE_B)
        exchange = self.route_b.last_exchange
        return m.MeterStatus(
            startup=StatusItemState.of(fault=self._broken),
            authentication=self.route_b.authentication,
            connection=self.route_b.connection,
            condition=UnitCondition.of(fault=self._broken),
            clock=clock,
            last_exchange=int(exchange.timestamp()) if exchange else None,
        )

    def write(self, request: m.WriteCredential) -> m.Accepted | m.AlreadyHeld | m.Refused:
        """Take a credential, where there is a working route-B part to hold it."""
        if not self._has_route_b:
            return m.Refused(m.MeterRefusalReason.NO_ROUTE_B)
        if self._broken:
            return m.Refused(m.MeterRefusalReason.UNIT_DOWN)
        before = self._store.held
        reply = self._store.write(request)
        if isinstance(reply, m.Accepted):
            try:
                self.written()
            except BaseException:
                self._store.held = before
                raise
            self._proof = None
            self.route_b.rewritten()
        return reply

    def begin_proof(self) -> m.Challenge | m.Refused:
        """Begin to prove that it holds its credential; a proof begun before is forgotten."""
        held = self._store.held
        if not self._has_route_b:
            return m.Refused(m.MeterRefusalReason.NO_ROUTE_B)
        if held is None:
            return m.Refused(m.MeterRefusalReason.NO_CREDENTIAL)
        if self._broken:
            return m.Refused(m.MeterRefusalReason.UNIT_DOWN)
        self._proof = meter_side(self.serial, held.authentication_id, held.password, self._random_bytes(16))
        return m.Challenge(self._proof.begin())

    def finish_proof(self, request: m.AuthenticateFinish) -> m.Confirmation | m.Refused:
        """Answer the asking side's message with the proof. One answer for each challenge, right or wrong."""
        proof, self._proof = self._proof, None
        if proof is None:
            return m.Refused(m.MeterRefusalReason.NOT_UNDERSTOOD)
        try:
            return m.Confirmation(proof.receive(request.message))
        except AuthenticationFailed:
            return m.Refused(m.MeterRefusalReason.NOT_AUTHENTICATED)
        except EapPskError:
            return m.Refused(m.MeterRefusalReason.NOT_UNDERSTOOD)
