"""Watching the servers: what is no longer right is opened again, once, with the reason; nothing else is disturbed."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office_cast import Cast, happened
from owner_feeds import give_feeds

from keiki.bench.servers.servers import sources_text
from keiki.bench.servers.writing import full_width, hyphenated, zero_lost
from keiki.domain.designs.lifecycle import DesignState
from keiki.domain.linkage.decision import Blocked
from keiki.domain.supply_point import SupplyPoint
from keiki.domain.workorders.lifecycle import WorkOrderState
from keiki.office.audit.models import AuditEvent
from keiki.office.catalogue import NoProposal
from keiki.office.contracts.services import inputs_for
from keiki.office.designs import services as designs
from keiki.office.designs.models import Design, WatchedSource
from keiki.office.designs.queries import describe
from keiki.office.workorders import results, watching
from keiki.office.workorders import services as workorders
from keiki.office.workorders.models import FollowUp


def rain(cast: Cast, design: Design, value: int) -> None:
    with cast.servers["distribution"].transaction() as server:
        server.execute("UPDATE haiden_point SET amegakari = ? WHERE spid = ?", (value, zero_lost(design.supply_point)))


def look(cast: Cast, **more: bool) -> watching.WatchRound:
    return watching.watch(cast.act("office worker"), cast.sources, cast.catalogue, **more)


def test_a_round_without_change_disturbs_nothing(cast: Cast) -> None:
    design = cast.finished_design("plain")
    before = describe(design)
    found = look(cast)
    design.refresh_from_db()
    assert (found.examined, found.reopened, found.unknown) == ((design.reference,), (), ())
    assert describe(design) == before


def test_a_change_reopens_the_design_once_with_the_reason_and_no_other(cast: Cast) -> None:
    design, other = cast.finished_design("plain"), cast.finished_design("workshop")
    rain(cast, design, 1)
    assert look(cast).reopened == (design.reference,)
    assert look(cast).reopened == ()
    design.refresh_from_db()
    other.refresh_from_db()
    assert (design.state, other.state) == (DesignState.OPEN, DesignState.FINISHED)
    (reason,) = design.reopened_because
    assert (reason["subject"], reason["source"]) == ("rain", "distribution")
    assert "雨がかり" in reason["ja"]
    assert "exposed to rain changed from no to yes" in reason["en"]
    assert design.needs["rain"] is True
    assert happened().count("DesignReopened") == 1
    designs.propose(cast.act(), cast.catalogue, design, design.version)
    assert designs.finish(cast.act(), cast.sources, cast.catalogue, design, design.version).ok
    assert design.reopened_because == []


def test_a_choice_made_for_records_that_changed_back_is_refused_once(cast: Cast) -> None:
    """Reopened for renewable interconnection, which is gone again before the gate: two-way units break no rule now."""
    design = cast.finished_design("plain")
    one_way = design.combination
    for flag in ("ｱﾘ", "ﾅｼ"):
        with cast.servers["customer"].transaction() as server:
            key = hyphenated(design.supply_point)
            server.execute("UPDATE KEIYAKU_M SET SAIENE_RENKEI = ? WHERE KYOKYU_CHITEN_NO = ?", (flag, key))
        look(cast)
    design.refresh_from_db()
    designs.propose(cast.act(), cast.catalogue, design, design.version)
    assert design.combination != one_way
    verdict = designs.finish(cast.act(), cast.sources, cast.catalogue, design, design.version)
    assert [each["rule"] for each in verdict.broken] == ["CHANGED"]
    assert (design.state, verdict.repair) == (DesignState.REFUSED, one_way)
    designs.propose(cast.act(), cast.catalogue, design, design.version)
    assert designs.finish(cast.act(), cast.sources, cast.catalogue, design, design.version).ok
    assert design.combination == one_way


def test_a_change_that_leaves_the_answer_right_disturbs_nobody(cast: Cast) -> None:
    """The weather cover is asked for no longer, and it hangs there already: nothing would be done otherwise."""
    design = cast.finished_design("plain")
    with cast.servers["construction"].transaction() as server:
        server.execute(
            "UPDATE 計器工事 SET 端子カバー = 'TCV-R' WHERE 供給地点特定番号 = ?", (full_width(design.supply_point),)
        )
    assert look(cast).reopened == (design.reference,)
    design.refresh_from_db()
    designs.propose(cast.act(), cast.catalogue, design, design.version)
    designs.finish(cast.act(), cast.sources, cast.catalogue, design, design.version)
    rain(cast, design, 1)
    assert look(cast).reopened == ()
    design.refresh_from_db()
    assert design.state == DesignState.FINISHED


def test_a_work_order_is_called_off_with_its_units_and_its_password(cast: Cast) -> None:
    order = cast.order(cast.finished_design("plain"))
    rain(cast, order.design, 1)
    assert look(cast).reopened == (order.design.reference,)
    order.refresh_from_db()
    assert order.state == WorkOrderState.CANCELLED
    assert not order.reserved.filter(released_at=None).exists()
    order.credential.refresh_from_db()
    assert order.credential.state == "discarded"
    order.design.refresh_from_db()
    assert order.design.state == DesignState.OPEN
    assert order.design.reopened_because[0]["subject"] == "rain"
    assert order.design.contract.state == "designing"
    (cancelled,) = AuditEvent.objects.filter(happened="WorkOrderCancelled")
    assert "exposed to rain" in cancelled.details["because"]


def test_a_silent_source_reopens_nothing_and_is_asked_again(cast: Cast) -> None:
    design = cast.finished_design("plain")
    rain(cast, design, 1)
    cast.servers["distribution"].down()
    found = look(cast)
    assert (found.reopened, found.unknown) == ((), ("distribution",))
    cast.servers["distribution"].up()
    assert look(cast).reopened == (design.reference,)


def test_an_owner_who_knows_nobody_is_loading_and_every_record_is_not_gone(cast: Cast) -> None:
    design, order = cast.finished_design("plain"), cast.order(cast.finished_design("apply_renewable"))
    with cast.servers["distribution"].transaction() as server:
        server.execute("CREATE TABLE kept AS SELECT * FROM haiden_point")
        server.execute("DELETE FROM haiden_point")
    found = look(cast)
    assert (found.reopened, found.unknown) == ((), ("distribution",))
    assert watching.recheck(cast.act(), cast.sources, cast.catalogue, order).revision.unknown == ("distribution",)
    with cast.servers["distribution"].transaction() as server:
        server.execute("INSERT INTO haiden_point SELECT * FROM kept")
        server.execute("DELETE FROM haiden_point WHERE spid = ?", (zero_lost(design.supply_point),))
    assert look(cast).reopened == (design.reference,), "one record among others is gone"


def test_without_a_survey_other_designs_tell_whether_an_owner_knows_anybody(cast: Cast) -> None:
    """A web service that moved says "not found" to everything."""
    design, other = cast.finished_design("plain"), cast.finished_design("workshop")
    text = sources_text(cast.servers.folder)
    lines = [line for line in text.splitlines() if not (line.startswith("survey") and "haiden_point" in line)]
    assert len(lines) < len(text.splitlines())
    cast.sources.close()
    cast.sources = type(cast.sources).from_toml("\n".join(lines))
    with cast.servers["distribution"].transaction() as server:
        server.execute("UPDATE haiden_point SET spid = 'x' || spid")
    assert (look(cast).reopened, look(cast).unknown) == ((), ("distribution",))
    with cast.servers["distribution"].transaction() as server:
        server.execute(
            "UPDATE haiden_point SET spid = substr(spid, 2) WHERE spid <> 'x' || ?", (zero_lost(design.supply_point),)
        )
    assert look(cast).reopened == (design.reference,)
    other.refresh_from_db()
    assert other.state == DesignState.FINISHED


def test_a_contract_for_what_the_catalogue_does_not_know_reopens_its_design_and_stops_nobody(cast: Cast) -> None:
    text = sources_text(cast.servers.folder).replace('"120" = 120 }', '"120" = 120, "100" = 100 }')
    cast.sources.close()
    cast.sources = type(cast.sources).from_toml(text)
    design, other = cast.finished_design("plain"), cast.finished_design("workshop")
    rain(cast, other, 1)
    with cast.servers["customer"].transaction() as server:
        server.execute(
            "UPDATE KEIYAKU_M SET KEIYAKU_A = '100', TEKIYO_KAISI_YMD = '20261101' WHERE KYOKYU_CHITEN_NO = ?",
            (hyphenated(design.supply_point),),
        )
    assert set(look(cast).reopened) == {design.reference, other.reference}
    design.refresh_from_db()
    assert "contracted capacity (A) changed from 60 to 100" in design.reopened_because[0]["en"]


def test_what_could_not_be_told_is_looked_at_again_though_no_feed_names_it_twice(cast: Cast) -> None:
    """The change was named once, while the owner's batch was late; that the batch came is no change to be named."""
    give_feeds(cast)
    design = cast.finished_design("plain")
    look(cast)
    assert look(cast).examined == ()
    with cast.servers["distribution"].transaction() as server:
        server.execute("INSERT INTO log VALUES (2, ?)", (zero_lost(design.supply_point),))
        server.execute("UPDATE haiden_point SET amegakari = 1, upd = upd - 864000")
    assert look(cast).unknown == ("distribution",)
    with cast.servers["distribution"].transaction() as server:
        server.execute("UPDATE haiden_point SET upd = upd + 864000")
    assert look(cast).reopened == (design.reference,)


