"""What is answered when a call is not done: RFC 9457, with a code for programs and a sentence for people.

``detail`` says what, why and what to do in the language of ``Accept-Language`` (Japanese where it names neither). No
problem repeats what the caller sent: it may be a name.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig
from django.core.signals import got_request_exception
from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from keiki.domain.linkage.decision import Blocked
from keiki.domain.linkage.terms import Text
from keiki.domain.supply_point import CUT, SupplyPointError
from keiki.foundation.text.bilingual import Bilingual
from keiki.office.audit.lookups import OutOfReach
from keiki.office.designs.services import CannotDecide, NothingFits
from keiki.office.refusal import Refusal
from keiki.office.refusal_codes import code_of
from keiki.office.screens.languages import in_language
from keiki.office.screens.refusals import REFUSALS
from keiki.office.sentences import sentence_of
from keiki.office.sources import SourceUnavailableError
from keiki.office.users.api_tokens.repeated_calls import KeyReused

MEDIA_TYPE = "application/problem+json"
CUT_NUMBER = "cut_by_spreadsheet"
"""The kind of a supply point number that a spreadsheet cut to 15 digits."""
log = structlog.get_logger("keiki.office.api")

TITLES: Mapping[int, Text] = {
    400: ("要求を読み取れません", "The request cannot be read"),
    401: ("トークンが使えません", "No token that works"),
    403: ("権限がありません", "Not among the token's rights"),
    404: ("見つかりません", "Not found"),
    405: ("この操作はありません", "No such operation"),
    409: ("実行できません", "Refused"),
    413: ("要求が大きすぎます", "The request is too large"),
    422: ("内容が正しくありません", "Something in the request is wrong"),
    429: ("呼出しが多すぎます", "Too many calls"),
    500: ("処理に失敗しました", "The office failed"),
    503: ("いま処理できません", "Not at the moment"),
}
LATER = frozenset({408, 429, 500, 503})
"""What is answered to a call that may be taken if it is sent again as it is."""
AGAIN_SECONDS = 60
"""When to ask again where an owner does not answer: most are back within a minute, or not for hours."""
ABSENT: Text = (
    "該当するものがないか、担当外の営業所のものです。番号を確かめてください。",
    "there is no such thing, or it belongs to another service office: check its number",
)
NO_ADDRESS: Text = (
    "このアドレスはありません。APIのアドレスは /api/v1/openapi.json にあります。",
    "there is no such address: /api/v1/openapi.json has all of them",
)
UNREADABLE: Text = (
    "JSON として読めません。本文の形式を確かめてください。",
    "this is no JSON: check the form of the body",
)
WRONG: Text = (
    "次の項目を直して送り直してください: {}",
    "put these right and send it again: {}",
)
TOO_LARGE: Text = ("本文が大きすぎます。分けて送ってください。", "the body is too large: send less at once")
BROKEN: Text = (
    "Keikiの内部で失敗しました。同じ要求を少し後で送り直し、続く場合はKeikiの管理者に知らせてください。",
    "something inside Keiki failed: send it again a little later, and tell its administrator if that goes on",
)


NOT_NOW = frozenset({"owner_silent", "office_unknown"})
"""Refusals because an owner of data does not answer at this moment."""


class Unauthorized(Exception):  # noqa: N818 - what HTTP calls it
    """No token that works; ``in_language`` says why."""

    def __init__(self, said: Text, code: str) -> None:
        self.said, self.code = said, code
        super().__init__(said[1])


class Forbidden(Exception):  # noqa: N818 - what HTTP calls it
    """The token has not this right."""

    def __init__(self, said: Text) -> None:
        self.said = said
        super().__init__(said[1])


class TooMany(Exception):  # noqa: N818 - what HTTP calls it
    """The token was used too often; ``seconds`` until it may be again."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"again in {seconds} s")


class NotAllowed(Refusal):
    """A rule of the business says no; ``more`` says which, for programs."""

    code = "not_allowed"

    def __init__(self, ja: str, en: str, *, code: str, **more: Any) -> None:
        self.more = more
        super().__init__(ja, en, code=code)


def problem(
    status: int, code: str, detail: Text, headers: Mapping[str, str] | None = None, **more: Any
) -> HttpResponse:
    """Return a problem as it is answered."""
    values = {
        "type": f"urn:keiki:problem:{code}",
        "title": in_language(TITLES[status]) if status in TITLES else HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": in_language(detail),
        "again": "later" if status in LATER or code == "still_running" else "never",
        **more,
    }
    body = json.dumps(values, ensure_ascii=False)
    return HttpResponse(body, status=status, content_type=MEDIA_TYPE, headers=dict(headers or {}))


