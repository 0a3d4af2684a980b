"""Read what a catalogue demands: physical rules, requirement rules, declared impossibilities and preferences."""

from __future__ import annotations

from keiki.domain.units.expressions import Declarations, Expression, ExpressionError
from keiki.domain.units.model import Preference, Rule, Unsatisfiable
from keiki.domain.units.section import CatalogueSection
from keiki.domain.units.sentences import LANGUAGES, PLACEHOLDER, Texts
from keiki.domain.units.words import say


def read_rule(section: CatalogueSection, names: Declarations, messages: Messages, *, physical: bool) -> Rule | None:
    """Read one ``[[physical_rule]]`` or ``[[requirement_rule]]``; None where an expression is wrong."""
    when = _expression(section, "when", names) if section.has("when") else None
    require = _expression(section, "require", names)
    id_, title, message = section.identifier(), section.texts("name"), messages.read(section)
    if require is None or (when is None and section.has("when")):
        return None
    return Rule(id_, physical, when, require, title, message, section.position)


def read_unsatisfiable(section: CatalogueSection, names: Declarations, messages: Messages) -> Unsatisfiable | None:
    """Read one ``[[unsatisfiable]]``; None where its expression is wrong."""
    when = _expression(section, "when", names)
    id_, message = section.identifier(), messages.read(section)
    return Unsatisfiable(id_, when, message, section.position) if when else None


def read_preference(section: CatalogueSection, names: Declarations) -> Preference | None:
    """Read one ``[[preference]]``; None where its expression is wrong."""
    avoid = _expression(section, "avoid", names)
    id_, title, weight = section.identifier(), section.texts("name"), section.take("weight", int, 1, required=False)
    if weight < 1:
        section.refuse(say("preference-weight", weight=weight), "weight")
    return Preference(id_, avoid, weight, title, section.position) if avoid else None


def _expression(section: CatalogueSection, key: str, names: Declarations) -> Expression | None:
    source = section.take(key, str)
    if source is None:
        return None
    try:
        return names.compile(source)
    except ExpressionError as error:
        section.refuse(error.sentence, key)
        return None


class Messages:
    """Reads messages whose ``{placeholders}`` are names that the catalogue declares."""

    def __init__(self, placeholders: frozenset[str]) -> None:
        self._placeholders = placeholders

    def read(self, section: CatalogueSection, key: str = "message") -> Texts:
        """Return the message under ``key`` in every language."""
        texts = section.texts(key)
        for language in LANGUAGES:
            for name in PLACEHOLDER.findall(texts[language]):
                if name not in self._placeholders:
                    section.refuse(say("unknown-placeholder", language=language, placeholder=f"{{{name}}}"), key)
        return texts