def test_a_design_that_moved_on_meanwhile_is_looked_at_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    give_feeds(cast)
    design = cast.finished_design("plain")
    look(cast)
    with cast.servers["distribution"].transaction() as server:
        server.execute("INSERT INTO log VALUES (2, ?)", (zero_lost(design.supply_point),))
    rain(cast, design, 1)
    whole = watching.revise

    def meanwhile(*given: Any) -> Any:
        """Somebody else changes the design between the look and the reopening."""
        Design.objects.filter(pk=design.pk).update(version=F("version") + 1, state=DesignState.WITHDRAWN)
        return whole(*given)

    with monkeypatch.context() as patched:
        patched.setattr(watching, "revise", meanwhile)
        assert look(cast).reopened == ()
    Design.objects.filter(pk=design.pk).update(state=DesignState.FINISHED)
    assert look(cast).reopened == (design.reference,)


def test_a_customer_who_moved_out_and_one_who_moved_in_reopen_it(cast: Cast) -> None:
    out, into = cast.finished_design("plain"), cast.finished_design("workshop")
    cast.servers.move_out(out.supply_point, day=cast.now.date() - timedelta(days=2))
    with cast.servers["customer"].transaction() as server:
        key = hyphenated(into.supply_point)
        server.execute("UPDATE KEIYAKU_M SET KEIYAKU_NO = 'K7777777777' WHERE KYOKYU_CHITEN_NO = ?", (key,))
    assert look(cast).reopened == (out.reference, into.reference)
    out.refresh_from_db()
    into.refresh_from_db()
    assert [reason["subject"] for reason in out.reopened_because] == ["ended", "read-after-move-out"]
    assert [reason["subject"] for reason in into.reopened_because] == ["contract_number"]


