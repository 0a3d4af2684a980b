"""The API with its OpenAPI description: every operation, every answer, every problem, none of them left to guess."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema, get_schema
from ninja.renderers import JSONRenderer

from . import contracts, designs, orders, points
from .caller import Bearer
from .operations import Operation
from .problems import MEDIA_TYPE, take_up

OPERATIONS: tuple[Operation, ...] = (
    *points.OPERATIONS,
    *contracts.OPERATIONS,
    *designs.OPERATIONS,
    *orders.OPERATIONS,
)
PREFIX = "/api/v1/"
PROBLEMS = {
    400: "The request cannot be read",
    401: "No token that works",
    403: "Not among the token's rights",
    404: "Not there, or another service office's",
    409: "The office's rules say no: `code` and `detail` say which and what to do",
    408: "The body stopped on its way",
    413: "The request is too large",
    422: "Something in the request is wrong: `errors` says where",
    429: "Too many calls: `Retry-After` says when",
    503: "Not now: an owner of data, or the office, does not answer; `Retry-After` says when to send it again",
}
_TEXT = {"type": "string"}
PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457. `detail` is in the language of Accept-Language; programs go by `code`.",
    "required": ["type", "title", "status", "code", "detail", "again"],
    "properties": {
        "type": _TEXT,
        "title": _TEXT,
        "status": {"type": "integer"},
        "code": _TEXT,
        "detail": _TEXT,
        "again": {
            "type": "string",
            "enum": ["later", "never"],
            "description": "`later`: the same call may be taken then. `never`: not before somebody changes something",
        },
        "errors": {"type": "array", "items": {"type": "object"}, "description": "Where the request is wrong (422)"},
        "broken": {"type": "array", "items": {"type": "object"}, "description": "Broken rules, in both languages"},
        "repair": {"type": ["object", "null"], "description": "The nearest combination that breaks none"},
        "version": {"type": "integer", "description": "The design's version now"},
        "obstacles": {"type": "array", "items": {"type": "object"}, "description": "What keeps a decision back, whose"},
    },
}


class PlainJSONRenderer(JSONRenderer):
    """JSON with Japanese as it is written."""

    def __init__(self) -> None:
        self.json_dumps_params = {"ensure_ascii": False}


class KeikiAPI(NinjaAPI):
    """The operations of the table, each behind its rights."""

    def __init__(self, operations: tuple[Operation, ...]) -> None:
        super().__init__(
            renderer=PlainJSONRenderer(),
            title="Keiki",
            version="1",
            description="Smart-meter route-B service, for the utility's own systems. See docs/api.md.",
            urls_namespace="api",
            docs_url=None,
        )
        take_up(self)
        for each in operations:
            self.add_operation(each)

    def add_operation(self, each: Operation) -> None:
        """Take an operation of the table in, with nothing in its query but what it knows."""
        known: set[str] = set()
        self.default_router.add_api_operation(
            each.path,
            [each.method],
            each.view,
            auth=Bearer(each.id, each.rights, known),
            response=dict(each.answers),
            operation_id=each.id,
            summary=each.summary,
            description=_described(each),
            tags=[each.tag],
            openapi_extra=dict(each.extra),
            url_name=each.id,
        )
        made = self.default_router.path_operations[each.path].operations[-1]
        known.update(
            name
            for model in made.models
            if getattr(model, "__ninja_param_source__", "") == "query"
            for name in getattr(model, "__ninja_flatten_map__", ())
        )

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Return the description, with every problem that an operation may answer."""
        schema = get_schema(self, path_prefix or PREFIX)
        schema["components"]["schemas"]["Problem"] = PROBLEM
        for path in schema["paths"].values():
            for operation in path.values():
                _move_examples(operation)
                for status, words in PROBLEMS.items():
                    operation["responses"][status] = _problem(status, words)
        return schema


def _move_examples(operation: dict[str, Any]) -> None:
    """Move a parameter's examples into its schema: there they are a list, beside it OpenAPI has a map of its own."""
    for parameter in operation.get("parameters", ()):
        if isinstance(parameter.get("examples"), list):
            parameter["schema"]["examples"] = parameter.pop("examples")


def _described(each: Operation) -> str:
    rights = " and ".join(f"`{right.value}`" for right in each.rights)
    return f"{each.view.__doc__ or ''}\n\nNeeds {rights}."


def _problem(status: int, words: str) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "description": words,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status in (429, 503):
        answer["headers"] = {"Retry-After": {"description": "Seconds", "schema": {"type": "integer"}}}
    return answer
