"""The same question asked of other engines: which valid combination is best for these needs on this wall?

Every peer is given the founding catalogue in the form that it is made for, set up once, and then asked in batches. Each
returns the place of the best combination in the catalogue's order, or -1, so that all answers can be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from keiki.domain.selection import Selector

State = tuple[dict[str, Any], tuple[str, ...]]
Peer = Callable[[Sequence[State]], list[int]]
WEIGHTS = (5, 10, 3, 1)


class Facts:
    """The valid combinations as plain attributes, for peers to be built from."""

    def __init__(self, selector: Selector) -> None:
        units = selector.catalogue.units
        self.ids: list[tuple[str, ...]] = [c.unit_ids for c in selector.compiled.space.combinations]  # type: ignore[misc]
        self.rows = []
        for communication, metering, option, cover in self.ids:
            c, m = units[communication].attributes, units[metering].attributes
            self.rows.append(
                {
                    "medium": c["medium"],
                    "route_b": c["route_b"],
                    "two_way": c["two_way"],
                    "phase": m["phase"],
                    "capacity": m["capacity"],
                    "option": units[option].attributes["type"],
                    "rain": units[cover].attributes["rain"],
                }
            )
        self.kinds = {kind: [unit.id for unit in of_kind] for kind, of_kind in selector.catalogue.units_of.items()}
        self.units = {unit.id: dict(unit.attributes) for unit in units.values()}
        self.place = {ids: place for place, ids in enumerate(self.ids)}


def meets(needs: dict[str, Any], row: dict[str, Any]) -> bool:
    """The requirement rules, on a valid combination's attributes."""
    return (
        row["medium"] == needs["medium"]
        and row["phase"] == needs["phase"]
        and row["capacity"] == needs["capacity"]
        and (needs["route_b"] == "none" or row["route_b"] == needs["route_b"])
        and (row["two_way"] or not needs["two_way"])
        and (row["option"] == "switching" or not needs["remote_switching"])
        and (row["option"] == "voltage_measurement" or not needs["voltage_measurement"])
        and (row["rain"] or not needs["rain"])
    )


def surplus(needs: dict[str, Any], row: dict[str, Any]) -> int:
    """How many features nobody asked for."""
    asked_option = needs["remote_switching"] or needs["voltage_measurement"]
    return (
        (row["two_way"] and not needs["two_way"])
        + (row["route_b"] != "none" and needs["route_b"] == "none")
        + (row["option"] != "none" and not asked_option)
        + (row["rain"] and not needs["rain"])
    )


def cost(ids: Sequence[str], wall: Sequence[str]) -> int:
    """What is replaced, weighted."""
    return sum(weight for new, old, weight in zip(ids, wall, WEIGHTS, strict=True) if new != old)


def plain_python(facts: Facts) -> Peer:
    """A loop over all combinations."""

    def ask(states: Sequence[State]) -> list[int]:
        answers = []
        for needs, wall in states:
            best = min(
                (
                    (cost(ids, wall), surplus(needs, row), place)
                    for place, (ids, row) in enumerate(zip(facts.ids, facts.rows, strict=True))
                    if meets(needs, row)
                ),
                default=(0, 0, -1),
            )
            answers.append(best[2])
        return answers

    return ask


