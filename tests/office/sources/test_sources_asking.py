"""Threads that ask: quick sources share one, and nobody waits for another beyond a moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from keiki.office.sources import SourceUnavailableError
from keiki.office.sources.asking import PATIENCE_SECONDS, Asker, Convoy, SourceQuestion

NAMES = ("a", "b", "c", "d", "e")


def put(
    convoy: Convoy, askers: dict[str, Asker], work: dict[str, Callable[[], object]]
) -> dict[str, SourceQuestion[object]]:
    questions = {name: askers[name].question(work[name]) for name in askers}
    convoy.put([(askers[name], question) for name, question in questions.items()])
    return questions


def quick() -> dict[str, Asker]:
    return {name: Asker(name, 2.0, here=True) for name in NAMES}


def test_quick_sources_are_asked_by_one_thread_and_others_by_their_own() -> None:
    askers, convoy, threads = quick(), Convoy(), dict[str, str]()
    askers["c"] = Asker("c", 2.0)

    def note(name: str) -> Callable[[], object]:
        return lambda: threads.setdefault(name, threading.current_thread().name)

    questions = put(convoy, askers, {name: note(name) for name in NAMES})
    for name, question in questions.items():
        assert askers[name].wait(question, time.monotonic()) == threads[name]
    assert threads["c"] == "source-c"
    assert [threads[name] for name in "abde"] == ["source-quick"] * 4


def test_a_quick_source_that_stalls_delays_the_others_no_more_than_a_moment() -> None:
    askers, convoy, end = quick(), Convoy(), threading.Event()
    work: dict[str, Callable[[], object]] = {name: (lambda name=name: name) for name in NAMES}  # type: ignore[misc]
    work["a"] = lambda: end.wait(5)
    started = time.monotonic()
    questions = put(convoy, askers, work)
    assert [askers[name].wait(questions[name], started) for name in "bcde"] == list("bcde")
    assert time.monotonic() - started < PATIENCE_SECONDS + 0.5
    assert not questions["a"].answered
    assert [name for name in NAMES if not askers[name].quick] == ["a"], "the others will not wait for it again"
    end.set()
    assert askers["a"].wait(questions["a"], started) is True


def test_a_source_is_quick_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keiki.office.sources.asking.SLOW_FOR_SECONDS", 0.05)
    asker = Asker("a", 2.0, here=True)
    asker(lambda: time.sleep(PATIENCE_SECONDS))
    assert not asker.quick
    time.sleep(0.06)
    assert asker.quick


def test_a_question_is_put_once_though_two_threads_take_it() -> None:
    asker, count = Asker("a", 2.0), list[int]()
    question = asker.question(lambda: count.append(1))
    threads = [threading.Thread(target=question.run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert question.answered
    assert count == [1]


def test_threads_are_kept_and_end_when_told() -> None:
    asker = Asker("kept", 2.0)
    for _ in range(50):
        asker(lambda: None)
    mine = [thread for thread in threading.enumerate() if thread.name == "source-kept"]
    assert len(mine) <= 2
    asker.close()
    for thread in mine:
        thread.join(2)
    assert not any(thread.is_alive() for thread in mine)


def test_what_a_driver_raises_is_told_by_its_kind_alone() -> None:
    def fail() -> None:
        raise ValueError("0600121789396435141107 is not in the list")

    with pytest.raises(SourceUnavailableError) as refused:
        Asker("a", 2.0)(fail)
    assert "ValueError" in refused.value.detail[1]
    assert "sources.toml" in refused.value.detail[0]
    for text in (*refused.value.detail, *refused.value.reason):
        assert "0600" not in text
    for text in (*refused.value.reason, str(refused.value)):
        assert "ValueError" not in text
        assert "sources.toml" not in text
