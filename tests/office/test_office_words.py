"""Every code that people may see on a screen has a name in Japanese and in English, and no name is left over."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from office_cast import Cast

from keiki.domain.remote.words import OUTCOMES, outcome_in_words
from keiki.foundation.text.bilingual import Bilingual
from keiki.handheld.refusals import EXPLANATIONS
from keiki.office.contracts import services as contract_services
from keiki.office.contracts.models import ServiceContract
from keiki.office.contracts.words import MEDIA, REJECTIONS
from keiki.office.delivery.models import Delivery, DeliveryChannel, DeliveryState
from keiki.office.delivery.services import send_due
from keiki.office.delivery.words import CHANNELS, STATES
from keiki.office.keys.models import DeviceRole
from keiki.office.keys.words import ROLES
from keiki.office.remote.models import CommandKind
from keiki.office.remote.words import KINDS
from keiki.office.support.models import ReadingMethodChoice
from keiki.office.support.words import HOW
from keiki.office.workorders import services as workorders
from keiki.office.workorders.models import FollowUp
from keiki.office.workorders.results import record_visit
from keiki.office.workorders.words import ACTIONS, TASKS
from keiki.protocols.meter_port.messages import MeterRefusalReason
from keiki.protocols.meter_port.procedure import MeterWriteResult
from keiki.protocols.relay.messages import CommandOutcome
from keiki.protocols.sealing.errors import SealingError

JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
SEALING = {kind.code for kind in SealingError.__subclasses__()}
OWN = {"no_answer", "reply_lost", "unsure", "given_up", "agent_failed"}
TABLES: dict[str, tuple[Mapping[str, tuple[str, str]], set[str]]] = {
    "roles": (ROLES, set(DeviceRole.values)),
    "channels": (CHANNELS, set(DeliveryChannel.values)),
    "deliveries": (STATES, set(DeliveryState.values)),
    "kinds": (KINDS, set(CommandKind.values)),
    "how": (HOW, set(ReadingMethodChoice.values)),
    "media": (MEDIA, {value for value, _ in ServiceContract._meta.get_field("medium").choices or ()}),
    "rejections": (REJECTIONS, {"not_the_customer"}),
    "tasks": (TASKS, {"look_at_failed_visit", "book_installed_units", "serials_differ", "result_not_recorded"}),
    "actions": (ACTIONS, {"keep", "replace", "remove"}),
    "outcomes": (OUTCOMES, {*CommandOutcome, *MeterRefusalReason, *MeterWriteResult, *SEALING, *OWN}),
}


@pytest.mark.parametrize("name", TABLES)
def test_every_code_has_its_words_in_both_languages(name: str) -> None:
    words, codes = TABLES[name]
    assert set(words) == codes
    for each in words.values():
        assert JAPANESE.search(each.ja)
        assert each.en.strip()
        assert not JAPANESE.search(each.en)
    assert len({each.ja for each in words.values()}) == len(words), "two are called the same"


def test_whatever_ends_a_visit_on_the_device_has_words_in_the_office() -> None:
    before_a_visit = {
        code for code in EXPLANATIONS if code.startswith(("no_", "not_a_", "port_", "several_", "which_", "nothing_"))
    }
    never_a_result = {"device_busy", "unsure", "picture_not_erased", "socket_not_allowed"}
    assert set(EXPLANATIONS) - before_a_visit - never_a_result <= set(OUTCOMES)
    assert outcome_in_words("something_of_tomorrow") == Bilingual.same("something_of_tomorrow")


def test_a_failed_visit_tells_its_designer_why_in_both_languages(cast: Cast) -> None:
    design = cast.finished_design()
    order = cast.order(design)
    workorders.printed(cast.act(), order)
    record_visit(cast.act(), cast.office, cast.visit(order, CommandOutcome.REFUSED, reason="no_route_b"))
    design.refresh_from_db()
    assert design.reopened_because == [{"ja": "訪問作業が成功しませんでした。", "en": "The visit did not succeed."}]
    assert FollowUp.objects.get().task in TASKS
    order.refresh_from_db()
    assert outcome_in_words(order.outcome) == Bilingual(ja="Bルート機能のないユニット", en="the unit has no route B")


def test_why_an_application_is_rejected_is_kept_as_a_code(cast: Cast) -> None:
    assert cast.apply("plain").rejected_because == ""
    assert cast.apply("apply_renewable", applicant="別人 太郎").rejected_because in REJECTIONS


def test_why_a_letter_is_not_accepted_is_told_in_both_languages_and_without_personal_data(cast: Cast) -> None:
    contract = cast.apply("already_wireless")
    command = cast.decide(contract).command
    assert command
    cast.receive(cast.answer(command))
    cast.servers["customer"].down()
    send_due(cast.act("office worker"), cast.vault, cast.senders, contract_services.delivered)
    letter = Delivery.objects.get(channel=DeliveryChannel.LETTER)
    assert letter.trouble.startswith("the customer information system does not answer")
    assert letter.trouble_ja.startswith("お客さま情報システムが応答せず")
