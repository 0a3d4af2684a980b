"""schemathesis against the API: right and wrong values of every operation, on the real WSGI application.

Right values must be taken (or refused by a rule), wrong ones must not; every answer is as the description says; none is
our fault. Numbers of rows that are there are put among those it draws, so that more than "not found" is tried.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from api_rig import CALLS, System, system
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from office_cast import Cast
from schemathesis import GenerationMode
from screens_rig import World

from keiki.office.api.description import OPERATIONS
from keiki.office.api.operations import Operation
from keiki.office.users.api_tokens import services as tokens

EXAMPLES = 10


@pytest.fixture
def caller(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[System]:
    for signal in (request_started, request_finished):  # as Django's own test client: the test's transaction stays open
        signal.disconnect(close_old_connections)
    monkeypatch.setattr(tokens, "PER_MINUTE", 10**6)
    yield system(World(cast))
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_every_answer_is_as_described(operation: Operation, mode: GenerationMode, caller: System, cast: Cast) -> None:
    told = schemathesis.Config.from_dict({"auth": {"openapi": {"Bearer": {"bearer": caller.text}}}})
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler(), config=told)
    described = schema[f"/api/v1{operation.path}"][operation.method]
    numbers = itertools.count()
    sample = CALLS[operation.id](World(cast))

    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.generate],
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=described.as_strategy(generation_mode=mode), real=st.booleans())
    def answers(case: Any, real: bool) -> None:
        if mode is GenerationMode.POSITIVE and real:
            case.path_parameters = dict(sample.values)
            case.body = sample.body if sample.body is not None else case.body
        if "Idempotency-Key" in (case.headers or {}) and mode is GenerationMode.POSITIVE:
            case.headers["Idempotency-Key"] = f"key-of-mine-{next(numbers)}"
        point = transaction.savepoint()
        try:
            case.call_and_validate()
        finally:
            transaction.savepoint_rollback(point)

    answers()
