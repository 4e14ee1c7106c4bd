"""Runs from the queue to an approved plan: solved by the real engine, stopped, impossible, failed, approved, planned again."""

import io
import json
import zipfile
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from django.utils import timezone

from tests.apps.plans.land import START
from wayhome.core.actors import SYSTEM, Actor
from wayhome.core.errors import Conflict, Forbidden, InvalidInput
from wayhome.core.models import AuditEntry
from wayhome.engines.planning import Params, check
from wayhome.plans import instances
from wayhome.plans.actions import alerts, approving, publishing, running, scenarios
from wayhome.plans.bridge import fitness, keeping, preparing, solving
from wayhome.plans.models import Approval, PlanAlert, Run, WorkStart
from wayhome.plans.months import month_at
from wayhome.plans.states import RUN_STEPS, RunState
from wayhome.registry.list_files import path_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def scenario(land, ilse):
    return scenarios.make(process=land.process, actor=ilse, name="Steady funding", start=START, months=10)


def solved(scenario, actor, **said):
    run = running.ask_for_run(scenario=scenario, actor=actor, time_limit=5, **said)
    running.run_now(run.pk)
    run.refresh_from_db()
    return run


def test_a_run_is_solved_by_the_engine_and_kept_sealed(land, scenario, ilse):
    run = solved(scenario, ilse)
    assert run.state == RunState.SOLVED, (run.problem, run.problems)
    instance, result = keeping.instance_of(run), keeping.result_of(run)
    assert not check(instance, result.plan)
    assert run.value == pytest.approx(result.value) and run.bound >= run.value - 1e-6
    assert run.households_home == run.returns.count() == int((result.plan.area >= 0).sum()) == 12
    assert {row.household_id for row in run.returns.all()} == {home.pk for home in land.homes}
    roofs = WorkStart.objects.get(run=run, work_id=land.roofs.pk)
    water = WorkStart.objects.get(run=run, work_id=land.water.pk)
    assert roofs.period >= water.end
    sealed = path_of(land.process.pk, run.instance_digest).read_bytes()
    assert b"H-001" not in sealed and b"household_id" not in sealed
    clear = zipfile.ZipFile(io.BytesIO(instances.load(land.process, run.instance_digest)))
    assert b"H-001" in clear.read("households.csv")
    actions = list(AuditEntry.objects.filter(action__startswith="plan.").order_by("seq").values_list("action", flat=True))
    assert actions == ["plan.run_asked", "plan.input_read", "plan.run_done"]
    assert run.versions and len(run.input_digest) == 64 and run.trace


def test_the_same_input_has_the_same_digest_and_another_one_another(land, scenario, ilse):
    one, other = solved(scenario, ilse), solved(scenario, ilse)
    assert one.input_digest == other.input_digest
    scenarios.change(scenario=scenario, actor=ilse, budget_share=Decimal("66.7"))
    assert solved(scenario, ilse).input_digest != one.input_digest


def test_a_third_less_money_brings_fewer_home(land, scenario, ilse):
    copy = scenarios.copy(scenario=scenario, actor=ilse, name="Less", budget_share=Decimal("66.6"))
    assert solved(copy, ilse).households_home < solved(scenario, ilse).households_home


def test_stopping_keeps_the_best_plan(land, scenario, ilse):
    run = running.ask_for_run(scenario=scenario, actor=ilse, time_limit=30)
    Run.objects.filter(pk=run.pk).update(state="solving")
    watch = running.Watch(run)
    assert not watch.stop()
    running.stop(run=run, actor=ilse)
    prepared = preparing.prepare(land.process, scenario)
    instance = solving.instance_from(prepared.settings, prepared.tables)
    result = solving.solve(instance, params=Params(time_limit=30, exact=False), seed=1, stop=watch.stop, progress=watch.progress)
    assert watch.stopping and result.stopped_by == "stop" and sum(result.seconds.values()) < 30
    assert not check(instance, result.plan) and result.value <= result.bound + 1e-6


