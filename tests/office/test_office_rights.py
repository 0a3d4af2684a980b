"""Every address of the office, tried without a log-in, without the right, with it, and from another service office.

The cases are made from the URL table: an address without a declaration or without a sample fails here.
"""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from office_cast import Cast
from screens_rig import ELSEWHERE, Address, Sample, World, addresses, samples

from keiki.domain.access import ROLES, Right, Role
from keiki.office.audit.models import AuditEvent
from keiki.office.users.enforcement import OPEN, OWN_ACCOUNT, OWN_RULES

SCREENS = [each for each in addresses() if each.declared is not None]
RIGHTS = [each for each in SCREENS if each.declared and each.declared.right is not None]


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


def call(client: Client, address: Address, sample: Sample) -> int:
    url = reverse(address.name, kwargs=sample.kwargs)
    assert address.declared
    answer = (client.get if "GET" in address.declared.methods else client.post)(url, sample.data)
    if answer.streaming:
        list(answer.streaming_content)
    return answer.status_code


def right_of(address: Address) -> Right:
    assert address.declared
    assert address.declared.right
    return address.declared.right


def holders(right: Right) -> list[Role]:
    return [role for role, card in ROLES.items() if right in card.rights]


def test_every_address_is_declared_or_known_to_be_open() -> None:
    loose = {each.name for each in addresses() if each.declared is None}
    assert {name for name in loose if name.split(":")[0] not in OWN_RULES} <= OPEN | OWN_ACCOUNT


def test_every_address_has_a_sample_and_every_sample_an_address() -> None:
    assert {each.name for each in SCREENS} == set(samples())


@pytest.mark.parametrize("address", SCREENS, ids=lambda each: each.name)
def test_without_a_log_in_every_address_leads_to_the_log_in(address: Address, world: World) -> None:
    url = reverse(address.name, kwargs=samples()[address.name](world).kwargs)
    for answer in (Client().get(url), Client().post(url)):
        assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, reverse("account_login"))


@pytest.mark.parametrize("address", RIGHTS, ids=lambda each: each.name)
def test_without_the_right_an_address_is_refused_and_the_refusal_is_kept(address: Address, world: World) -> None:
    sample = samples()[address.name](world)
    without = [role for role in ROLES if right_of(address) not in ROLES[role].rights]
    everything_else = world.client(world.person(*without, name="everything-else"))
    assert call(everything_else, address, sample) == 403
    assert AuditEvent.objects.filter(happened="AccessRefused", by="everything-else", subject=address.name).exists()


@pytest.mark.parametrize("address", SCREENS, ids=lambda each: each.name)
def test_with_the_right_alone_an_address_answers(address: Address, world: World) -> None:
    sample = samples()[address.name](world)
    assert address.declared
    roles = holders(right_of(address))[:1] if address.declared.right else []
    assert call(world.as_(*roles), address, sample) in sample.expects


@pytest.mark.parametrize(
    "address",
    [each for each in RIGHTS if right_of(each).local and each.has_values],
    ids=lambda each: each.name,
)
def test_another_offices_row_is_as_absent_as_one_that_never_was(address: Address, world: World) -> None:
    sample = samples()[address.name](world)
    assert sample.row, "an address with values and a local right names a row: its sample says so"
    stranger = world.as_(holders(right_of(address))[0], office=ELSEWHERE)
    assert call(stranger, address, sample) == 404


OTHER_LISTS = ("contracts:commands", "contracts:contradictions", "contracts:deliveries")
LISTS = [each for each in SCREENS if each.name in OTHER_LISTS or each.name.endswith(":list")]


@pytest.mark.parametrize("address", LISTS, ids=lambda each: each.name)
def test_who_takes_a_list_away_is_kept(address: Address, world: World) -> None:
    person = world.person(*holders(right_of(address))[:1])
    answer = world.client(person).get(reverse(address.name), {"format": "csv"})
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert AuditEvent.objects.filter(happened="ListExported", by=person.username).count() == 1
