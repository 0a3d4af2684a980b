"""Every lifecycle is its table: a state machine walks all of them, and each table keeps what its story promises."""

import re
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from development.lifecycles import PAGE, diagram, every_lifecycle, page
from keiki.domain.catalogues.lifecycle import CATALOGUE_VERSION
from keiki.domain.contracts.lifecycle import SERVICE
from keiki.domain.credentials.lifecycle import CREDENTIAL
from keiki.domain.designs.lifecycle import DESIGN
from keiki.domain.lifecycle import IllegalTransition, Lifecycle
from keiki.domain.remote.contradiction import CONTRADICTION
from keiki.domain.remote.lifecycle import REMOTE_COMMAND
from keiki.domain.workorders.lifecycle import WORK_ORDER
from keiki.domain.workorders.visit import VISIT

JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
FINAL = {
    CATALOGUE_VERSION.name: {"rejected", "withdrawn"},
    CREDENTIAL.name: {"superseded"},
    DESIGN.name: {"built", "withdrawn"},
    REMOTE_COMMAND.name: {"succeeded", "refused", "unreachable"},
    CONTRADICTION.name: {"recorded_stands", "later_stands", "settled_anew"},
    SERVICE.name: {"ended", "rejected"},
    WORK_ORDER.name: {"done"},
    VISIT.name: {"closed", "abandoned"},
}
ALL = {lifecycle.name: lifecycle for _, lifecycle in every_lifecycle()}
each = pytest.mark.parametrize("lifecycle", ALL.values(), ids=ALL)


def events(lifecycle: Lifecycle[Any, Any]) -> list[Any]:
    return list(type(next(iter(lifecycle.table))[1]))


def reach(lifecycle: Lifecycle[Any, Any], state: Any) -> set[Any]:
    seen, todo = {state}, [state]
    while todo:
        now = todo.pop()
        new = {target for (source, _), target in lifecycle.table.items() if source == now} - seen
        seen |= new
        todo += new
    return seen


class Life(RuleBasedStateMachine):
    """Throws every event at a lifecycle and keeps its own account of where it must be."""

    @initialize(name=st.sampled_from(sorted(ALL)))
    def begin(self, name: str) -> None:
        self.lifecycle = ALL[name]
        self.state = self.lifecycle.initial
        self.before = dict(self.lifecycle.table)

    @rule(data=st.data())
    def throw(self, data: st.DataObject) -> None:
        event = data.draw(st.sampled_from(events(self.lifecycle)))
        if event in self.lifecycle.allowed(self.state):
            self.state = self.lifecycle.after(self.state, event)
            assert isinstance(self.state, type(self.lifecycle.initial))
        else:
            with pytest.raises(IllegalTransition) as refused:
                self.lifecycle.after(self.state, event)
            assert refused.value.state == self.state
            assert refused.value.allowed == tuple(e.value for e in self.lifecycle.allowed(self.state))

    @invariant()
    def nothing_else_changes(self) -> None:
        if hasattr(self, "lifecycle"):
            assert dict(self.lifecycle.table) == self.before
            assert (self.state in self.lifecycle.final) == (not self.lifecycle.allowed(self.state))


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def test_every_lifecycle_of_the_house_is_examined() -> None:
    assert set(FINAL) <= set(ALL)


@each
def test_every_state_is_reached_and_every_event_used(lifecycle: Lifecycle[Any, Any]) -> None:
    assert reach(lifecycle, lifecycle.initial) == set(lifecycle.states)
    assert {event for _, event in lifecycle.table} == set(events(lifecycle))


@each
def test_from_every_state_an_end_is_in_reach(lifecycle: Lifecycle[Any, Any]) -> None:
    assert lifecycle.final
    for state in lifecycle.states:
        assert reach(lifecycle, state) & lifecycle.final, state


@pytest.mark.parametrize("name", FINAL)
def test_the_final_states_are_the_intended_ones(name: str) -> None:
    assert ALL[name].final == FINAL[name]


@each
def test_a_table_cannot_be_changed(lifecycle: Lifecycle[Any, Any]) -> None:
    with pytest.raises(TypeError):
        lifecycle.table[lifecycle.initial, "anything"] = lifecycle.initial  # type: ignore[index]


def walk(lifecycle: Lifecycle[Any, Any], path: str) -> str:
    state = lifecycle.initial
    for event in path.split():
        state = lifecycle.after(state, event)
    return state.value


