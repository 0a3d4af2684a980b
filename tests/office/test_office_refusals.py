"""Whatever the office refuses says what, why and what to do, in Japanese and in English."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from office_cast import Cast

from development.lifecycles import every_lifecycle
from keiki.domain.lifecycle import IllegalTransition
from keiki.domain.supply_point import SupplyPoint, SupplyPointError
from keiki.domain.units import CatalogueError, read_catalogue
from keiki.office.commands.refusals import REFUSALS, answer_to
from keiki.office.designs import services as design_services
from keiki.office.refusal import Refusal
from keiki.office.sentences import RELAY, SEALING, sentence_of
from keiki.office.workorders import queries as workorders
from keiki.protocols.sealing.errors import Expired, SealingError
from keiki.relay.client import PutRefused, RelayUnavailable
from source_trees import tree_of

SOURCE = Path(__file__).parents[2] / "src" / "keiki" / "office"
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
LIFECYCLES = [lifecycle for _, lifecycle in every_lifecycle()]


def kinds(of: type[Exception]) -> set[type[Exception]]:
    return {each for direct in of.__subclasses__() for each in {direct, *kinds(direct)}}


def literal(node: ast.expr) -> str:
    """What is written of a text in the source, its values left out."""
    return "".join(str(each.value) for each in ast.walk(node) if isinstance(each, ast.Constant))


def refusals_in_source() -> list[tuple[str, str, str]]:
    names = {kind.__name__ for kind in kinds(Refusal)} | {"SupplyPointError", "fail", "refused"}
    found = []
    for path in [*SOURCE.rglob("*.py"), *(SOURCE.parent / "domain").rglob("*.py")]:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                said = node.args[1:3] if called == "refused" else node.args
                if called in names and len(said) == 2:
                    found.append((f"{path.name}:{node.lineno}", *(literal(each) for each in said)))
    return found


def test_what_is_refused_is_written_in_both_languages() -> None:
    found = refusals_in_source()
    assert len(found) > 120
    for where, ja, en in found:
        if not any(letter.isalpha() for letter in ja + en):
            continue  # hands on what is written elsewhere
        assert JAPANESE.search(ja), where
        assert en.strip(), where
        assert not JAPANESE.search(en), where


def test_every_refusal_is_an_answer_of_the_command_line() -> None:
    assert issubclass(Refusal, REFUSALS)
    assert {kind.__name__ for kind in kinds(Refusal)} >= {"ServiceRefused", "OrderRefused", "Changed", "NoDesign"}


def test_a_refusal_answers_in_english_for_programs_and_in_both_languages_for_people(db: None) -> None:
    with pytest.raises(workorders.NoOrder) as refused:
        workorders.work_order("W-000009-1")
    answer = answer_to(refused.value)
    assert answer.values["code"] == "no_order"
    assert answer.values["error"] == "there is no work order W-000009-1: check the number on the sheet"
    assert answer.values["message"] == {
        "ja": "作業指示書 W-000009-1 はありません。作業指示書の番号を確かめてください",
        "en": answer.values["error"],
    }


def test_no_command_refuses_in_english_alone() -> None:
    """An answer with ``error`` comes from ``refused`` (in both languages) or says how the program is used."""
    written = {}
    for path in (SOURCE / "commands").glob("*.py"):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Dict):
                keys = {key.value for key in node.keys if isinstance(key, ast.Constant)}
                if "error" in keys and "message" not in keys:
                    written[path.name] = written.get(path.name, 0) + 1
    assert set(written) <= {"session.py", "contracts.py"}, "a session's protocol, and a search that says whose it is"


def test_what_stands_in_the_way_of_a_decision_is_said_in_both_languages(cast: Cast) -> None:
    design = design_services.open_design(cast.act(), cast.sources, cast.catalogue, cast.apply("plain"))
    with pytest.raises(design_services.CannotFinish) as nothing_chosen:
        design_services.finish(cast.act(), cast.sources, cast.catalogue, design, design.version)
    assert "ユニットを選ぶか" in nothing_chosen.value.sentence[0]
    design_services.propose(cast.act(), cast.catalogue, design, design.version)
    cast.servers["distribution"].down()
    with pytest.raises(design_services.CannotDecide) as refused:
        design_services.finish(cast.act(), cast.sources, cast.catalogue, design, design.version)
    message = answer_to(refused.value).values["message"]
    assert message["ja"].startswith("今は判断できません。")
    assert message["en"].startswith("nothing may be decided now: ")
    for problem in refused.value.blocked.problems:
        assert problem.message[0] in message["ja"]
        assert problem.message[1] in message["en"]


def test_a_number_that_is_none_is_refused_in_the_words_of_who_typed_it() -> None:
    with pytest.raises(SupplyPointError) as short:
        SupplyPoint.parse("06-1234")
    assert sentence_of(short.value)[0] == (
        "供給地点特定番号は22桁ですが、6文字あります。検針票などで番号を確かめてください"
    )


@pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=[each.name for each in LIFECYCLES])
def test_a_step_that_is_not_possible_is_told_in_words_and_never_in_identifiers(lifecycle: Any) -> None:
    identifiers = {each.value for each in [*lifecycle.states, *lifecycle.words.events] if "_" in each.value}
    for state in lifecycle.states:
        for event in lifecycle.words.events:
            if event in lifecycle.allowed(state):
                continue
            with pytest.raises(IllegalTransition) as refused:
                lifecycle.after(state, event)
            ja, en = sentence_of(refused.value)
            assert lifecycle.words.states[state].ja in ja
            assert lifecycle.words.events[event].en in en
            assert all(lifecycle.words.events[each].ja in ja for each in lifecycle.allowed(state))
            assert not any(name in ja or name in en for name in identifiers)


def test_every_sealing_error_has_its_japanese() -> None:
    assert set(SEALING) == {SealingError.code, *(kind.code for kind in kinds(SealingError))}  # type: ignore[attr-defined]
    assert sentence_of(Expired())[0] == SEALING["expired"]
    assert answer_to(Expired()).values["code"] == "expired"


def test_the_relays_errors_are_told_by_their_kind() -> None:
    assert "受け取りを拒みました" in sentence_of(PutRefused("too large"))[0]
    assert sentence_of(RelayUnavailable("no answer"))[0] == f"{list(RELAY.values())[-1]}(no answer)"


def test_a_catalogues_problems_are_told_with_file_and_line_in_both_languages() -> None:
    with pytest.raises(CatalogueError) as refused:
        read_catalogue({"catalogue.toml": "name ="})
    ja, en = sentence_of(refused.value)
    assert ja.startswith("catalogue.toml:1: ")
    assert JAPANESE.search(ja)
    assert not JAPANESE.search(en)
