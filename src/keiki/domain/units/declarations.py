"""Read what a catalogue declares: needs, kinds of unit with their attributes, and units."""

from __future__ import annotations

from collections.abc import Mapping

from keiki.domain.units.expressions import CEL_TYPES
from keiki.domain.units.model import Attribute, Need, Unit, UnitKind, Value
from keiki.domain.units.section import CatalogueSection
from keiki.domain.units.words import say

UNIT_KEYS = frozenset({"id", "kind", "name", "stocked", "effective_from", "effective_until"})
_TYPES: Mapping[str, type] = {"string": str, "int": int, "bool": bool}


def read_need(section: CatalogueSection) -> Need:
    """Read one ``[[need]]``."""
    attribute = _read_values(section, section.identifier(name=True))
    need = Need(attribute.id, attribute.type, attribute.values, section.texts("name"), section.position)
    section.close()
    return need


def read_kind(section: CatalogueSection) -> UnitKind:
    """Read one ``[[kind]]`` with the attributes that each of its units has."""
    id_ = section.identifier(name=True)
    if id_ == "need":
        section.refuse(say("kind-named-need"), "id")
    weight = section.take("weight", int, 1)
    if weight < 1:
        section.refuse(say("replacement-weight", weight=weight), "weight")
    attributes: dict[str, Attribute] = {}
    declared = section.table("attributes", required=False)
    for name in declared.names() if declared else ():
        attribute = declared.table(name) if declared else None
        if declared:
            declared.check_name(name, name)
        if name in UNIT_KEYS:
            section.refuse(say("attribute-named-as-key", name=name), "attributes")
        if attribute is not None:
            attributes[name] = _read_values(attribute, name)
            attribute.close()
    kind = UnitKind(
        id_, section.texts("name"), weight, _read_live_line_work(section, attributes), attributes, section.position
    )
    section.close()
    return kind


def _read_values(section: CatalogueSection, id_: str) -> Attribute:
    type_ = section.take("type", str, "string", required=False)
    if type_ not in CEL_TYPES:
        section.refuse(say("no-type", type=type_, types=CEL_TYPES), "type")
        return Attribute(id_, "string", ())
    values = section.take("values", list, [False, True] if type_ == "bool" else [], required=type_ != "bool")
    wrong = [value for value in values if type(value) is not _TYPES[type_]]
    if wrong:
        section.refuse(say("value-of-wrong-type", value=repr(wrong[0]), type=type_), "values")
        values = []
    if len(set(values)) != len(values):
        section.refuse(say("value-twice"), "values")
    if not values and not wrong and section.has("values"):
        section.refuse(say("no-values"), "values")
    return Attribute(id_, type_, tuple(values))


def _read_live_line_work(section: CatalogueSection, attributes: Mapping[str, Attribute]) -> str | tuple[str, ...]:
    if section.has("live_line_work_when_changed"):
        changed = section.take("live_line_work_when_changed", list, [])
        for name in changed:
            if name not in attributes:
                section.refuse(say("live-line-attribute", name=repr(name)), "live_line_work_when_changed")
        return tuple(changed)
    word: str = section.take("live_line_work", str, "never")
    if word not in ("never", "always"):
        section.refuse(say("live-line-word", word=word), "live_line_work")
    return word


def read_unit(section: CatalogueSection, kinds: Mapping[str, UnitKind], order: int) -> Unit:
    """Read one ``[[unit]]``; its attributes are those that its kind declares, no more and no fewer."""
    id_, kind_id = section.identifier(), section.take("kind", str, "")
    attributes: dict[str, Value] = {}
    kind = kinds.get(kind_id)
    if kind is None and kind_id:
        section.refuse(say("unit-of-no-kind", kind=kind_id, kinds=kinds), "kind")
        section.skip_rest()
    for attribute in kind.attributes.values() if kind else ():
        value = section.take(attribute.id, _TYPES[attribute.type])
        if value is not None and value not in attribute.values:
            wrong = say("attribute-value", name=attribute.id, value=repr(value), possible=attribute.values)
            section.refuse(wrong, attribute.id)
        attributes[attribute.id] = value
    stocked = section.take("stocked", bool, True, required=False)
    return Unit(id_, kind_id, attributes, section.texts("name"), order, stocked, section.position)
