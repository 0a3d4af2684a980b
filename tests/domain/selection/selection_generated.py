"""Catalogues made up at random, with real trade-offs, each as TOML and CEL and as plain Python for the oracle.

Units differ in a number ``a`` and a flag ``b``; rules tie the kinds to each other and to the needs in ways in which a
dear unit kept may force two cheap ones to be replaced, so that weights, avoided features and order all decide.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from selection_oracle import World

Drawn = tuple[str, Any]


def _physical(dice: Random, x: str, y: str) -> Drawn:
    limit = dice.randint(2, 4)
    forms: list[Drawn] = [
        (f"{x}.a <= {y}.a + 1", lambda p: p[x]["a"] <= p[y]["a"] + 1),
        (f"!({x}.b && {y}.b)", lambda p: not (p[x]["b"] and p[y]["b"])),
        (f"{x}.b == {y}.b", lambda p: p[x]["b"] is p[y]["b"]),
        (f"({x}.a > 0) == ({y}.a > 0)", lambda p: (p[x]["a"] > 0) is (p[y]["a"] > 0)),
        (f"{x}.a + {y}.a <= {limit}", lambda p: p[x]["a"] + p[y]["a"] <= limit),
        (f"{x}.b || {y}.a > 0", lambda p: p[x]["b"] or p[y]["a"] > 0),
    ]
    return dice.choice(forms)


def _required(dice: Random, x: str, y: str) -> tuple[str, str, Callable[..., bool]]:
    forms: list[tuple[str, str, Callable[..., bool]]] = [
        ("true", f"{x}.a + {y}.a >= need.n0", lambda n, p: p[x]["a"] + p[y]["a"] >= n["n0"]),
        ("need.n1", f"{x}.b || {y}.b", lambda n, p: not n["n1"] or p[x]["b"] or p[y]["b"]),
        (
            "need.n2 && need.n0 > 0",
            f"{x}.a != {y}.a",
            lambda n, p: not (n["n2"] and n["n0"] > 0) or p[x]["a"] != p[y]["a"],
        ),
        ("need.n2", f"!{x}.b", lambda n, p: not n["n2"] or not p[x]["b"]),
        ("need.n1 || need.n2", f"{y}.a > 0", lambda n, p: not (n["n1"] or n["n2"]) or p[y]["a"] > 0),
    ]
    return dice.choice(forms)


def _avoid(dice: Random, x: str) -> Drawn:
    forms: list[Drawn] = [
        (f"{x}.b && !need.n1", lambda n, p: p[x]["b"] and not n["n1"]),
        (f"{x}.a > need.n0", lambda n, p: p[x]["a"] > n["n0"]),
        (f"{x}.a == 2 && !need.n2", lambda n, p: p[x]["a"] == 2 and not n["n2"]),
    ]
    return dice.choice(forms)


def _text(word: str) -> str:
    return f'{{ ja = "{word}", en = "{word}" }}'


def generate(seed: int) -> tuple[str, World]:
    """Return a catalogue's text and the same as a world."""
    dice = Random(seed)
    kinds = [f"k{number}" for number in range(dice.randint(2, 4))]
    weights = {kind: dice.randint(1, 9) for kind in kinds}
    lines = ["[catalogue]", 'name = "made"', 'version = "1"', "effective_from = 2020-01-01"]
    lines += ["[[need]]", 'id = "n0"', 'type = "int"', "values = [0, 1, 3]", f"name = {_text('n0')}"]
    for name in ("n1", "n2"):
        lines += ["[[need]]", f'id = "{name}"', 'type = "bool"', f"name = {_text(name)}"]
    units: dict[str, dict[str, dict[str, Any]]] = {}
    for kind in kinds:
        lines += ["[[kind]]", f'id = "{kind}"', f"weight = {weights[kind]}", f"name = {_text(kind)}"]
        lines += ['live_line_work = "never"', "[kind.attributes]"]
        lines += ['a = { type = "int", values = [0, 1, 2] }', 'b = { type = "bool" }']
        units[kind] = {
            f"{kind}-u{n}": {"a": dice.randint(0, 2), "b": dice.random() < 0.5} for n in range(dice.randint(2, 4))
        }
    for kind, of_kind in units.items():
        for unit_id, attributes in of_kind.items():
            lines += ["[[unit]]", f'id = "{unit_id}"', f'kind = "{kind}"', f"name = {_text(unit_id)}"]
            lines += [f"a = {attributes['a']}", f"b = {str(attributes['b']).lower()}"]
    physical, required, avoid = {}, {}, []
    for number in range(dice.randint(1, 3)):
        source, rule = _physical(dice, *dice.sample(kinds, 2))
        physical[f"P{number}"] = rule
        lines += ["[[physical_rule]]", f'id = "P{number}"', f"name = {_text('p')}", f"require = '{source}'"]
        lines += [f"message = {_text('p')}"]
    for number in range(dice.randint(1, 4)):
        when, source, rule = _required(dice, *dice.sample(kinds, 2))
        required[f"R{number}"] = rule
        lines += ["[[requirement_rule]]", f'id = "R{number}"', f"name = {_text('r')}", f"when = '{when}'"]
        lines += [f"require = '{source}'", f"message = {_text('r')}"]
    for number in range(dice.randint(0, 3)):
        weight = dice.randint(1, 3)
        source, rule = _avoid(dice, dice.choice(kinds))
        avoid.append((weight, rule))
        lines += ["[[preference]]", f'id = "F{number}"', f"name = {_text('f')}", f"avoid = '{source}'"]
        lines += [f"weight = {weight}"]
    lines += ["[notices]", f"unknown_unit = {_text('u')}", f"out_of_stock = {_text('s')}"]
    needs = {"n0": (0, 1, 3), "n1": (False, True), "n2": (False, True)}
    return "\n".join(lines) + "\n", World(weights, units, needs, physical, required, avoid)