def zen(facts: Facts) -> Peer:
    """GoRules ZEN, in batches: a decision table collects what meets the needs; the best is picked in Python."""
    import zen as engine

    fields = ("medium", "phase", "capacity", "route_b", "two_way", "remote_switching", "voltage_measurement", "rain")
    rules = []
    for place, row in enumerate(facts.rows):
        cells = {
            "medium": f'"{row["medium"]}"',
            "phase": f'"{row["phase"]}"',
            "capacity": str(row["capacity"]),
            "route_b": '"none"' if row["route_b"] == "none" else f'"none", "{row["route_b"]}"',
            "two_way": "" if row["two_way"] else "false",
            "remote_switching": "" if row["option"] == "switching" else "false",
            "voltage_measurement": "" if row["option"] == "voltage_measurement" else "false",
            "rain": "" if row["rain"] else "false",
        }
        rules.append({"_id": str(place), **cells, "place": str(place)})
    content = {
        "hitPolicy": "collect",
        "rules": rules,
        "inputs": [{"id": field, "name": field, "field": field} for field in fields],
        "outputs": [{"id": "place", "name": "place", "field": "place"}],
    }
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
        {"id": "t", "type": "decisionTableNode", "name": "t", "content": content, "position": {"x": 1, "y": 0}},
        {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 2, "y": 0}},
    ]
    edges = [
        {"id": "a", "sourceId": "in", "targetId": "t", "type": "edge"},
        {"id": "b", "sourceId": "t", "targetId": "out", "type": "edge"},
    ]
    loader = {"type": "static", "content": {"units": {"nodes": nodes, "edges": edges}}}
    running = engine.ZenEngine({"loader": loader})

    def ask(states: Sequence[State]) -> list[int]:
        answers = []
        evaluated = running.evaluate_batch([{"key": "units", "context": needs} for needs, _ in states])
        for (needs, wall), one in zip(states, evaluated, strict=True):
            places = [int(row["place"]) for row in one["data"]["result"]]
            keys = ((cost(facts.ids[place], wall), surplus(needs, facts.rows[place]), place) for place in places)
            answers.append(min(keys, default=(0, 0, -1))[2])
        return answers

    return ask


def constraint(facts: Facts) -> Peer:
    """python-constraint2: four variables, the rules as constraints; the best of the solutions is picked in Python."""
    from constraint import FunctionConstraint, Problem

    units = facts.units

    def allowed(kind: str, needs: dict[str, Any]) -> list[str]:
        tests: dict[str, Callable[[dict[str, Any]], bool]] = {
            "communication": lambda u: (
                u["medium"] == needs["medium"]
                and (needs["route_b"] == "none" or u["route_b"] == needs["route_b"])
                and (u["two_way"] or not needs["two_way"])
            ),
            "metering": lambda u: u["phase"] == needs["phase"] and u["capacity"] == needs["capacity"],
            "option": lambda u: (
                (u["type"] == "switching" or not needs["remote_switching"])
                and (u["type"] == "voltage_measurement" or not needs["voltage_measurement"])
            ),
            "cover": lambda u: u["rain"] or not needs["rain"],
        }
        return [unit for unit in facts.kinds[kind] if tests[kind](units[unit])]

    def plugs(c: str, m: str) -> bool:
        return (units[c]["route_b"] != "none") == units[m]["route_b"] and units[c]["two_way"] == units[m]["two_way"]

    def fits(m: str, o: str) -> bool:
        option, metering = units[o], units[m]
        return option["type"] == "none" or (option["phase"], option["capacity"]) == (
            metering["phase"],
            metering["capacity"],
        )

    def ask(states: Sequence[State]) -> list[int]:
        answers = []
        for needs, wall in states:
            domains = {kind: allowed(kind, needs) for kind in facts.kinds}
            best = (0, 0, -1)
            if all(domains.values()):
                problem = Problem()
                for kind, domain in domains.items():
                    problem.addVariable(kind, domain)
                problem.addConstraint(FunctionConstraint(plugs), ["communication", "metering"])
                problem.addConstraint(FunctionConstraint(fits), ["metering", "option"])
                places = (facts.place[tuple(s[kind] for kind in facts.kinds)] for s in problem.getSolutions())
                keys = ((cost(facts.ids[p], wall), surplus(needs, facts.rows[p]), p) for p in places)
                best = min(keys, default=best)
            answers.append(best[2])
        return answers

    return ask


