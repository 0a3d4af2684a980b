"""Proofs and comparisons of catalogues by the worker: how far they are, dead workers and processes, lost rights."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from catalogue_versions import RULE, done, files, long_files
from django.urls import reverse
from office_cast import Cast, happened
from screens_rig import World

from keiki.domain.access import Role
from keiki.office.audit.models import AuditEvent
from keiki.office.catalogues import jobs, services, verification_runner
from keiki.office.catalogues.models import CatalogueJob, CatalogueVersion
from keiki.office.catalogues.services import CatalogueRefused
from keiki.office.users.models import RoleGrant

ADMIN = Role.CATALOGUE_ADMINISTRATOR


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


@pytest.fixture
def sato(world: World) -> Any:
    return world.client(world.person(ADMIN, name="sato"), "en")


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    return now().date()


def until(what: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def provers() -> list[int]:
    """The provers that this process started and that run."""
    listed = subprocess.run(
        ["pgrep", "-f", "keiki.office.catalogues.verification_process"], capture_output=True, text=True, check=False
    )
    mine = Path("/proc/self").resolve().name
    stats = {int(pid): Path(f"/proc/{pid}/stat") for pid in listed.stdout.split()}
    return [
        pid for pid, stat in stats.items() if stat.exists() and stat.read_text().rpartition(")")[2].split()[1] == mine
    ]


def test_the_page_says_how_far_it_is_and_leads_to_the_version(world: World, sato: Any) -> None:
    job = jobs.ask_bring_in(world.cast.act("sato"), files())
    address = reverse("catalogues:job", args=[job.pk])
    waiting = sato.get(address).content.decode()
    assert "Waits for the office's worker." in waiting
    assert "has not taken it yet" not in waiting
    CatalogueJob.objects.update(taken_at=now(), seen=432, total=864)
    part = sato.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "Trying every combination with every need" in part
    assert ("<html" not in part, "432" in part, "864" in part, 'hx-trigger="every 1s"' in part) == (True,) * 4
    CatalogueJob.objects.update(taken_at=None, asked_at=now() - timedelta(minutes=1))
    assert "has not taken it yet" in sato.get(address).content.decode()
    (finished,) = done()
    assert finished.seen == finished.total == 864
    led = sato.get(address, headers={"HX-Request": "true"})
    assert led.headers["HX-Redirect"] == reverse("catalogues:version", args=[CatalogueVersion.objects.get().pk])


def test_what_is_asked_for_twice_is_done_once_and_in_the_name_of_who_asked(world: World) -> None:
    world.person(ADMIN, name="sato")
    first, again = (jobs.ask_bring_in(world.cast.act("sato"), files()) for _ in range(2))
    assert first == again
    assert len(done()) == 1
    event = AuditEvent.objects.get(happened="CatalogueBroughtIn")
    assert (event.by, CatalogueVersion.objects.get().brought_in_by) == ("sato", "sato")
    assert CatalogueJob.objects.get().files == {}


def test_a_refused_text_is_there_to_be_mended(world: World, sato: Any) -> None:
    text = "\n".join(files(more=RULE.replace("cover.rain", "cover.snow")).values())
    asked = sato.post(reverse("catalogues:bring_in"), {"text": text})
    done()
    page = sato.get(asked.headers["Location"]).content.decode()
    again = f"{reverse('catalogues:bring_in')}?job={CatalogueJob.objects.get().pk}"
    assert again in page
    assert "cover.snow" in sato.get(again).content.decode()


def test_too_much_is_refused_before_anybody_waits(world: World, sato: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_CHARACTERS", 100)
    answer = sato.post(reverse("catalogues:bring_in"), {"text": "x" * 101})
    assert answer.status_code == 422
    assert "at most 50 files and 100 characters" in answer.content.decode()
    assert not CatalogueJob.objects.exists()


def test_nobody_brings_in_or_publishes_by_a_right_that_was_taken_away_meanwhile(world: World) -> None:
    cast = world.cast
    sato, suzuki = (world.person(ADMIN, name=name) for name in ("sato", "suzuki"))
    version = services.bring_in(cast.act("sato"), files())
    services.propose(cast.act("sato"), version)
    jobs.ask_publish(cast.act("suzuki"), version)
    jobs.ask_bring_in(cast.act("sato"), files("3"))
    RoleGrant.objects.filter(user=suzuki).delete()
    sato.is_active = False
    sato.save()
    refused = [each.outcome["refused"]["en"] for each in done()]
    assert all("may no longer do it" in each for each in refused)
    assert len(refused) == 2
    version.refresh_from_db()
    assert (version.state, CatalogueVersion.objects.count()) == ("proposed", 1)


def test_who_proposed_is_refused_at_once_and_a_rejection_meanwhile_wins(world: World) -> None:
    cast = world.cast
    for name in ("sato", "suzuki"):
        world.person(ADMIN, name=name)
    version = services.bring_in(cast.act("sato"), files())
    services.propose(cast.act("sato"), version)
    with pytest.raises(CatalogueRefused, match="another person publishes it"):
        jobs.ask_publish(cast.act("sato"), version)
    jobs.ask_publish(cast.act("suzuki"), version)
    services.reject(cast.act("sato"), CatalogueVersion.objects.get(), "a mistake")
    (job,) = done()
    assert "rejected" in job.outcome["refused"]["en"]
    assert "CataloguePublished" not in happened()


def test_what_was_found_is_kept_and_not_found_again(world: World, sato: Any) -> None:
    cast = world.cast
    one, two = (services.bring_in(cast.act("sato"), files(each)) for each in ("2", "3"))
    address = reverse("catalogues:changes", args=[two.pk]) + f"?against={one.pk}"
    part = sato.get(address, headers={"HX-Request": "true"}).content.decode()
    assert f'hx-get="{address}" hx-trigger="every 1s"' in part
    assert len(done()) == 1
    for _ in range(2):
        assert "The choice stays the same for all 864" in sato.get(address).content.decode()
    assert done() == []


def test_a_job_left_by_a_killed_worker_is_done_by_the_next(world: World) -> None:
    world.person(ADMIN, name="sato")
    jobs.ask_bring_in(world.cast.act("sato"), files())
    CatalogueJob.objects.update(taken_at=now(), attempts=1)
    assert done() == []
    CatalogueJob.objects.update(taken_at=now() - jobs.IN_HAND)
    (job,) = done()
    assert job.version


def test_a_worker_that_is_told_to_end_gives_its_job_back_within_seconds(committed_cast: Cast) -> None:
    world = World(committed_cast)
    world.person(ADMIN, name="sato")
    jobs.ask_bring_in(world.cast.act("sato"), long_files())
    ending = threading.Event()
    threading.Timer(3, ending.set).start()
    began = time.monotonic()
    assert jobs.do_next(now, today, ending) is None
    assert time.monotonic() - began < 10
    job = CatalogueJob.objects.get()
    assert (job.taken_at, job.attempts, job.finished_at) == (None, 0, None)
    assert 0 < job.seen < job.total
    assert provers() == []


def test_a_prover_that_always_dies_is_not_begun_for_ever(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.person(ADMIN, name="sato")
    jobs.ask_bring_in(world.cast.act("sato"), files())
    tried = []

    def killed(*given: Any) -> None:
        process = subprocess.Popen(*given, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        process.send_signal(signal.SIGKILL)
        tried.append(process.pid)
        return process  # type: ignore[return-value]

    monkeypatch.setattr(
        verification_runner, "subprocess", type("S", (), {"Popen": lambda c, **_: killed(c), "PIPE": -1})
    )
    for _ in range(jobs.MOST_ATTEMPTS):
        jobs.do_next(now, today)
    job = CatalogueJob.objects.get()
    assert len(tried) == job.attempts == jobs.MOST_ATTEMPTS
    assert "ended several times without a result" in job.outcome["refused"]["en"]
    assert jobs.do_next(now, today) is None


def test_a_long_proof_beats_so_that_no_other_worker_takes_it(committed_cast: Cast) -> None:
    world = World(committed_cast)
    jobs.ask_bring_in(world.cast.act("sato"), long_files())
    ending, beats = threading.Event(), []

    def clock() -> datetime:
        beats.append(time.monotonic())
        return now()

    threading.Timer(5, ending.set).start()
    jobs.do_next(clock, today, ending)
    assert max(later - earlier for earlier, later in pairwise(beats)) < 5
    assert len(beats) > 4