def test_one_that_waits_is_given_up_and_one_that_is_done_is_not_stopped(land, scenario, ilse):
    run = running.ask_for_run(scenario=scenario, actor=ilse)
    with pytest.raises(Conflict):
        running.ask_for_run(scenario=scenario, actor=ilse)
    running.stop(run=run, actor=ilse)
    run.refresh_from_db()
    assert run.state == RunState.FAILED and running.run_now(run.pk) == RunState.FAILED
    with pytest.raises(Conflict):
        running.stop(run=run, actor=ilse)


def test_demands_that_clash_are_named(land, scenario, ilse):
    rows = [
        {"kind": "start_by", "work_id": land.roofs.pk, "month": START},
        {"kind": "start_by", "work_id": land.water.pk, "month": month_at(START, 4)},
    ]
    scenarios.set_part(scenario=scenario, actor=ilse, part="demands", rows=rows)
    run = solved(scenario, ilse)
    assert run.state == RunState.INFEASIBLE
    assert {"code": "start_by", "key": "KUL-HOM", "period": 0} in run.reasons
    scenarios.set_part(
        scenario=scenario, actor=ilse, part="demands", rows=[{"kind": "open_by", "area_id": land.tavrek.pk, "month": START}]
    )
    run = solved(scenario, ilse)
    assert run.state == RunState.INFEASIBLE and run.reasons[0]["gates"] == ["clearance"]
    scenarios.set_part(
        scenario=scenario,
        actor=ilse,
        part="demands",
        rows=[{"kind": "start_by", "work_id": land.roofs.pk, "month": month_at(START, 3)}],
    )
    run = solved(scenario, ilse)
    assert run.state == RunState.SOLVED
    assert WorkStart.objects.get(run=run, work_id=land.roofs.pk).period <= 3


def test_input_that_is_wrong_is_named_and_nothing_is_solved(land, scenario, ilse):
    land.roofs.currency = "USD"
    land.roofs.save()
    run = solved(scenario, ilse)
    assert run.state == RunState.FAILED and run.problems and not run.instance_digest
    assert not run.works.exists()


def test_every_step_of_the_table_and_no_other(land, scenario, ilse):
    for before in RunState:
        for after in RunState:
            run = Run.objects.create(process=land.process, number=900, scenario=scenario, start=START, months=10, state=before)
            if after in RUN_STEPS[before]:
                running.step(run, after)
                assert run.state == after
            else:
                with pytest.raises(Conflict):
                    running.step(run, after)
            run.delete()


def test_an_interrupted_run_begins_anew(land, scenario, ilse):
    run = running.ask_for_run(scenario=scenario, actor=ilse)
    with pytest.raises(Conflict):
        running.resume(run=run, actor=ilse)
    Run.objects.filter(pk=run.pk).update(state="solving", touched_at=timezone.now() - timedelta(seconds=600))
    run.refresh_from_db()
    running.resume(run=run, actor=ilse)
    assert Run.objects.get(pk=run.pk).state == RunState.QUEUED


def test_approval_needs_a_second_person_a_reason_and_open_gates(land, scenario, ilse, maren, lead, person):
    run = solved(scenario, ilse)
    with pytest.raises(Forbidden):
        approving.approve(run=run, actor=ilse, note="It opens Meshul first.")
    with pytest.raises(Forbidden):
        approving.approve(run=run, actor=SYSTEM, note="It opens Meshul first.")
    own = solved(scenarios.copy(scenario=scenario, actor=maren, name="Own"), maren)
    with pytest.raises(Forbidden):
        approving.approve(run=own, actor=maren, note="It opens Meshul first.")
    with pytest.raises(InvalidInput):
        approving.approve(run=run, actor=maren, note=" ")
    approving.approve(run=run, actor=maren, note="It opens Meshul first.")
    run.refresh_from_db()
    assert run.state == RunState.APPROVED
    second = solved(scenario, ilse, seed=2)
    land.close(land.meshul)
    with pytest.raises(Conflict):
        approving.approve(run=second, actor=maren, note="Another one.")
    third = solved(scenario, ilse, seed=3)
    approving.approve(run=third, actor=maren, note="Without Meshul for now.")
    run.refresh_from_db()
    assert run.state == RunState.SUPERSEDED
    assert Approval.objects.get(run=run).superseded_by_id == third.pk
    assert not PlanAlert.objects.filter(resolved_at=None).exists()


