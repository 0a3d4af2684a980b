"""The cast: who is in the office's tests, and the steps of the main job as short calls."""

from __future__ import annotations

import secrets
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from keiki.bench.servers.servers import Servers, sources_text
from keiki.bench.town.draw import case, draw_town
from keiki.bench.town.place import Place
from keiki.domain.supply_point import SupplyPoint
from keiki.office.audit.models import AuditEvent
from keiki.office.audit.services import Act
from keiki.office.catalogue import OfficeCatalogue
from keiki.office.config.wiring import customer_by
from keiki.office.contracts import services as contract_services
from keiki.office.contracts.answers import ANSWERS
from keiki.office.contracts.models import ServiceContract
from keiki.office.credentials.vault import Vault
from keiki.office.delivery.letter import LetterPost
from keiki.office.delivery.mail import PasswordMail
from keiki.office.delivery.services import Senders
from keiki.office.designs import services as designs
from keiki.office.designs.models import Design
from keiki.office.keys import services as key_services
from keiki.office.keys.models import EnrolledDevice
from keiki.office.paper import Letterhead
from keiki.office.remote.models import Disposition, RemoteCommand
from keiki.office.remote.services import Sealer, receive
from keiki.office.sources import Sources
from keiki.office.workorders import services as workorders
from keiki.office.workorders.models import WorkOrder
from keiki.protocols.relay.messages import (
    CommandOutcome,
    CommandResult,
    ReadStatus,
    RewritePassword,
    StatusItems,
    VisitResult,
)
from keiki.protocols.relay.wire import open_command, seal_result, seal_visit_result
from keiki.protocols.sealing.identity import Identity

ACTIVE = ("clear", "clear", "clear", "normal")
UNCONNECTED = ("clear", "clear", "failure", "normal")


@dataclass
class Cast:
    """Office, control agent, hand-held device, town."""

    folder: Path
    town: tuple[Place, ...]
    servers: Servers
    sources: Sources
    catalogue: OfficeCatalogue
    vault: Vault
    office: Identity
    control: Identity
    handheld: Identity
    device: EnrolledDevice
    now: datetime
    letterhead: Letterhead = field(
        default_factory=lambda: Letterhead("北摂営業所", "06-0000-0000", ZoneInfo("Asia/Tokyo"))
    )

    @property
    def sealer(self) -> Sealer:
        return Sealer(self.office, self.vault, timedelta(hours=1), self.sources)

    @property
    def senders(self) -> Senders:
        return Senders(
            LetterPost(self.folder / "post", customer_by(self.sources), self.letterhead),
            PasswordMail(True, "route-b@utility.example", customer_by(self.sources), self.letterhead),
        )

    def act(self, by: str = "佐藤", later: timedelta = timedelta()) -> Act:
        return Act(by, self.now + later)

    def place(self, name: str) -> Place:
        return case(self.town, name)

    def apply(self, name: str, applicant: str = "", medium: str = "wireless") -> ServiceContract:
        place = self.place(name)
        who = contract_services.Applicant(applicant or place.customer.name, medium)
        return contract_services.apply(self.act(), self.sources, SupplyPoint(place.supply_point), who)

    def decide(self, contract: ServiceContract) -> contract_services.WayDecision:
        linked = self.sources.link(SupplyPoint(contract.supply_point), self.now)
        return contract_services.decide(self.act(), contract, linked, self.catalogue, self.sealer, sources=self.sources)

    def finished_design(self, name: str = "apply_renewable") -> Design:
        contract = self.apply(name)
        design = designs.open_design(self.act(), self.sources, self.catalogue, contract)
        designs.propose(self.act(), self.catalogue, design, design.version)
        assert designs.finish(self.act(), self.sources, self.catalogue, design, design.version).ok
        return design

    def order(self, design: Design) -> WorkOrder:
        visit = workorders.PlannedVisit(self.device, self.now.date(), self.now + timedelta(days=14))
        return workorders.issue(self.act(), self.sources, self.catalogue, self.sealer, design=design, visit=visit)

    def command(self, command: RemoteCommand) -> RewritePassword | ReadStatus:
        """What the control agent finds in a command's message."""
        body = bytes(command.outbox.body)
        return open_command(body, self.control, self.office.card, int(self.now.timestamp()))

    def answer(
        self,
        command: RemoteCommand,
        outcome: CommandOutcome = CommandOutcome.SUCCEEDED,
        *,
        reason: str = "",
        status: tuple[str, str, str, str] | None = None,
        last_exchange: int | None = None,
        signer: Identity | None = None,
        generation: int | None = None,
    ) -> bytes:
        """The result that the control agent seals to the office."""
        if generation is None and command.credential and outcome is CommandOutcome.SUCCEEDED:
            generation = command.credential.generation
        if status is None and command.credential and outcome is CommandOutcome.SUCCEEDED:
            status = UNCONNECTED
        read_at = int(self.now.timestamp())
        seen = StatusItems(*status, read_at, last_exchange) if status else None  # type: ignore[arg-type]
        message_id = bytes.fromhex(command.message_id)
        result = CommandResult(message_id, outcome, reason, generation, seen, int(self.now.timestamp()))
        return self.sealed(result, signer)

    def sealed(self, result: CommandResult, signer: Identity | None = None) -> bytes:
        """A result as the control agent seals it to the office."""
        return seal_result(result, self.office.card, signer or self.control)

    def receive(self, data: bytes, later: timedelta = timedelta()) -> Disposition:
        return receive(self.act("office worker", later), self.office, data, ANSWERS)

    def visit(
        self,
        order: WorkOrder,
        outcome: CommandOutcome = CommandOutcome.SUCCEEDED,
        *,
        reason: str = "",
        signer: Identity | None = None,
        message_id: bytes | None = None,
        number: str | None = None,
        unit: str | None = None,
    ) -> bytes:
        """The result that the hand-held device seals after a visit; ``unit`` as its meter spells it."""
        unit = unit or order.credential.communication_unit
        generation = order.credential.generation if outcome is CommandOutcome.SUCCEEDED else None
        seen = StatusItems(*ACTIVE, read_at=int(self.now.timestamp())) if outcome is CommandOutcome.SUCCEEDED else None
        result = CommandResult(
            message_id or secrets.token_bytes(16), outcome, reason, generation, seen, int(self.now.timestamp())
        )
        return seal_visit_result(
            VisitResult(result, number or order.number, unit), self.office.card, signer or self.handheld
        )


def happened() -> list[str]:
    """Every audit event so far, by name."""
    return list(AuditEvent.objects.values_list("happened", flat=True))


def make_cast(folder: Path, catalogue: OfficeCatalogue, built: Path) -> Cast:
    """Make the cast in ``folder``, over a copy of the data servers in ``built``."""
    now = datetime.now(UTC).replace(microsecond=0)
    shutil.copytree(built, folder / "servers")
    servers = Servers(folder / "servers")
    control, handheld = Identity.generate("control", "scs-agent"), Identity.generate("handheld", "HHD-07")
    act = Act("佐藤", now)
    key_services.enrol(act, control.card.to_json(), "control")
    device = key_services.enrol(act, handheld.card.to_json(), "handheld")
    return Cast(
        folder=folder,
        town=draw_town(1),
        servers=servers,
        sources=Sources.from_toml(sources_text(servers.folder)),
        catalogue=catalogue,
        vault=Vault.create(folder / "vault.kek"),
        office=Identity.generate("office", "office"),
        control=control,
        handheld=handheld,
        device=device,
        now=now,
    )
