"""Drawing a town from a seed: who lives where, under which contract, with which units on the wall.

The same seed and size give the same town. The first places are the named cases that stories and tests ask for by name
(:data:`CASES`, :func:`case`); everything else about them (people, numbers, serials) still follows the seed:

=====================  ================================================================================================
``apply_renewable``    detached, rf, rain exposed, 1P3W 60 A, renewable interconnection, one-way units without route B
``already_wireless``   detached, rf, 1P3W 60 A, one-way units that serve route B by radio: no visit needed
``plain``              detached, rf, 1P3W 60 A, one-way units without route B, nothing else asked for
``flat_plc``           flat, plc, 1P2W 30 A, remote switching agreed and installed, no route B
``flat_plc_route_b``   flat, plc, 1P3W 60 A, units that serve route B by power line
``voltage``            detached, rf, 1P3W 120 A, voltage measurement wanted and installed, two-way, renewable
``workshop``           detached, rf, 3P3W 60 A, voltage measurement wanted, no option installed
``nothing_fits``       detached, rf, 3P3W 120 A, remote switching agreed, for which no unit is made
``contract_grew``      detached, rf, 1P3W 120 A; the wall still has 1P2W 30 A from before the contract changed
=====================  ================================================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

from keiki.bench.town.models import COMMUNICATION, COVERS, METERING, OPTIONS
from keiki.bench.town.people import MUNICIPALITIES, Municipality, draw_address, draw_person, draw_phone
from keiki.bench.town.place import OFFICES, InstalledUnits, Office, Place, TownCustomer
from keiki.bench.town.sketch import NAMED, Sketch, draw_sketch

SMALLEST = 30
CASES = tuple(NAMED)
"""The names of the guaranteed cases, in the order of the town's first places."""


def draw_town(seed: int, points: int = SMALLEST) -> tuple[Place, ...]:
    """Draw ``points`` places (at least 30), the named cases first; raises :class:`ValueError` for a smaller town."""
    if points < SMALLEST:
        raise ValueError(f"a town has at least {SMALLEST} places, not {points}: ask for more")
    random = Random(f"town {seed}")
    numbers = random.sample(range(10**8, 10**9), 4 * points)
    sketches = [*NAMED.values(), *(draw_sketch(random) for _ in range(points - len(NAMED)))]
    offices = _draw_offices(seed, points)
    return tuple(
        _draw_place(random, index, numbers[4 * index : 4 * index + 4], sketch, offices[index])
        for index, sketch in enumerate(sketches)
    )


def case(town: tuple[Place, ...], name: str) -> Place:
    """Return the place of a named case; raises :class:`KeyError` naming the cases there are."""
    if name not in NAMED:
        raise KeyError(f"no case {name!r}: there are {', '.join(CASES)}")
    return town[CASES.index(name)]


def _draw_offices(seed: int, points: int) -> tuple[Office, ...]:
    """Draw who serves each place, apart from all else of the town; the named cases are the first office's."""
    random = Random(f"offices {seed}")
    drawn = random.choices(OFFICES, weights=(70, 30), k=points)
    return (*[OFFICES[0]] * len(NAMED), *drawn[len(NAMED) :])


def _draw_place(random: Random, index: int, numbers: list[int], sketch: Sketch, office: Office) -> Place:
    municipality = random.choice(MUNICIPALITIES)
    area = 10 + MUNICIPALITIES.index(municipality)
    installed = _hang(random, numbers[1:], sketch)
    return Place(
        supply_point=f"06{area:04d}{random.randrange(10**4):04d}{numbers[0]}{random.randrange(10**3):03d}",
        customer=_draw_customer(random, index, municipality, sketch, installed.certified),
        office=office,
        depot=municipality.depot,
        housing="multi_dwelling" if sketch.flat else "detached",
        medium="plc" if sketch.flat else "rf",
        rain_exposed=sketch.rain,
        contract=_contract(random, sketch),
        phase=sketch.phase,
        capacity=sketch.capacity,
        renewable=sketch.renewable,
        remote_switching=sketch.switching,
        voltage_measurement=sketch.voltage,
        installed=installed,
    )


def _draw_customer(
    random: Random, index: int, municipality: Municipality, sketch: Sketch, certified: date
) -> TownCustomer:
    person = draw_person(random, index)
    after = timedelta(days=random.randrange(200, 300))
    before = timedelta(days=random.randrange(60, 4000))
    return TownCustomer(
        number=f"{random.randrange(10**9):09d}-{index % 10}",
        name=person.name,
        kana=person.kana,
        address=draw_address(random, municipality, multi_dwelling=sketch.flat),
        postcode=f"{municipality.postcode}-0{random.randrange(1000):03d}",
        phone=draw_phone(random, municipality),
        email=f"{person.mailbox}@example.jp",
        moved_in=certified + after if sketch.grew else certified - before,
    )


def _contract(random: Random, sketch: Sketch) -> str:
    if sketch.phase == "3P3W":
        return "低圧電力"
    if sketch.capacity == 120:
        return "従量電灯B"
    return random.choice(("従量電灯A", "従量電灯A", "時間帯別電灯"))


def _hang(random: Random, numbers: list[int], sketch: Sketch) -> InstalledUnits:
    """Hang units that plug together: route-B function, direction of measurement and size are the same throughout."""
    phase, capacity = sketch.wall
    medium = "plc" if sketch.flat else "rf"
    communication = _code(COMMUNICATION, medium=medium, route_b=sketch.route_b, two_way=sketch.two_way)
    metering = _code(METERING, phase=phase, capacity=capacity, two_way=sketch.two_way, route_b=sketch.route_b != "none")
    option = _code(OPTIONS, kind=sketch.option, phase=phase, capacity=capacity) if sketch.option else ""
    sealed = sketch.rain and random.random() < 0.5 and sketch not in NAMED.values()
    return InstalledUnits(
        communication=communication,
        communication_serial=f"TC{communication[4]}{numbers[0]}",
        metering=metering,
        metering_serial=f"TM{'T' if sketch.two_way else 'S'}{numbers[1]}",
        option=option,
        option_serial=f"TO{option[2]}{numbers[2]}" if option else "",
        cover=next(code for code, rain in COVERS.items() if rain == sealed),
        certified=date(2017, 4, 1) + timedelta(days=random.randrange(3000)),
    )


def _code(models: Mapping[str, object], **attributes: object) -> str:
    return next(code for code, model in models.items() if attributes.items() <= vars(model).items())