def test_a_gate_that_closes_marks_the_plan_and_planning_again_keeps_the_others(land, scenario, ilse, maren):
    run = solved(scenario, ilse)
    approving.approve(run=run, actor=maren, note="It opens Meshul first.")
    assert fitness.affected(run) == []
    to_meshul = run.returns.filter(area=land.meshul).count()
    land.close(land.meshul)
    alert = PlanAlert.objects.get(run=run, resolved_at=None)
    assert (alert.area_id, alert.households, alert.gate_words) == (land.meshul.pk, to_meshul, "clearance")
    assert AuditEntry.objects.filter(action="plan.alert").count() == 1
    again = approving.plan_again(run=run, actor=ilse)
    running.run_now(again.pk)
    again.refresh_from_db()
    assert again.state == RunState.SOLVED and not again.returns.filter(area=land.meshul).exists()
    before = dict(run.returns.filter(area=land.kul).values_list("key", "period"))
    after = dict(again.returns.filter(area=land.kul).values_list("key", "period"))
    assert before == after
    land.open(land.meshul)
    alert.refresh_from_db()
    assert alert.resolved_at is not None and alerts.renew(run) == []


def test_planning_again_keeps_the_past(land, scenario, ilse, maren):
    run = solved(scenario, ilse)
    approving.approve(run=run, actor=maren, note="It opens Meshul first.")
    later = month_at(START, 3)
    again = approving.plan_again(run=run, actor=ilse, today=later)
    assert again.frozen_until == 3
    running.run_now(again.pk)
    again.refresh_from_db()
    assert again.state == RunState.SOLVED
    past = {(row.key, row.area_key, row.period) for row in run.returns.filter(period__lt=3)}
    assert past and past == {(row.key, row.area_key, row.period) for row in again.returns.filter(period__lt=3)}
    assert {(row.key, row.period) for row in run.works.filter(period__lt=3)} <= {
        (row.key, row.period) for row in again.works.all()
    }
    with pytest.raises(Conflict):
        approving.plan_again(run=run, actor=ilse, today=month_at(START, 10))


def test_a_household_that_is_erased_leaves_the_plan(land, scenario, ilse):
    run = solved(scenario, ilse)
    land.homes[0].delete()
    assert run.returns.count() == 11


def test_publishing_says_counts_alone_and_keeps_small_ones_back(land, scenario, ilse, maren):
    run = solved(scenario, ilse)
    with pytest.raises(Conflict):
        publishing.publish(run=run, actor=maren)
    approving.approve(run=run, actor=maren, note="It opens Meshul first.")
    made = publishing.publish(run=run, actor=maren, lede="Nobody is moved.")
    words = json.dumps(made.table)
    assert "H-0" not in words and "Ayvelin" not in words
    shown = [cell for row in made.table["cells"] for cell in row] + made.table["rows"] + made.table["columns"]
    assert not [cell for cell in shown if cell is not None and 0 < cell < 5]
    publishing.withdraw(publication=made, actor=maren)
    assert publishing.current(land.process) is None


def test_limits_of_a_run(land, scenario, ilse, person):
    for said in ({"time_limit": 2}, {"time_limit": 9_999}, {"seed": -1}, {"gap": 1.0}, {"frozen_until": 2}):
        with pytest.raises(InvalidInput):
            running.ask_for_run(scenario=scenario, actor=ilse, **said)
    with pytest.raises(Forbidden):
        running.ask_for_run(scenario=scenario, actor=Actor.of(person("reader")))


def test_a_result_comes_back_as_it_was_kept(land, scenario, ilse):
    run = solved(scenario, ilse)
    result = keeping.result_of(run)
    again = keeping.unpack_result(keeping.pack_result(result))
    assert np.array_equal(again.plan.starts, result.plan.starts) and np.array_equal(again.prices.places, result.prices.places)
    assert (again.value, again.bound, again.seed) == (result.value, result.bound, result.seed)