def test_the_orders_own_work_in_the_records_is_no_change(cast: Cast) -> None:
    """Construction and supervisory control may show the new units before the visit's result is in."""
    order = cast.order(cast.finished_design("plain"))
    new = {line["kind"]: line["new_serial"] for line in order.units if line["action"] == "replace"}
    place = cast.place("plain")
    cast.servers.follow_wall(
        place.supply_point, communication_serial=new["communication"], state="normal", reading=cast.now, now=cast.now
    )
    assert look(cast).reopened == ()
    units = dataclasses.replace(
        place.installed,
        communication="TMC-RW1",
        communication_serial=new["communication"],
        metering="TMM-13-060SB",
        metering_serial=new["metering"],
    )
    cast.servers.record_construction(place.supply_point, units, day=cast.now.date(), now=cast.now)
    assert look(cast).reopened == ()
    order.refresh_from_db()
    assert order.state == WorkOrderState.ISSUED


def test_an_order_is_not_issued_from_what_changed_after_the_design_was_finished(cast: Cast) -> None:
    design = cast.finished_design("plain")
    rain(cast, design, 1)
    with pytest.raises(workorders.OrderRefused, match="exposed to rain changed"):
        cast.order(design)
    design.refresh_from_db()
    assert design.state == DesignState.OPEN
    assert "WorkOrderIssued" not in happened()


