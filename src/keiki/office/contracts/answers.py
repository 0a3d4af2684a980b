"""What the result of each kind of command brings about, for whoever takes results in."""

from __future__ import annotations

from collections.abc import Mapping

from keiki.office.remote.models import CommandKind
from keiki.office.remote.services import Answer
from keiki.office.support.services import status_read

from .services import rewritten

ANSWERS: Mapping[str, Answer] = {CommandKind.REWRITE_PASSWORD: rewritten, CommandKind.READ_STATUS: status_read}
