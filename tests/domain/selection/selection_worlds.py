"""The shipped catalogues written once more as plain Python, from the domain's own description, for the oracle."""

from __future__ import annotations

from typing import Any

from selection_oracle import World

TWO = (False, True)


def kansai() -> World:
    """Section 2 and 4 of the domain: 12 communication, 24 metering, 9 optional units or none, 2 covers."""
    media, route_b = {"RF": "rf", "PL": "plc"}, {"N": "none", "W": "wireless", "P": "plc"}
    communication = {
        f"{m}-{b}{d}": {"medium": media[m], "b": route_b[b], "two": d == "2"}
        for m in media
        for b in route_b
        for d in "12"
    }
    sizes = [("2W", "1P2W", 30), ("2W", "1P2W", 120), ("3W", "1P3W", 60), ("3W", "1P3W", 120)]
    sizes += [("3P", "3P3W", 60), ("3P", "3P3W", 120)]
    metering = {
        f"{p}{c}-{d}{b}": {"phase": phase, "amps": c, "two": d == "2", "b": b == "B"}
        for p, phase, c in sizes
        for d in "12"
        for b in "NB"
    }
    option: dict[str, dict[str, Any]] = {"NONE": {"is": None}}
    option |= {f"SW{p}{c}": {"is": "switch", "fits": (f, c)} for p, f, c in sizes if (p, c) != ("3P", 120)}
    option |= {f"VM{p}{c}": {"is": "volt", "fits": (f, c)} for p, f, c in sizes if p != "2W"}
    return World(
        weights={"communication": 5, "metering": 10, "option": 3, "cover": 1},
        units={
            "communication": communication,
            "metering": metering,
            "option": option,
            "cover": {"CV-N": {"rain": False}, "CV-R": {"rain": True}},
        },
        needs={
            "medium": ("rf", "plc"),
            "route_b": ("none", "wireless", "plc"),
            "two_way": TWO,
            "phase": ("1P2W", "1P3W", "3P3W"),
            "capacity": (30, 60, 120),
            "remote_switching": TWO,
            "voltage_measurement": TWO,
            "rain": TWO,
        },
        physical={
            "P1": lambda p: (
                p["option"]["is"] is None or p["option"]["fits"] == (p["metering"]["phase"], p["metering"]["amps"])
            ),
            "P2": lambda p: p["metering"]["b"] is (p["communication"]["b"] != "none"),
            "P3": lambda p: p["metering"]["two"] is p["communication"]["two"],
        },
        required={
            "R1": lambda n, p: p["communication"]["medium"] == n["medium"],
            "R2": lambda n, p: not n["two_way"] or (p["communication"]["two"] and p["metering"]["two"]),
            "R3": lambda n, p: (
                n["route_b"] == "none" or (p["communication"]["b"] == n["route_b"] and p["metering"]["b"])
            ),
            "R4": lambda n, p: (p["metering"]["phase"], p["metering"]["amps"]) == (n["phase"], n["capacity"]),
            "R5": lambda n, p: not n["remote_switching"] or p["option"]["is"] == "switch",
            "R6": lambda n, p: not n["voltage_measurement"] or p["option"]["is"] == "volt",
            "R7": lambda n, p: not n["rain"] or p["cover"]["rain"],
        },
        avoid=[
            (1, lambda n, p: p["communication"]["two"] and not n["two_way"]),
            (1, lambda n, p: p["communication"]["b"] != "none" and n["route_b"] == "none"),
            (1, lambda n, p: p["option"]["is"] == "switch" and not n["remote_switching"]),
            (1, lambda n, p: p["option"]["is"] == "volt" and not n["voltage_measurement"]),
            (1, lambda n, p: p["cover"]["rain"] and not n["rain"]),
        ],
    )


def second_generation() -> World:
    """The example of another utility, from its description at the head of its files."""
    media = {"RF": "rf", "LT": "cellular", "PL": "plc"}
    route_b = {"N": "none", "W": "wireless", "F": "wifi"}
    communication = {
        f"{m}2-{b}{g}": {"medium": media[m], "b": route_b[b], "joint": g == "G"}
        for m in media
        for b in route_b
        for g in ("", "G")
        if (m, g) != ("PL", "G")
    }
    metering: dict[str, dict[str, Any]] = {
        f"{p}{c}{s}": {"phase": phase, "amps": c, "ct": False, "switch": s == "-S"}
        for p, phase, c in (("2W", "1P2W", 30), ("2W", "1P2W", 120), ("3W", "1P3W", 120), ("3P", "3P3W", 120))
        for s in ("", "-S")
    }
    metering |= {
        f"{p}CT": {"phase": phase, "amps": 5, "ct": True, "switch": False}
        for p, phase in (("3W", "1P3W"), ("3P", "3P3W"), ("4P", "3P4W"))
    }
    transformer = {"CT-NONE": {"amps": 0, "cores": 0}}
    transformer |= {f"CT{a}-{c}": {"amps": a, "cores": c} for a in (200, 300) for c in (2, 3)}
    return World(
        weights={"communication": 4, "metering": 10, "transformer": 25, "cover": 2},
        units={
            "communication": communication,
            "metering": metering,
            "transformer": transformer,
            "cover": {f"{b}-{r}": {"ct": b == "BX", "rain": r == "R"} for b in ("CV", "BX") for r in "NR"},
        },
        needs={
            "medium": ("rf", "cellular", "plc"),
            "route_b": ("none", "wireless", "wifi"),
            "joint_metering": TWO,
            "phase": ("1P2W", "1P3W", "3P3W", "3P4W"),
            "capacity": (30, 120, 200, 300),
            "remote_switching": TWO,
            "rain": TWO,
        },
        physical={
            "P1": lambda p: p["metering"]["ct"] is (p["transformer"]["amps"] > 0),
            "P2": lambda p: (
                not p["transformer"]["amps"] or p["transformer"]["cores"] == {"3P4W": 3}.get(p["metering"]["phase"], 2)
            ),
            "P3": lambda p: p["cover"]["ct"] is p["metering"]["ct"],
        },
        required={
            "R1": lambda n, p: p["communication"]["medium"] == n["medium"],
            "R2": lambda n, p: n["route_b"] in ("none", p["communication"]["b"]),
            "R3": lambda n, p: p["communication"]["joint"] or not n["joint_metering"],
            "R4": lambda n, p: p["metering"]["phase"] == n["phase"],
            "R5": lambda n, p: (
                n["capacity"] > 120 or (not p["metering"]["ct"] and p["metering"]["amps"] >= n["capacity"])
            ),
            "R6": lambda n, p: n["capacity"] <= 120 or p["transformer"]["amps"] >= n["capacity"],
            "R7": lambda n, p: p["metering"]["switch"] or not n["remote_switching"],
            "R8": lambda n, p: p["cover"]["rain"] or not n["rain"],
        },
        avoid=[
            (1, lambda n, p: p["communication"]["b"] != "none" and n["route_b"] == "none"),
            (1, lambda n, p: p["communication"]["joint"] and not n["joint_metering"]),
            (1, lambda n, p: p["metering"]["switch"] and not n["remote_switching"]),
            (
                2,
                lambda n, p: (
                    (p["transformer"]["amps"] if n["capacity"] > 120 else p["metering"]["amps"]) > n["capacity"]
                ),
            ),
            (1, lambda n, p: p["cover"]["rain"] and not n["rain"]),
        ],
    )
