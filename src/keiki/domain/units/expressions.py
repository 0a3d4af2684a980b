"""CEL expressions with declared types.

Rules are written in CEL, the expression language of Kubernetes admission policies. A name is ``need.`` or a kind of
unit, a dot, and what is declared there: ``communication.route_b == need.route_b``. Each is declared to CEL with its
type, so a misspelt name or a comparison of unlike types fails when the catalogue is read. A text in quotation marks
must be a value that one of the names beside it can have: that catches the misspelt value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cel_expr_python import cel

from keiki.domain.units.sentences import RefusedError
from keiki.domain.units.words import say
from keiki.foundation.text.bilingual import Bilingual

CEL_TYPES = {"string": cel.Type.STRING, "int": cel.Type.INT, "bool": cel.Type.BOOL}

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')
_NAME = re.compile(r"(?<![\w.])([A-Za-z_]\w*)\.([A-Za-z_]\w*)")
_UNLIKE = re.compile(r"found no matching overload for '([^']+)' applied to '\(([^']*)\)'")
_CEL_DETAIL = re.compile(r"ERROR: <input>:\d+:(\d+): (.*?)(?:\n|$)")


class ExpressionError(RefusedError):
    """An expression that does not compile or does not answer; the sentence says why."""


@dataclass(frozen=True)
class Expression:
    """A compiled expression that answers true or false. ``reads`` names what it depends on: ``need.x``, ``kind.x``."""

    source: str
    reads: tuple[str, ...]
    _compiled: Any = field(repr=False, compare=False)

    def holds(self, values: Mapping[str, str | int | bool]) -> bool:
        """Evaluate with a value for every name of :attr:`reads`.

        ExpressionError if CEL cannot: division by 0, lists in lists that take more steps than CEL allows.
        """
        try:
            answer = self._compiled.eval(data=dict(values)).value()
        except RuntimeError as error:
            raise self._cannot(values, say("too-costly") if "budget" in str(error) else error) from None
        if not isinstance(answer, bool):
            raise self._cannot(values, answer)
        return answer

    def _cannot(self, values: Mapping[str, str | int | bool], why: object) -> ExpressionError:
        given = ", ".join(f"{name} = {value!r}" for name, value in values.items())
        return ExpressionError(say("cannot-evaluate", source=self.source, answer=why, given=given))


class Declarations:
    """The names that expressions of one scope may read, each with its type and values."""

    def __init__(self, names: Mapping[str, tuple[str, tuple[str | int | bool, ...]]]) -> None:
        self._names = names
        self._environment = cel.NewEnv(variables={name: CEL_TYPES[type_] for name, (type_, _) in names.items()})

    def compile(self, source: str) -> Expression:
        """Compile ``source`` or raise :class:`ExpressionError`."""
        try:
            compiled = self._environment.compile(source)
        except RuntimeError as error:
            raise ExpressionError(self._explain(source, str(error))) from None
        if compiled.return_type() != cel.Type.BOOL:
            raise ExpressionError(say("not-true-or-false", source=source, type=compiled.return_type().name()))
        bare = _STRING.sub('""', source)
        found = {f"{owner}.{name}" for owner, name in _NAME.findall(bare)}
        reads = tuple(name for name in self._names if name in found)
        self._check_texts(source, reads)
        return Expression(source, reads, compiled)

    def _check_texts(self, source: str, reads: Iterable[str]) -> None:
        known = {value for name in reads for value in self._names[name][1]}
        for quoted in _STRING.findall(source):
            if quoted[1:-1] not in known:
                raise ExpressionError(say("impossible-text", quoted=quoted, source=source))

    def _explain(self, source: str, detail: str) -> Bilingual:
        match = _CEL_DETAIL.search(detail)
        column, why = (match[1], match[2]) if match else ("1", detail.splitlines()[0])
        missing = re.match(r"undeclared reference to '([^']+)'", why)
        if missing:
            owner = missing[1].split(".")[0]
            known = [name for name in self._names if name.startswith(f"{owner}.")] or self._names
            return say("reads-undeclared", source=source, name=missing[1], known=known)
        unlike = _UNLIKE.search(why)
        if unlike:
            operator = unlike[1].strip("_")
            return say("unlike-types", source=source, column=column, operator=operator, types=unlike[2])
        return say("incorrect-expression", source=source, column=column, why=why)
