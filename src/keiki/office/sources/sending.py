"""Questions that need no thread: sent by the thread that looks up, which then waits for all the answers at once.

Waking a thread for each of five questions, and five threads for five answers that come together, takes longer than
sending and reading them. A driver that can send now and look later whether the answer has come spares both.
"""

from __future__ import annotations

import select
import time
from collections.abc import Iterator, Mapping
from typing import Protocol

from keiki.office.sources.asking import Rows


class SentQuestion(Protocol):
    """A question that is with its server. Nothing here waits."""

    def fileno(self) -> int:
        """Return the socket on which the answer comes."""

    def rows(self) -> Rows | None:
        """Take what has come: the rows, or ``None`` while there is more to come. Raises what the driver raises."""

    def forget(self) -> None:
        """Give up: the answer will never be taken."""


def collect(sent: Mapping[str, SentQuestion], ends: Mapping[str, float]) -> Iterator[tuple[str, Rows | Exception]]:
    """Wait for all answers at once, and yield each as it comes: rows, or what the driver raised.

    ``ends``: until when each may come (``time.monotonic``); a :class:`TimeoutError` stands for one that did not.
    """
    poll, waiting = select.poll(), dict[int, str]()
    for name, question in sent.items():
        place = question.fileno()
        waiting[place] = name
        poll.register(place, select.POLLIN)
    while waiting:
        left = min(ends[name] for name in waiting.values()) - time.monotonic()
        for place, _ in poll.poll(max(0.0, left) * 1000):
            name = waiting[place]
            answer = _rows_or_error(sent[name])
            if answer is not None:
                poll.unregister(place)
                del waiting[place]
                yield name, answer
        now = time.monotonic()
        for place, name in [(place, name) for place, name in waiting.items() if ends[name] <= now]:
            poll.unregister(place)
            del waiting[place]
            sent[name].forget()
            yield name, TimeoutError()


def _rows_or_error(question: SentQuestion) -> Rows | Exception | None:
    try:
        return question.rows()
    except Exception as error:  # noqa: BLE001 - a driver may raise anything, and no source may stop another
        question.forget()
        return error