def cp_sat(facts: Facts) -> Peer:
    """OR-Tools CP-SAT: for each question a model with a variable for each combination that meets the needs."""
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1

    def ask(states: Sequence[State]) -> list[int]:
        answers = []
        for needs, wall in states:
            model = cp_model.CpModel()
            chosen = [model.new_bool_var("") if meets(needs, row) else None for row in facts.rows]
            live = [(place, variable) for place, variable in enumerate(chosen) if variable is not None]
            if not live:
                answers.append(-1)
                continue
            model.add_exactly_one(variable for _, variable in live)
            model.minimize(
                sum(
                    ((cost(facts.ids[place], wall) * 10 + surplus(needs, facts.rows[place])) * 1000 + place) * variable
                    for place, variable in live
                )
            )
            solver.solve(model)
            answers.append(next(place for place, variable in live if solver.boolean_value(variable)))
        return answers

    return ask


def clingo(facts: Facts) -> Peer:
    """Clingo, multi-shot: grounded once; needs and wall are external facts; preferences are weak constraints."""
    import clingo as asp

    lines = []
    for place, (ids, row) in enumerate(zip(facts.ids, facts.rows, strict=True)):
        lines.append(f"combination({place}).")
        lines += [f"is({place},{field},{_term(row[field])})." for field in row]
        lines += [f'unit({place},{kind},"{unit}").' for kind, unit in zip(facts.kinds, ids, strict=True)]
    fields = {
        "medium": ("rf", "plc"),
        "route_b": ("none", "wireless", "plc"),
        "phase": ("1P2W", "1P3W", "3P3W"),
        "capacity": (30, 60, 120),
    }
    flags = ("two_way", "remote_switching", "voltage_measurement", "rain")
    lines += [f"#external need({field},{_term(value)})." for field, values in fields.items() for value in values]
    lines += [f"#external need({flag},true)." for flag in flags]
    lines += [f'#external wall({kind},"{unit}").' for kind, units in facts.kinds.items() for unit in units]
    lines += [f"weight({kind},{weight})." for kind, weight in zip(facts.kinds, WEIGHTS, strict=True)]
    lines.append("""
1 {best(C) : combination(C)} 1.
:- best(C), need(F,V), F != route_b, F != two_way, F != remote_switching, F != voltage_measurement, F != rain,
   not is(C,F,V).
:- best(C), need(route_b,V), V != none, not is(C,route_b,V).
:- best(C), need(two_way,true), is(C,two_way,false).
:- best(C), need(remote_switching,true), not is(C,option,switching).
:- best(C), need(voltage_measurement,true), not is(C,option,voltage_measurement).
:- best(C), need(rain,true), is(C,rain,false).
:~ best(C), unit(C,K,U), weight(K,W), not wall(K,U). [W@3,K]
:~ best(C), is(C,two_way,true), not need(two_way,true). [1@2,two_way]
:~ best(C), is(C,route_b,V), V != none, need(route_b,none). [1@2,route_b]
:~ best(C), is(C,option,V), V != none, not need(remote_switching,true), not need(voltage_measurement,true). [1@2,option]
:~ best(C), is(C,rain,true), not need(rain,true). [1@2,rain]
:~ best(C). [C@1]
#show best/1.
""")
    control = asp.Control(["--opt-mode=opt", "--warn=none"])
    control.add("base", [], "\n".join(lines))
    control.ground([("base", [])])

    def externals(needs: dict[str, Any], wall: Sequence[str]) -> list[Any]:
        found = [asp.Function("need", [asp.Function(f), _symbol(asp, needs[f])]) for f in fields]
        found += [asp.Function("need", [asp.Function(f), asp.Function("true")]) for f in flags if needs[f]]
        units = zip(facts.kinds, wall, strict=True)
        return found + [asp.Function("wall", [asp.Function(kind), asp.String(unit)]) for kind, unit in units]

    def ask(states: Sequence[State]) -> list[int]:
        answers = []
        for needs, wall in states:
            assigned = externals(needs, wall)
            for symbol in assigned:
                control.assign_external(symbol, True)
            best = -1
            with control.solve(yield_=True) as handle:
                for model in handle:
                    best = model.symbols(shown=True)[0].arguments[0].number
            answers.append(best)
            for symbol in assigned:
                control.assign_external(symbol, False)
        return answers

    return ask


