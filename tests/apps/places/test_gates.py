"""Gates: every step from every state, the second person, the calendar, what a closed gate does to its area and to what lies within."""

from datetime import date, timedelta
from itertools import product

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.apps.places.gate_records import PAPER, all_open, closed, kind, opened
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, Forbidden, InvalidInput
from wayhome.core.models import AuditEntry
from wayhome.places import signals
from wayhome.places.actions import gates as actions
from wayhome.places.actions.gates import Said, confirm, decide
from wayhome.places.gate_states import STEPS, Ruling, State, Step, steps_from
from wayhome.places.models import Gate, GateDecision, GateKind, GateNeed, GateReview
from wayhome.places.queries import gates as queries

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def state(area, code="clearance", on=TODAY):
    found = queries.standing(area.process, on, [area.pk])[area.pk]
    return next(gate for gate in found.gates if gate.kind == code)


def brought_to(wanted, area, editor, lead):
    """Bring the clearance of an area to a state by the product's own steps."""
    if wanted == State.OPEN:
        opened(area, "clearance", editor, lead)
    elif wanted == State.CLOSED:
        closed(area, "clearance", editor)
    elif wanted == State.EXPIRED:
        gate = Gate.objects.create(process=area.process, area=area, kind=kind())
        decision = GateDecision.objects.create(
            process=area.process, gate=gate, ruling="open", authority="A", certificate="1",
            decided_on=TODAY - timedelta(40), expires_on=TODAY - timedelta(1), by=editor, by_label="E",
        )  # fmt: skip
        GateReview.objects.create(
            process=area.process,
            decision=decision,
            agreed=True,
            proposed_by=editor,
            by=lead,
            by_label="L",
            on=TODAY - timedelta(39),
        )


SAID = Said(**PAPER, note="as told", expected_on=None)


@pytest.mark.parametrize(("before", "step"), list(product(State, Step)))
def test_every_step_from_every_state(process, valley, editor, lead, before, step):
    brought_to(before, valley.kul, editor, lead)
    assert state(valley.kul).state == before
    said = Said(**PAPER, note="as told", expected_on=TODAY + timedelta(9) if step == Step.EXPECT else None)
    if (before, step) not in STEPS:
        with pytest.raises(Conflict):
            decide(area=valley.kul, kind=kind(), step=step, actor=Actor.of(editor), said=said)
        assert state(valley.kul).state == before
        return
    decision = decide(area=valley.kul, kind=kind(), step=step, actor=Actor.of(editor), said=said)
    if STEPS[before, step] == Ruling.OPEN:
        assert state(valley.kul).state == before and state(valley.kul).waiting  # nothing opened yet
        confirm(decision=decision, actor=Actor.of(lead), agreed=True)
    assert state(valley.kul).state == State(STEPS[before, step])
    assert step in steps_from(before)


