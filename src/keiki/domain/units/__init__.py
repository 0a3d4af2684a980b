"""Units and catalogues: what a utility's meters are made of and what it demands of them, read from its own files."""

from keiki.domain.units.combination import Combination
from keiki.domain.units.expressions import Expression, ExpressionError
from keiki.domain.units.model import (
    Attribute,
    Catalogue,
    Need,
    Preference,
    Rule,
    Unit,
    UnitKind,
    Unsatisfiable,
    Value,
    written,
)
from keiki.domain.units.problems import CatalogueError, CatalogueProblem, Position
from keiki.domain.units.reading import content_digest, read_catalogue
from keiki.domain.units.sentences import LANGUAGES, RefusedError, SentenceTable, Texts, fill
from keiki.domain.units.succession import check_succession, in_effect

__all__ = [
    "LANGUAGES",
    "Attribute",
    "Catalogue",
    "CatalogueError",
    "CatalogueProblem",
    "Combination",
    "Expression",
    "ExpressionError",
    "Need",
    "Position",
    "Preference",
    "RefusedError",
    "Rule",
    "SentenceTable",
    "Texts",
    "Unit",
    "UnitKind",
    "Unsatisfiable",
    "Value",
    "check_succession",
    "content_digest",
    "fill",
    "in_effect",
    "read_catalogue",
    "written",
]