def both(text: Bilingual | Text) -> dict[str, str]:
    """Return a text in both languages."""
    if isinstance(text, Bilingual):
        return {"ja": text.ja, "en": text.en}
    return {"ja": text[0], "en": text[1]}


def obstacles(blocked: Blocked) -> list[dict[str, Any]]:
    """Return what stands in the way of a decision, and who can put it right."""
    return [
        {"code": each.code, "subject": each.subject, "source": each.source}
        | {"owner": both(each.owner), "message": both(each.message)}
        for each in blocked.problems
    ]


def take_up(api: NinjaAPI) -> None:
    """Have the API answer whatever a view raises as a problem."""
    handlers: list[tuple[type[Exception], Callable[[HttpRequest, Any], HttpResponse]]] = [
        (Unauthorized, _unauthorized),
        (Forbidden, lambda _, error: problem(403, "no_right", error.said)),
        (TooMany, _too_many),
        (Http404, lambda *_: problem(404, "absent", ABSENT)),
        (OutOfReach, lambda *_: problem(404, "absent", ABSENT)),
        (HttpError, lambda _, error: problem(error.status_code, "unreadable", UNREADABLE)),
        (ValidationError, _invalid),
        (RequestDataTooBig, lambda *_: problem(413, "too_large", TOO_LARGE)),
        (KeyReused, lambda _, error: problem(422, error.code, error.sentence)),
        (SupplyPointError, lambda _, error: problem(422, code_of(error), error.sentence)),
        (Exception, _broken),
        (SourceUnavailableError, _unavailable),
        *((kind, _refused) for kind in REFUSALS if kind not in (SupplyPointError, SourceUnavailableError)),
    ]
    for kind, handler in handlers:
        api.add_exception_handler(kind, handler)


def _unauthorized(_: HttpRequest, error: Unauthorized) -> HttpResponse:
    return problem(401, error.code, error.said, {"WWW-Authenticate": 'Bearer realm="keiki"'})


def _too_many(_: HttpRequest, error: TooMany) -> HttpResponse:
    detail = (f"{error.seconds}秒後にもう一度送ってください。", f"send it again in {error.seconds} seconds")
    return problem(429, "too_many", detail, {"Retry-After": str(error.seconds)})


def _invalid(_: HttpRequest, error: ValidationError) -> HttpResponse:
    """Say which fields are wrong and of what kind, never what stood there."""
    wrong = [{"at": [str(step) for step in each["loc"]], "kind": str(each["type"])} for each in error.errors]
    named = ", ".join(dict.fromkeys(each["at"][-1] for each in wrong))
    detail = (WRONG[0].format(named), WRONG[1].format(named))
    if any(each["kind"] == CUT_NUMBER for each in wrong):
        detail = (f"{detail[0]} {CUT[0]}", f"{detail[1]}; {CUT[1]}")
    return problem(422, "invalid", detail, errors=wrong)


def _unavailable(_: HttpRequest, error: SourceUnavailableError) -> HttpResponse:
    return _not_now(code_of(error), sentence_of(error))


def _not_now(code: str, detail: Text, **more: Any) -> HttpResponse:
    return problem(503, code, detail, {"Retry-After": str(AGAIN_SECONDS)}, **more)


def _refused(_: HttpRequest, error: Exception) -> HttpResponse:
    code = code_of(error)
    if code in NOT_NOW or (isinstance(error, CannotDecide) and _only_outages(error.blocked)):
        return _not_now(code if code in NOT_NOW else "owner_silent", sentence_of(error), **_more(error))
    return problem(409, code, sentence_of(error), **_more(error))


def _only_outages(blocked: Blocked) -> bool:
    """Say whether nothing stands in the way but owners that do not answer."""
    return all(each.code == "unavailable" for each in blocked.problems)


def _more(error: Exception) -> dict[str, Any]:
    if isinstance(error, CannotDecide):
        return {"obstacles": obstacles(error.blocked)}
    if isinstance(error, NothingFits):
        return {"broken": error.nothing.reasons}
    return error.more if isinstance(error, NotAllowed) else {}


def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """Leave what may be an outage to the page of outages; log where anything else broke, by names alone.

    A message may hold what the caller sent.
    """
    if isinstance(error, DatabaseError | InterfaceError | OSError):
        raise error
    got_request_exception.send(sender=None, request=request)
    where = [f"{step.filename.rpartition('/')[2]}:{step.lineno}" for step in traceback.extract_tb(error.__traceback__)]
    log.error("api failed", kind=type(error).__name__, where=where[-5:])
    return problem(500, "broken", BROKEN)