def test_an_opening_needs_another_person_and_the_database_says_so_too(process, valley, editor, lead, person):
    decision = decide(area=valley.kul, kind=kind(), step=Step.OPEN, actor=Actor.of(editor), said=SAID)
    with pytest.raises(Conflict, match="second person"):
        confirm(decision=decision, actor=Actor.of(editor), agreed=True)
    with pytest.raises(Forbidden):
        confirm(decision=decision, actor=Actor.of(person("case_worker")), agreed=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        GateReview.objects.create(
            process=process, decision=decision, agreed=True, proposed_by=editor, by=editor, by_label="E", on=TODAY
        )
    with pytest.raises(Conflict, match="waits for a second person"):
        decide(area=valley.kul, kind=kind(), step=Step.OPEN, actor=Actor.of(lead), said=SAID)
    assert not state(valley.kul).open
    confirm(decision=decision, actor=Actor.of(lead), agreed=True)
    assert state(valley.kul).open
    with pytest.raises(Conflict):
        confirm(decision=decision, actor=Actor.of(lead), agreed=True)
    actions_logged = list(AuditEntry.objects.filter(action__startswith="gate.").values_list("action", flat=True))
    assert actions_logged == ["gate.opening_proposed", "gate.opened"]


def test_a_no_needs_a_reason_and_the_one_who_proposed_may_take_it_back(process, valley, editor, lead):
    decision = decide(area=valley.kul, kind=kind(), step=Step.OPEN, actor=Actor.of(editor), said=SAID)
    with pytest.raises(InvalidInput):
        confirm(decision=decision, actor=Actor.of(lead), agreed=False)
    confirm(decision=decision, actor=Actor.of(editor), agreed=False, note="The wrong village")
    assert state(valley.kul).state == State.UNDECIDED and not state(valley.kul).waiting


def test_closing_counts_at_once_and_ends_a_wait(process, valley, editor, lead):
    opened(valley.kul, "clearance", editor, lead)
    waiting = decide(area=valley.kul, kind=kind(), step=Step.RENEW, actor=Actor.of(editor), said=SAID)
    closed(valley.kul, "clearance", editor)
    assert state(valley.kul).state == State.CLOSED
    with pytest.raises(Conflict):
        confirm(decision=waiting, actor=Actor.of(lead), agreed=True)
    assert state(valley.kul).state == State.CLOSED


def test_what_reopens_a_gate_is_newer_than_what_shut_it(process, valley, editor, lead):
    closed(valley.kul, "clearance", editor)
    old = Said(**PAPER, decided_on=TODAY - timedelta(3))
    with pytest.raises(InvalidInput, match="stands, which is later") as error:
        decide(area=valley.kul, kind=kind(), step=Step.OPEN, actor=Actor.of(editor), said=old)
    assert error.value.field == "decided_on"


@pytest.mark.parametrize(
    ("code", "said", "field"),
    [
        ("clearance", {"method": "", "authority": "A", "certificate": "1"}, "method"),
        ("clearance", {"method": "TS", "authority": " ", "certificate": "1"}, "authority"),
        ("clearance", {"method": "TS", "authority": "A", "certificate": ""}, "certificate"),
        ("security", PAPER, "expires_on"),
        ("clearance", {**PAPER, "expires_on": TODAY - timedelta(1), "decided_on": TODAY - timedelta(5)}, "expires_on"),
        ("clearance", {**PAPER, "decided_on": TODAY + timedelta(1)}, "decided_on"),
    ],
)
def test_a_gate_is_opened_on_paper_alone(process, valley, editor, code, said, field):
    with pytest.raises(InvalidInput) as error:
        decide(area=valley.kul, kind=kind(code), step=Step.OPEN, actor=Actor.of(editor), said=Said(**said))
    assert error.value.field == field and GateDecision.objects.count() == 0


def test_closing_needs_a_reason_and_the_right(process, valley, editor, person):
    with pytest.raises(InvalidInput):
        decide(area=valley.kul, kind=kind(), step=Step.CLOSE, actor=Actor.of(editor), said=Said())
    with pytest.raises(Forbidden):
        closed(valley.kul, "clearance", person("case_worker"))


def test_an_expired_gate_is_a_closed_gate(process, valley, editor, lead):
    all_open(valley.kul, editor, lead)
    assert queries.may_arrive(valley.kul)
    until = TODAY + timedelta(30)
    decision = decide(area=valley.kul, kind=kind(), step=Step.RENEW, actor=Actor.of(editor), said=Said(**PAPER, expires_on=until))
    confirm(decision=decision, actor=Actor.of(lead), agreed=True)
    assert queries.may_arrive(valley.kul, until)
    verdict = queries.may_arrive(valley.kul, until + timedelta(1))
    assert not verdict and "Clearance: expired" in verdict.reasons[0] and "VMAC 12/3" in verdict.reasons[0]


def test_an_opening_says_nothing_about_the_days_before_it(process, valley, editor, lead):
    opened(valley.kul, "clearance", editor, lead, on=TODAY - timedelta(20))
    assert not state(valley.kul, on=TODAY - timedelta(1)).open  # the second person agreed today
    assert state(valley.kul).open


def test_an_area_without_any_decision_is_closed(process, valley):
    verdict = queries.may_arrive(valley.kul)
    assert not verdict and len(verdict.reasons) == 4 and "not decided" in verdict.reasons[0]
    found = queries.standing(process, TODAY)
    assert set(found) == {area.pk for area in process_areas(process)} and not any(one.open for one in found.values())


def process_areas(process):
    from wayhome.places.models import Area

    return Area.objects.of(process)


def test_a_larger_area_opens_and_shuts_what_lies_within(process, valley, editor, lead):
    all_open(valley.meshul_district, editor, lead)
    assert queries.may_arrive(valley.kul) and not queries.may_arrive(valley.tavrek)
    closed(valley.kul, "access", editor, "The bridge is down")
    assert not queries.may_arrive(valley.kul) and queries.may_arrive(valley.meshul_district)
    decision = decide(
        area=valley.kul,
        kind=kind("access"),
        step=Step.OPEN,
        actor=Actor.of(editor),
        said=Said(**PAPER, expires_on=date(2099, 1, 1)),
    )
    confirm(decision=decision, actor=Actor.of(lead), agreed=True)
    assert queries.may_arrive(valley.kul)
    closed(valley.meshul_district, "access", editor, "The pass is shut")
    verdict = queries.may_arrive(valley.kul)
    assert not verdict and state(valley.kul, "access").area_id == valley.meshul_district.pk


def test_an_expected_day_is_kept_beside_what_was_decided_and_opens_nothing(process, valley, editor):
    closed(valley.kul, "clearance", editor, "Sector 5 is not searched")
    soon = TODAY + timedelta(10)
    decide(
        area=valley.kul, kind=kind(), step=Step.EXPECT, actor=Actor.of(editor), said=Said(authority="Centre", expected_on=soon)
    )
    assert state(valley.kul).expected_on == soon and "closed on" in state(valley.kul).reason
    assert state(valley.kul, on=soon + timedelta(1)).state == State.CLOSED
    for wrong, field in (({}, "expected_on"), ({"expected_on": TODAY - timedelta(1), "authority": "C"}, "expected_on"),
                         ({"expected_on": soon}, "authority")):  # fmt: skip
        with pytest.raises(InvalidInput) as error:
            decide(area=valley.kul, kind=kind(), step=Step.EXPECT, actor=Actor.of(editor), said=Said(**wrong))
        assert error.value.field == field


def test_to_require_a_kind_counts_at_once_to_require_it_no_longer_needs_a_second_person(process, valley, editor, lead):
    all_open(valley.kul, editor, lead)
    assert queries.may_arrive(valley.kul)
    actor = Actor.of(editor)
    actions.require_kind(process=process, kind=kind("water"), required=True, reason="No well works", actor=actor)
    assert not queries.may_arrive(valley.kul)
    need = actions.require_kind(process=process, kind=kind("water"), required=False, reason="A typing slip", actor=actor)
    assert not queries.may_arrive(valley.kul)
    with pytest.raises(Conflict):
        actions.require_kind(process=process, kind=kind("water"), required=False, reason="Again", actor=actor)
    with pytest.raises(Conflict):
        actions.confirm_need(need=need, actor=actor, agreed=True)
    actions.confirm_need(need=need, actor=Actor.of(lead), agreed=True)
    assert queries.may_arrive(valley.kul)
    with pytest.raises(Conflict):
        actions.confirm_need(need=need, actor=Actor.of(lead), agreed=True)


def test_a_kind_of_the_process_s_own_is_required_from_the_start(process, other_process, valley, editor, lead):
    all_open(valley.kul, editor, lead)
    made = actions.add_kind(process=process, name="Graves cared for", reason="The elders asked", actor=Actor.of(editor))
    assert not queries.may_arrive(valley.kul) and str(made) == "Graves cared for"
    assert made.pk not in {one.pk for one in queries.kinds(other_process)}
    with pytest.raises(InvalidInput):
        actions.add_kind(process=process, name="graves CARED for", reason="Again", actor=Actor.of(editor))


def test_higher_rooms_are_told_at_once_with_all_that_lies_within(process, valley, editor, lead):
    told = []

    def listen(**said):
        told.append(said)

    signals.gate_changed.connect(listen)
    try:
        all_open(valley.meshul_district, editor, lead)
        told.clear()
        decide(area=valley.meshul_district, kind=kind(), step=Step.RENEW, actor=Actor.of(editor), said=SAID)
        assert told == []
        closed(valley.meshul_district, "clearance", editor)
    finally:
        signals.gate_changed.disconnect(listen)
    (one,) = told
    assert (one["was"], one["now"], one["kind"]) == ("open", "closed", "clearance")
    assert set(one["area_ids"]) == {valley.meshul_district.pk, valley.kul.pk} and one["area_was_open"] is True


def test_decisions_are_never_changed(process, valley, editor, lead):
    decision = opened(valley.kul, "clearance", editor, lead)
    for table, change in (
        ("places_gatedecision", "ruling = 'closed'"),
        ("places_gatereview", "agreed = false"),
        ("places_rule", "statement = 'other'"),
        ("places_gateneed", "required = false"),
    ):
        if table == "places_gateneed":
            GateNeed.objects.create(process=process, kind=kind(), required=True, reason="r", by=lead, by_label="L")
        with pytest.raises(Exception, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {change}")
    decision.refresh_from_db()
    assert decision.ruling == "open" and decision.rule.key == "imas.handover"


def test_it_costs_the_same_for_one_area_and_for_many(process, valley, editor, lead, django_assert_num_queries):
    opened(valley.kul, "clearance", editor, lead)
    with django_assert_num_queries(7):
        queries.standing(process, TODAY)
    for n in range(30):
        area = valley.add(f"N{n}", "settlement", 5, valley.meshul_district)
        closed(area, "clearance", editor)
    with django_assert_num_queries(7):
        assert len(queries.standing(process, TODAY)) == 36


LINE = (1, 2, 3)  # a village, its district, its country
CODES = ("clearance", "security", "access")
ROWS = st.lists(
    st.tuples(
        st.sampled_from(LINE),
        st.sampled_from(CODES),
        st.sampled_from(list(Ruling)),
        st.integers(-20, 5),  # decided
        st.none() | st.integers(0, 20),  # runs out so many days later
        st.sampled_from([None, True, False]),  # the second person's word
        st.integers(0, 10),  # so many days later
        st.booleans(),  # with an expected day
    ),
    max_size=14,
)


@settings(max_examples=150, deadline=None)
@given(rows=ROWS, day=st.integers(-25, 30), open_first=st.booleans(), required=st.sets(st.sampled_from(CODES)))
def test_an_area_is_never_open_when_a_required_gate_is_not(rows, day, open_first, required):
    """Whatever was decided in whatever order: judged by a second, simpler reading of the rows."""
    kinds = [GateKind(pk=n, code=code) for n, code in enumerate(CODES)]
    for one in kinds:
        one.asked = one.code in required
    if open_first:
        rows = [(1, code, Ruling.OPEN, -20, None, True, 0, False) for code in CODES] + rows
    on, decisions = TODAY + timedelta(day), {}
    for n, (area, code, ruling, ago, lasts, word, after, expected) in enumerate(rows):
        gate = Gate(pk=area * 10 + CODES.index(code), area_id=area, kind=kinds[CODES.index(code)])
        decided = TODAY + timedelta(ago)
        decision = GateDecision(pk=n + 1, gate=gate, ruling=ruling, decided_on=decided, authority="A", certificate="1")
        if ruling == Ruling.OPEN:
            decision.expires_on = None if lasts is None else decided + timedelta(lasts)
            if word is not None:
                GateReview(decision=decision, agreed=word, on=decided + timedelta(after))
        elif expected:
            decision.expected_on = decided + timedelta(3)
        decisions.setdefault((area, gate.kind_id), []).append(decision)
    here = {key: queries.held(found[0].gate, found, on) for key, found in decisions.items()}
    found = queries.of_area(1, LINE, kinds, here, {})
    assert found.open == (not found.shut_by)
    for kind_ in kinds:
        if found.open and kind_.asked:
            papers = [paper for paper in (_paper(decisions.get((area, kind_.pk), ()), on) for area in LINE) if paper is not None]
            assert papers and papers[0] == "in force" and "shut" not in papers, kind_.code


def _paper(decisions, on):
    """What the last decision that counts on the day says: in force, shut, or taken away; None where none counts."""
    counting = [
        row
        for row in decisions
        if row.decided_on <= on
        and (row.ruling != "open" or (hasattr(row, "review") and row.review.agreed and row.review.on <= on))
    ]
    if not counting:
        return None
    last = counting[-1]
    if last.ruling == "undecided":
        return "taken away"
    return "in force" if last.ruling == "open" and (last.expires_on is None or last.expires_on >= on) else "shut"


def test_the_documents_say_the_steps_and_the_kinds():
    from pathlib import Path

    from wayhome.places import criteria

    text = (Path(__file__).resolve().parents[3] / "docs" / "gates.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")]
    said = {row[0]: row[1:] for row in rows if len(row) == 6 and row[1] in ("yes", "")}
    columns = [Step.OPEN, Step.RENEW, Step.CLOSE, Step.WITHDRAW, Step.EXPECT]
    for one in State:
        assert [cell == "yes" for cell in said[str(one.label).lower()]] == [(one, step) in STEPS for step in columns], one
    kinds_said = {row[1].strip("`"): row[2] == "yes" for row in rows if len(row) == 4 and row[1].startswith("`")}
    assert kinds_said == {row["code"]: row["required"] == "true" for row in criteria.table("gate_kinds")}