def test_an_order_is_not_issued_while_a_source_is_silent(cast: Cast) -> None:
    design = cast.finished_design("plain")
    cast.servers["supervisory"].down()
    with pytest.raises(designs.CannotDecide, match="unavailable since"):
        cast.order(design)
    design.refresh_from_db()
    assert design.state == DesignState.FINISHED


def test_an_order_is_not_printed_after_the_records_changed(cast: Cast) -> None:
    order = cast.order(cast.finished_design("plain"))
    assert watching.recheck(cast.act(), cast.sources, cast.catalogue, order).revision.holds
    rain(cast, order.design, 1)
    with pytest.raises(workorders.OrderRefused, match="is cancelled"):
        watching.recheck(cast.act(), cast.sources, cast.catalogue, order)
    order.refresh_from_db()
    assert order.state == WorkOrderState.CANCELLED


def test_a_visit_that_was_outdated_when_it_was_made_is_said_and_followed_up(cast: Cast) -> None:
    """The records changed while the van was out: what is done is done, and the office says that it is wrong."""
    order = cast.order(cast.finished_design("plain"))
    workorders.printed(cast.act(), order)
    rain(cast, order.design, 1)
    order, recorded = results.record_visit(cast.act(), cast.office, cast.visit(order))
    assert recorded is results.RecordingEffect.DONE
    found = watching.recheck_visit(cast.act(), cast.sources, cast.catalogue, order)
    assert not found.holds
    (outdated,) = FollowUp.objects.get(work_order=order).outdated
    assert outdated["subject"] == "rain"
    assert happened()[-1] == "VisitFoundOutdated"


def test_a_feed_names_the_designs_to_look_at_and_its_cursor_is_kept(cast: Cast) -> None:
    """Where every source has a feed, a round asks about the points they name and about no other."""
    design, other = cast.finished_design("plain"), cast.finished_design("workshop")
    give_feeds(cast)
    assert look(cast).examined == (design.reference, other.reference)
    assert look(cast).examined == ()
    rain(cast, design, 1)
    assert look(cast).examined == (), "the owner has not told of it"
    with cast.servers["distribution"].transaction() as server:
        server.execute("INSERT INTO log VALUES (2, ?)", (zero_lost(design.supply_point),))
    found = look(cast)
    assert (found.examined, found.reopened) == ((design.reference,), (design.reference,))
    assert WatchedSource.objects.get(source="distribution").cursor == "2"
    assert look(cast, everything=True).examined == (other.reference,)


