"""Who calls: the token in the Authorization header, its rights against the operation's, and the act that the call is.

A token anywhere else (in the address, in a cookie) is not looked at. A session of a person opens nothing here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from datetime import UTC, datetime

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest
from ninja.security import HttpBearer

from keiki.domain.access import Right
from keiki.domain.linkage.record import LinkedRecord
from keiki.domain.linkage.terms import Text
from keiki.office.audit.lookups import OutOfReach
from keiki.office.audit.services import Act, record
from keiki.office.contracts.services import office_of, silent_about_office
from keiki.office.screens.request import OfficeRequest
from keiki.office.users.api_tokens import services as tokens
from keiki.office.users.models import ApiToken

from .operations import check_query
from .problems import Forbidden, NotAllowed, TooMany, Unauthorized

HOUR, MINUTE = 3600, 60
NONE: Text = (
    "トークンがありません。Authorization: Bearer ヘッダーで送ってください。",
    "there is no token: send it in the header Authorization: Bearer",
)


class ApiRequest(OfficeRequest):
    """A call that came through: ``reach`` is how far its operation's rights reach, ``act`` what the audit keeps."""

    token: ApiToken
    act: Act


class Bearer(HttpBearer):
    """Lets a call through to one operation, whose query has the parameters ``known`` and no others."""

    def __init__(self, operation: str, rights: tuple[Right, ...], known: Set[str] = frozenset()) -> None:
        super().__init__()
        self._operation, self._rights, self._known = operation, rights, known

    def __call__(self, request: HttpRequest) -> ApiToken:
        """Return the token, or raise what is answered instead."""
        kind, _, shown = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not shown:
            raise Unauthorized(NONE, "no_token")
        return self.authenticate(request, shown)

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken:
        """Return the token whose text this is, with the call's act and reach in the request."""
        at, origin = datetime.now(UTC), str(getattr(request, "origin", ""))
        try:
            found = tokens.find(token, at)
        except tokens.TokenUnknown as error:
            if error.token is not None:
                _note(_act(error.token, at, origin), error.token, error.sentence[1])
            raise Unauthorized(error.sentence, error.code) from None
        if seconds := tokens.count(found, at):
            raise TooMany(seconds)
        act = _act(found, at, origin)
        for right in self._rights:
            if not found.scope.reach(right):
                self._refuse(act, found, right)
        check_query(request, self._known)
        request.token, request.act = found, act  # type: ignore[attr-defined]
        request.reach = found.scope.reach(self._rights[0])  # type: ignore[attr-defined]
        return found

    def _refuse(self, act: Act, token: ApiToken, right: Right) -> None:
        if cache.add(f"api refused:{token.pk}:{self._operation}", 1, timeout=MINUTE):
            with transaction.atomic():
                record(act, "AccessRefused", f"API {self._operation}", right=right)
        raise Forbidden(
            (
                f"このトークンに権限「{right.words.ja}」がありません。必要なら管理者にトークンを依頼してください。",
                f"the token may not {right.words.en}: ask an administrator for one that may, if it is needed",
            )
        )


@contextmanager
def within_reach(request: ApiRequest) -> Iterator[Callable[[LinkedRecord], bool]]:
    """Give what says of a record whether the call may be shown it; where that could not be told, say so and not 404."""
    silent: list[Text] = []

    def within(linked: LinkedRecord) -> bool:
        silent.extend(silent_about_office(linked))
        return request.reach.covers(office_of(linked))

    try:
        yield within
    except OutOfReach:
        if not silent:
            raise
        ja, en = silent[0]
        raise NotAllowed(
            f"{ja}が応答しないため、どの営業所の供給地点か確かめられません。しばらくしてから送り直してください。",
            f"{en} does not answer, so nobody can say which service office the place belongs to: try again in a while",
            code="office_unknown",
        ) from None


def _act(token: ApiToken, at: datetime, origin: str) -> Act:
    return Act(f"api:{token.system}", at, f"{origin} {token.reference}".strip())


def _note(act: Act, token: ApiToken, why: str) -> None:
    """Keep, once an hour, that a token which does not work is in use."""
    if cache.add(f"api token does not work:{token.pk}", 1, timeout=HOUR):
        with transaction.atomic():
            record(act, "ApiTokenDidNotWork", token.reference, why=why)
