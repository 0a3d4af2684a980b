"""Units and catalogues: what a utility's meters are made of and what it demands of them, read from its own files."""

from keiki.domain.units.combination import Combination
from keiki.domain.units.expressions import Expression, ExpressionError
from keiki.domain.units.model import (
    Attribute,
    Catalogue,
    Kind,
    Need,
    Preference,
    Rule,
    Unit,
    Unsatisfiable,
    Value,
    written,
)
from keiki.domain.units.problems import CatalogueError, Position, Problem
from keiki.domain.units.reading import content_digest, read_catalogue
from keiki.domain.units.sentences import LANGUAGES, RefusedError, Sayings, Texts, fill
from keiki.domain.units.succession import check_succession, in_effect

__all__ = [
    "LANGUAGES",
    "Attribute",
    "Catalogue",
    "CatalogueError",
    "Combination",
    "Expression",
    "ExpressionError",
    "Kind",
    "Need",
    "Position",
    "Preference",
    "Problem",
    "RefusedError",
    "Rule",
    "Sayings",
    "Texts",
    "Unit",
    "Unsatisfiable",
    "Value",
    "check_succession",
    "content_digest",
    "fill",
    "in_effect",
    "read_catalogue",
    "written",
]