STORIES = [
    (CATALOGUE_VERSION, "propose publish supersede restore withdraw", "withdrawn"),
    (CATALOGUE_VERSION, "propose reject", "rejected"),
    (CATALOGUE_VERSION, "publish", None),
    (CATALOGUE_VERSION, "propose reject propose", None),
    (VISIT, "find_meter open_envelope match_meter write acknowledge prove close", "closed"),
    (VISIT, "open_envelope match_meter write lose_reply write lose_reply find_held prove close", "closed"),
    (VISIT, "open_envelope match_meter find_held prove close", "closed"),
    (VISIT, "open_envelope match_meter write take_up match_meter find_held prove close", "closed"),
    (VISIT, "open_envelope match_meter write acknowledge prove abandon", None),
    (SERVICE, "check need_units set_password confirm deliver lose_password set_password", None),
    (SERVICE, "check set_password confirm deliver replace_unit confirm deliver end erase", "ended"),
    (SERVICE, "end", "ended"),
    (SERVICE, "check set_password confirm replace_unit confirm deliver", "active"),
    (CREDENTIAL, "issue prove deliver supersede", "superseded"),
    (CREDENTIAL, "issue discard prove supersede", "superseded"),
    (CREDENTIAL, "prove", None),
    (CREDENTIAL, "issue deliver", None),
    (DESIGN, "refuse finish", None),
    (DESIGN, "refuse choose finish order reopen finish order build", "built"),
    (DESIGN, "order", None),
    (REMOTE_COMMAND, "send receive execute lose_reply execute succeed", "succeeded"),
    (REMOTE_COMMAND, "send receive execute expire succeed", "succeeded"),
    (REMOTE_COMMAND, "succeed", "succeeded"),
    (REMOTE_COMMAND, "send succeed refuse", None),
    (WORK_ORDER, "print record_failed record_done", "done"),
    (WORK_ORDER, "cancel record_done", "done"),
    (WORK_ORDER, "print record_done cancel", None),
]


@pytest.mark.parametrize(("lifecycle", "path", "end"), STORIES, ids=[f"{s[0].name}: {s[1]}" for s in STORIES])
def test_stories_go_where_the_business_says(lifecycle: Lifecycle[Any, Any], path: str, end: str | None) -> None:
    if end is None:
        with pytest.raises(IllegalTransition):
            walk(lifecycle, path)
    else:
        assert walk(lifecycle, path) == end


def test_no_password_is_told_before_it_is_proved() -> None:
    """Whatever happens, ``deliver`` leaves only states that a proof leads to."""
    told_from = {source for source, event in CREDENTIAL.table if event == "deliver"}
    proved = {target for (_, event), target in CREDENTIAL.table.items() if event == "prove"}
    assert told_from <= proved
    confirmed = {target for (_, event), target in SERVICE.table.items() if event == "confirm"}
    assert {source for source, event in SERVICE.table if event == "deliver"} <= confirmed


def test_no_catalogue_is_published_that_was_not_proposed() -> None:
    published = {source for (source, event), _ in CATALOGUE_VERSION.table.items() if event == "publish"}
    assert published == {"proposed"}
    assert {source for (source, _), target in CATALOGUE_VERSION.table.items() if target == "proposed"} == {"draft"}


def test_no_visit_closes_without_a_proof() -> None:
    assert {source for (source, _), target in VISIT.table.items() if target == "closed"} == {"proved"}
    assert {source for (source, _), target in VISIT.table.items() if target == "proved"} == {"written"}


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run ./keiki lifecycles"


@each
def test_states_and_events_have_names_in_both_languages(lifecycle: Lifecycle[Any, Any]) -> None:
    words = lifecycle.words
    assert set(words.states) == set(lifecycle.states)
    assert set(words.events) == set(events(lifecycle))
    for each in (words.name, *words.states.values(), *words.events.values()):
        assert JAPANESE.search(each.ja)
        assert each.en.strip()
        assert not JAPANESE.search(each.en)
    for named in (words.states, words.events):
        for language in ("ja", "en"):
            assert len({each.in_language(language) for each in named.values()}) == len(named), "two are called the same"


@each
def test_a_diagram_draws_every_transition(lifecycle: Lifecycle[Any, Any]) -> None:
    drawn = diagram(lifecycle)
    for (source, event), target in lifecycle.table.items():
        arrow = next(line for line in drawn.splitlines() if line.startswith(f"    {source.value} --> {target.value}:"))
        assert event.value in arrow.split(": ")[1].split(", ")
