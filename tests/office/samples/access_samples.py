"""Calls of one's own account, and of users and roles."""

from __future__ import annotations

from collections.abc import Callable

from screens_rig import Sample, World

SAMPLES: dict[str, Callable[[World], Sample]] = {
    "access:account": lambda _: Sample(),
    "access:language": lambda _: Sample(data={"language": "en"}),
    "access:end_session": lambda _: Sample({"pk": 0}, expects=(404,)),
}