UPDATES: dict[str, list[tuple[str, str, list[Any]]]] = {
    "customer": [
        ("UPDATE KEIYAKU_M SET SAIENE_RENKEI = ? WHERE KYOKYU_CHITEN_NO = ?", "hyphenated", ["ｱﾘ", "ﾅｼ"]),
        ("UPDATE KEIYAKU_M SET ENKAKU_KAIHEI = ? WHERE KYOKYU_CHITEN_NO = ?", "hyphenated", ["1", "2"]),
    ],
    "distribution": [
        ("UPDATE haiden_point SET amegakari = ? WHERE spid = ?", "zero_lost", [0, 1]),
        ("UPDATE haiden_point SET keiro = ? WHERE spid = ?", "zero_lost", ["MH", "PLC"]),
    ],
    "construction": [
        ("UPDATE 計器工事 SET 端子カバー = ? WHERE 供給地点特定番号 = ?", "full_width", ["TCV-N", "TCV-R"]),
        ("UPDATE 計器工事 SET 通信製番 = ? WHERE 供給地点特定番号 = ?", "full_width", ["TCR000000001", "TCR000000002"]),
    ],
    "supervisory": [("UPDATE scs_meter SET comm_sn = ? WHERE sp_no = ?", "str", ["TCR000000001", "TCR000000002"])],
    "allocation": [("UPDATE tanto_soko SET soko = ? WHERE kyokyu = ?", "prefixed", ["D01", "D02"])],
}
KEYS = {
    "hyphenated": hyphenated,
    "zero_lost": zero_lost,
    "full_width": full_width,
    "str": str,
    "prefixed": "KEP{}".format,
}
STEPS = [(name, number, value) for name, of in UPDATES.items() for number, each in enumerate(of) for value in each[2]]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_interleaving_ends_in_the_decision_of_the_final_state(cast: Cast, data: st.DataObject) -> None:
    """Five owners update on their own days, the watch looks in between: the end is what the end state alone decides."""
    first = {name: (cast.servers.folder / f"{name}.db").read_bytes() for name in UPDATES}
    with transaction.atomic():
        try:
            _interleave(cast, data)
        finally:
            transaction.set_rollback(True)
            for name, content in first.items():
                put_back(cast.servers.folder / f"{name}.db", content)


def put_back(file: Path, content: bytes) -> None:
    """Give the file its content again as another file: a connection would take the same file for unchanged.

    (SQLite counts changes in the file itself, and after the next update the count is one that it has seen before.)
    """
    again = file.with_suffix(".again")
    again.write_bytes(content)
    again.replace(file)


def _interleave(cast: Cast, data: st.DataObject) -> None:
    design = cast.finished_design("plain")
    for source, number, value in data.draw(st.lists(st.sampled_from(STEPS), min_size=1, max_size=6)):
        statement, key, _ = UPDATES[source][number]
        with cast.servers[source].transaction() as server:
            server.execute(statement, (value, KEYS[key](design.supply_point)))
        if data.draw(st.booleans()):
            look(cast)
            if data.draw(st.booleans()):
                redesign(cast, design)
    look(cast)
    redesign(cast, design)
    inputs = inputs_for(design.contract, cast.sources.link(SupplyPoint(design.supply_point), cast.now))
    if isinstance(inputs, Blocked):
        assert design.state in (DesignState.OPEN, DesignState.REFUSED)
        assert design.reopened_because
        return
    best = cast.catalogue.choose(inputs.needs, inputs.installed)
    if isinstance(best, NoProposal):
        assert design.state != DesignState.FINISHED
        return
    assert design.state == DesignState.FINISHED
    assert design.combination == best.combination
    assert look(cast).reopened == ()


def redesign(cast: Cast, design: Design) -> None:
    """What a designer does with a design that is open again: take the proposal until the gate lets it through."""
    design.refresh_from_db()
    for _ in range(2):
        if design.state in (DesignState.FINISHED, DesignState.ORDERED):
            return
        try:
            designs.propose(cast.act(), cast.catalogue, design, design.version)
            designs.finish(cast.act(), cast.sources, cast.catalogue, design, design.version)
        except (designs.CannotDecide, designs.NothingFits):
            return
        finally:
            design.refresh_from_db()
