"""The log names events and places in the program; whatever a library would put into its sentences stays out."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from keiki.foundation.program.json_log import log_as_json

SECRET = "大阪市北区中之島3丁目"


@pytest.fixture
def logger() -> Iterator[logging.Logger]:
    before = list(logging.getLogger().handlers)
    yield logging.getLogger("django.request.tried")
    logging.getLogger().handlers[:] = before


def written(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    line = capsys.readouterr().err.strip().splitlines()[0]
    assert SECRET not in line
    assert json.dumps(SECRET).strip('"') not in line
    told: dict[str, object] = json.loads(line)
    return told


def test_values_and_texts_of_errors_stay_out(logger: logging.Logger, capsys: pytest.CaptureFixture[str]) -> None:
    log_as_json()
    try:
        raise ValueError(SECRET)
    except ValueError:
        logger.exception("Internal Server Error: %s", f"/points/?q={SECRET}", extra={"status_code": 500})
    told = written(capsys)
    assert (told["words"], told["error"], told["status"]) == ("Internal Server Error: %s", "ValueError", 500)
    assert str(told["at"]).count("test_office_logs.py") == 1


def test_a_warning_is_a_line_of_its_own(logger: logging.Logger, capsys: pytest.CaptureFixture[str]) -> None:
    log_as_json()
    logger.warning("Not Found: %s", SECRET)
    assert written(capsys)["level"] == "warning"
