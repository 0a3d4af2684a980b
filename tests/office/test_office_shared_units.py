"""One unit that two supply points claim: nothing is decided about it, and no password goes to it."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from django.urls import reverse
from office_cast import Cast, happened
from screens_rig import World

from keiki.bench.servers.writing import full_width
from keiki.domain.access import Role
from keiki.domain.linkage.decision import Blocked
from keiki.domain.linkage.spelling import unit_number
from keiki.domain.supply_point import SupplyPoint
from keiki.office.contracts import services as contract_services
from keiki.office.contracts.models import ServiceContract
from keiki.office.contracts.shared_units import UnitAtTwoPoints
from keiki.office.credentials.models import RouteBCredential
from keiki.office.designs import services as designs
from keiki.office.remote.models import RemoteCommand
from keiki.office.sources import Sources
from keiki.office.workorders import end_contract
from keiki.protocols.relay.messages import CommandOutcome

pytestmark = pytest.mark.django_db
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
HOME, ELSEWHERE = "already_wireless", "plain"


def claim(cast: Cast, serial: str, place: str = ELSEWHERE, column: str = "通信製番") -> str:
    """Have the construction ledger name a unit at another supply point; return that point."""
    point = cast.place(place).supply_point
    with cast.servers["construction"].transaction() as connection:
        connection.execute(
            f"UPDATE 計器工事 SET \"{column}\" = ? WHERE 供給地点特定番号 = ? AND 最新 = '◎'",
            (serial, full_width(point)),
        )
    return point


def move_to_another_office(cast: Cast, place: str) -> None:
    """Have the customer system give a place to the other service office."""
    point = cast.place(place).supply_point
    with cast.servers["customer"].transaction() as connection:
        connection.execute(
            "UPDATE KEIYAKU_M SET EIGYOSYO_CD = CASE EIGYOSYO_CD WHEN 'H1' THEN 'H2' ELSE 'H1' END "
            "WHERE replace(KYOKYU_CHITEN_NO, '-', '') = ?",
            (point,),
        )


def active(cast: Cast, name: str = HOME) -> ServiceContract:
    """A contract whose password was written remotely and proved."""
    contract = cast.apply(name)
    command = cast.decide(contract).command
    assert command
    cast.receive(cast.answer(command))
    contract.refresh_from_db()
    return contract


@pytest.mark.parametrize(
    ("column", "kind"), [("通信製番", "communication"), ("計量製番", "metering"), ("付加製番", "option")]
)
def test_a_look_up_tells_every_unit_that_another_point_has(cast: Cast, column: str, kind: str) -> None:
    place = cast.place("voltage")
    serial = getattr(place.installed, f"{kind}_serial")
    other = claim(cast, serial, column=column)
    linked = cast.sources.link(SupplyPoint(place.supply_point), cast.now)
    inputs = contract_services.inputs_for(ServiceContract(medium="wireless"), linked)
    assert isinstance(inputs, Blocked)
    problem = next(each for each in inputs.contradicting if each.code == "unit-at-two-points")
    assert all(serial in words and other in words for words in problem.message)


@pytest.mark.parametrize("spelled", ["'{}", "{}-1"])
def test_a_database_is_asked_for_the_number_as_it_is_stored_too(cast: Cast, spelled: str) -> None:
    stored = spelled.format(cast.place(HOME).installed.metering_serial.lower())
    other = claim(cast, stored, column="計量製番")
    claim(cast, stored, HOME, "計量製番")
    linked = cast.sources.link(SupplyPoint(cast.place(HOME).supply_point), cast.now)
    assert [named.point for named in linked.shared.named] == [SupplyPoint(other)]


def test_a_database_that_stores_the_plain_number_is_found_from_any_spelling(cast: Cast) -> None:
    serial = cast.place(HOME).installed.metering_serial
    other = claim(cast, serial, column="計量製番")
    claim(cast, f"'{serial[:3]}-{serial[3:].translate(WIDE)}\u200b".lower(), HOME, "計量製番")
    linked = cast.sources.link(SupplyPoint(cast.place(HOME).supply_point), cast.now)
    assert [named.point for named in linked.shared.named] == [SupplyPoint(other)]


def test_a_point_of_another_service_office_is_told_without_its_number(cast: Cast) -> None:
    other = claim(cast, cast.place(HOME).installed.communication_serial)
    move_to_another_office(cast, ELSEWHERE)
    linked = cast.sources.link(SupplyPoint(cast.place(HOME).supply_point), cast.now)
    inputs = contract_services.inputs_for(ServiceContract(medium="wireless"), linked)
    assert isinstance(inputs, Blocked)
    problem = next(each for each in inputs.contradicting if each.code == "unit-at-two-points")
    assert not [words for words in problem.message if other in words]
    assert "別の営業所" in problem.message[0]


def test_no_way_is_decided_and_nothing_is_sent_to_a_unit_of_two_points(cast: Cast) -> None:
    contract = cast.apply(HOME)
    claim(cast, cast.place(HOME).installed.communication_serial)
    assert cast.decide(contract).way is contract_services.Way.BLOCKED
    assert not RemoteCommand.objects.exists()


def test_a_lost_password_is_not_rewritten_in_a_unit_of_two_points(cast: Cast) -> None:
    contract = active(cast)
    other = claim(cast, cast.place(HOME).installed.communication_serial)
    commands, state = RemoteCommand.objects.count(), contract.state
    with pytest.raises(UnitAtTwoPoints) as refused:
        contract_services.lose_password(cast.act(), contract, cast.sealer, cast.sources)
    assert all(other in words for words in refused.value.sentence)
    contract.refresh_from_db()
    assert (RemoteCommand.objects.count(), contract.state) == (commands, state)
    assert happened()[-1] == "UnitSearched"


def test_the_desk_reads_why_the_password_is_not_rewritten(cast: Cast) -> None:
    contract = active(cast)
    other = claim(cast, cast.place(HOME).installed.communication_serial)
    client = World(cast).as_(Role.DESK_OPERATOR, language="en")
    answer = client.post(reverse("contracts:rewrite", args=[contract.pk]))
    assert answer.status_code == 409
    assert "no password is sent" in answer.content.decode()
    assert other in answer.content.decode()


def test_a_contract_does_not_end_in_a_unit_of_two_points(cast: Cast) -> None:
    contract = active(cast)
    claim(cast, cast.place(HOME).installed.communication_serial)
    commands = RemoteCommand.objects.count()
    with pytest.raises(UnitAtTwoPoints):
        end_contract.end(cast.act(), contract, cast.sealer, "moved out")
    assert RemoteCommand.objects.count() == commands


def test_a_unit_that_moved_on_to_another_points_wall_is_not_rewritten(cast: Cast) -> None:
    contract = active(cast)
    serial = cast.place(HOME).installed.communication_serial
    claim(cast, "TCX000000001", HOME)
    claim(cast, serial)
    with pytest.raises(UnitAtTwoPoints):
        contract_services.lose_password(cast.act(), contract, cast.sealer, cast.sources)


@pytest.mark.parametrize("spelled", ["{}", "'{}", "{}-"], ids=["same", "apostrophe", "hyphen"])
def test_a_live_contract_that_names_the_unit_counts_where_no_ledger_does(cast: Cast, spelled: str) -> None:
    contract = active(cast)
    unit = cast.place(HOME).installed.communication_serial
    other = cast.apply("voltage")
    RouteBCredential.objects.create(
        supply_point=other.supply_point,
        generation=1,
        contract_number=other.contract_number,
        id_since=1,
        state="proved",
        communication_unit=spelled.format(unit.lower()),
        unit_number=unit_number(spelled.format(unit.lower())),
        born_at=cast.now,
        proved_at=cast.now,
    )
    with pytest.raises(UnitAtTwoPoints) as refused:
        contract_services.lose_password(cast.act(), contract, cast.sealer, cast.sources)
    assert other.supply_point in refused.value.sentence[1]
    assert "live route-B contract" in refused.value.sentence[1]
    contract_services.end(cast.act(), other, cast.sealer, "a mistake")
    contract_services.lose_password(cast.act(), contract, cast.sealer, cast.sources)


def test_a_design_does_not_pass_the_gate_with_a_unit_of_two_points(cast: Cast) -> None:
    contract = cast.apply("apply_renewable")
    design = designs.open_design(cast.act(), cast.sources, cast.catalogue, contract)
    designs.propose(cast.act(), cast.catalogue, design, design.version)
    claim(cast, cast.place("apply_renewable").installed.metering_serial, column="計量製番")
    with pytest.raises(designs.CannotDecide, match="metering unit's serial number"):
        designs.finish(cast.act(), cast.sources, cast.catalogue, design, design.version)


def test_a_work_order_is_not_issued_with_a_unit_that_hangs_elsewhere(cast: Cast) -> None:
    design = cast.finished_design()
    assert design.combination
    claim(cast, cast.sources.serials(design.depot, design.combination["communication"])[0])
    with pytest.raises(UnitAtTwoPoints):
        cast.order(design)
    design.refresh_from_db()
    assert design.state == "finished"


def test_an_owner_who_does_not_answer_the_search_holds_the_rewrite_back(cast: Cast) -> None:
    contract = active(cast)
    cast.servers["construction"].down()
    with pytest.raises(UnitAtTwoPoints, match="did not answer"):
        contract_services.lose_password(cast.act(), contract, cast.sealer, cast.sources)


def test_where_nobody_can_be_searched_by_serial_number_that_is_said(cast: Cast) -> None:
    unsearchable = Sources.from_toml(_without_search_by_serial(cast))
    linked = unsearchable.link(SupplyPoint(cast.place(HOME).supply_point), cast.now)
    (said,) = linked.shared.unsearched
    assert "Not checked" in said[1]
    assert "[search.serial]" in said[0]
    assert not isinstance(contract_services.inputs_for(ServiceContract(medium="wireless"), linked), Blocked)


def test_a_proof_that_comes_late_is_taken_though_the_unit_is_claimed_meanwhile(cast: Cast) -> None:
    command = cast.decide(cast.apply(HOME)).command
    assert command
    claim(cast, cast.place(HOME).installed.communication_serial)
    cast.receive(cast.answer(command, CommandOutcome.SUCCEEDED))
    assert ServiceContract.objects.get().state == "confirmed"


@pytest.mark.parametrize("spelled", [" {}\u3000", "'{}", "{}-"], ids=["blanks", "apostrophe", "hyphen"])
def test_a_dropped_ledger_with_one_unit_at_two_points_blocks_both(cast: Cast, tmp_path: Path, spelled: str) -> None:
    places = [cast.place(HOME), cast.place(ELSEWHERE)]
    unit = places[0].installed.communication_serial
    drop = tmp_path / "drop" / "KOJI_1.csv"
    drop.parent.mkdir()
    with cast.servers["construction"].transaction() as connection:
        found = connection.execute("SELECT * FROM 計器工事, 台帳基準 WHERE 最新 = '◎'")
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found]
    for row in rows:
        if row["供給地点特定番号"] == full_width(places[1].supply_point):
            row["通信製番"] = spelled.format(unit.translate(WIDE) if spelled[0] == " " else unit.lower())
    with drop.open("w", encoding="cp932", newline="", errors="replace") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
    drop.with_name("KOJI_1.csv.end").touch()
    sources = Sources.from_toml(_with_dropped_ledger(cast, drop.parent), tmp_path / "cache")
    sources.answers("construction")
    for place, other in (places, places[::-1]):
        linked = sources.link(SupplyPoint(place.supply_point), cast.now)
        (named,) = linked.shared.named
        assert named.point == SupplyPoint(other.supply_point)
        assert isinstance(contract_services.inputs_for(ServiceContract(medium="wireless"), linked), Blocked)
        assert not linked.shared.unsearched
    sources.close()


def _without_search_by_serial(cast: Cast) -> str:
    text = cast.servers.sources_file.read_text(encoding="utf-8")
    first, rest = text.split("[search.serial]")
    return first + rest[rest.index("# The makers' models") :]


def _with_dropped_ledger(cast: Cast, folder: Path) -> str:
    """The town's configuration with the construction ledger as a dropped file, and no search by serial number."""
    sections = _without_search_by_serial(cast).split("[[source]]")
    (ledger,) = (each for each in sections if 'id = "construction"' in each)
    access = (
        f'folder = {{ path = "{folder.as_posix()}", files = "KOJI_*.csv", form = "csv", encoding = "cp932",'
        ' complete = { marker = ".end" } }'
    )
    dropped = re.sub(r'url = ".*"', access, ledger)
    dropped = re.sub(r'(query|survey) = """.*?"""', "", dropped, flags=re.DOTALL)
    return "[[source]]".join(dropped if each is ledger else each for each in sections)