def _term(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) or value[0].islower() else f'"{value}"'


def _symbol(asp: Any, value: Any) -> Any:
    if isinstance(value, int):
        return asp.Number(value)
    return asp.Function(value) if value[0].islower() else asp.String(value)


def polars(facts: Facts) -> Peer:
    """Polars, in batches: questions (a ready frame) joined with the combinations, filtered, ranked, the first kept."""
    import polars as pl

    kinds = list(facts.kinds)
    options = pl.DataFrame(
        [
            {"place": place, **{f"c_{k}": v for k, v in row.items()}, **dict(zip(kinds, ids, strict=True))}
            for place, (ids, row) in enumerate(zip(facts.ids, facts.rows, strict=True))
        ]
    )

    frames: dict[int, Any] = {}

    def frame_of(states: Sequence[State]) -> Any:
        rows = [
            {"q": q, **needs, **{f"w_{kind}": unit for kind, unit in zip(kinds, wall, strict=True)}}
            for q, (needs, wall) in enumerate(states)
        ]
        return pl.DataFrame(rows)

    def ask(states: Sequence[State]) -> list[int]:
        if id(states) not in frames:
            frames[id(states)] = frame_of(states)
        return list(joined(frames[id(states)])["place"].to_list())

    def joined(asked: Any) -> Any:
        need, has = pl.col, lambda name: pl.col(f"c_{name}")
        found = (
            asked.lazy()
            .join(
                options.lazy().with_columns(medium=has("medium"), phase=has("phase"), capacity=has("capacity")),
                on=["medium", "phase", "capacity"],
            )
            .filter(
                ((need("route_b") == "none") | (has("route_b") == need("route_b")))
                & (has("two_way") | ~need("two_way"))
                & ((has("option") == "switching") | ~need("remote_switching"))
                & ((has("option") == "voltage_measurement") | ~need("voltage_measurement"))
                & (has("rain") | ~need("rain"))
            )
            .with_columns(
                key=sum((pl.col(k) != pl.col(f"w_{k}")).cast(pl.Int32) * w for k, w in zip(kinds, WEIGHTS, strict=True))
                * 10_000
                + (
                    (has("two_way") & ~need("two_way")).cast(pl.Int32)
                    + ((has("route_b") != "none") & (need("route_b") == "none")).cast(pl.Int32)
                    + ((has("option") != "none") & ~need("remote_switching") & ~need("voltage_measurement")).cast(
                        pl.Int32
                    )
                    + (has("rain") & ~need("rain")).cast(pl.Int32)
                )
                * 1_000
                + pl.col("place")
            )
            .group_by("q")
            .agg(pl.col("key").min())
            .with_columns(place=pl.col("key") % 1_000)
        )
        return (
            asked.lazy()
            .select("q")
            .join(found.select("q", "place"), on="q", how="left", maintain_order="left")
            .with_columns(pl.col("place").fill_null(-1))
            .collect()
        )

    return ask


def polars_frame(states: Any) -> Any:
    """States as a column."""
    import polars as pl

    return pl.DataFrame({"state": states})


def finished_table(states: Any, bests: Any) -> Callable[[Any], Any]:
    """Polars again, but joining Keiki's own finished answers by state: no peer, only another way to look them up."""
    import polars as pl

    table = pl.DataFrame({"state": states, "best": bests}).unique("state")
    return lambda frame: frame.join(table, on="state", how="left", maintain_order="left")["best"].to_numpy()


PEERS: dict[str, tuple[Callable[[Facts], Peer], int]] = {
    "plain Python loop": (plain_python, 400),
    "GoRules ZEN": (zen, 2_000),
    "OR-Tools CP-SAT": (cp_sat, 100),
    "clingo (multi-shot)": (clingo, 200),
    "python-constraint2": (constraint, 400),
    "polars join": (polars, 20_000),
}
