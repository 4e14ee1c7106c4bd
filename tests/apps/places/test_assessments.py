"""Assessments on file and what is read out of them: nothing overwritten, nothing counted that was not said, nothing twice."""

import io
from datetime import date, timedelta

import pytest
import xlsxwriter
from django.db import IntegrityError, transaction

from wayhome.core.actors import SYSTEM, Actor
from wayhome.core.errors import Conflict, Forbidden, InvalidInput
from wayhome.core.models import AuditEntry
from wayhome.places.actions.assessment_tables import bring_in, check, drop, undo
from wayhome.places.actions.assessments import Said, record, withdraw
from wayhome.places.actions.readiness_models import Draft, make_version, set_up, shipped
from wayhome.places.models import Assessment, AssessmentTable, Indicator, IndicatorValue, Mark, ReadinessModel
from wayhome.places.queries import readiness as queries

pytestmark = pytest.mark.django_db
DAY = date(2026, 5, 4)
TODAY = date(2026, 6, 1)


@pytest.fixture
def index(process):
    return set_up(process=process, actor=SYSTEM)


@pytest.fixture
def ask(process, index):
    """`ask(area, day=0, water="some", ...)` records an assessment."""
    keys = {one.code: one.pk for one in Indicator.objects.of(process)}

    def make(area, day=0, source="Joint visit", replace=False, families=None, assessor="", **answers):
        said = Said(
            area, DAY + timedelta(days=day), source, {keys[code]: text for code, text in answers.items()},
            families=families, assessor=assessor,
        )  # fmt: skip
        return record(process=process, actor=SYSTEM, said=said, today=TODAY, replace=replace)[0]

    return make


WORST = {row.code: max(row.answers, key=lambda one: one[1])[0] for row in shipped()}
BEST = {row.code: min(row.answers, key=lambda one: one[1])[0] for row in shipped()}


def draft(model, **said):
    given = {
        "name": "", "reason": "The water survey", "cuts": [35, 65], "rule": "median", "least_share": 0.5, "together_days": 45,
        "stale_days": 270, "expire_days": 730, "hotspot_families": 50,
        "weights": {part.indicator_id: (part.weight, Mark.OWN) for part in model.parts.all()},
    }  # fmt: skip
    return Draft(**{**given, **said})


# the index


def test_the_index_that_ships_has_its_structure_and_marks_what_nobody_read(process, index):
    parts = list(index.parts.select_related("indicator"))
    assert len(parts) == 16 and [part.scale for part in parts] == ["services"] * 8 + ["safety"] * 8
    assert {part.weight for part in parts} == {1.0} and {part.weight_mark for part in parts} == {Mark.OWN}
    unread = {part.indicator.code for part in parts if not part.indicator.confirmed}
    assert unread == {"agriculture", "civil_servants", "security_actors", "checkpoints", "occupied_homes", "mines"}
    assert all(part.indicator.answers_mark == Mark.OWN and part.indicator.source for part in parts)
    assert all(
        str(words) != code
        for part in parts
        for code, words in part.indicator.choices
        if code not in {"none", "most", "some", "all", "limited", "calm", "suspected", "confirmed", "no", "yes"}
    )
    assert set_up(process=process, actor=SYSTEM).pk == index.pk and Indicator.objects.count() == 16


def test_a_version_is_never_changed_and_another_needs_a_reason(process, index, editor, person):
    actor = Actor.of(editor)
    water = Indicator.objects.get(code="water")
    weights = {part.indicator_id: (3.0 if part.indicator_id == water.pk else 1.0, Mark.OWN) for part in index.parts.all()}
    with pytest.raises(InvalidInput, match="needs a reason"):
        make_version(process=process, actor=actor, made_from=index, draft=draft(index, weights=weights, reason=" "), on=TODAY)
    made = make_version(process=process, actor=actor, made_from=index, draft=draft(index, weights=weights), on=TODAY)
    index.refresh_from_db()
    assert (made.version, made.in_force_from, index.retired_on) == (2, TODAY, TODAY)
    assert made.parts.get(indicator=water).weight == 3 and index.parts.get(indicator=water).weight == 1
    assert queries.in_force(process, TODAY - timedelta(days=1)).version == 1 and queries.in_force(process, TODAY).version == 2
    entry = AuditEntry.objects.get(action="readiness.version_made", detail__version=2)
    assert entry.detail["reason"] == "The water survey" and entry.detail["weights"]["water"] == 3
    with pytest.raises(Conflict, match="meanwhile"):
        make_version(process=process, actor=actor, made_from=index, draft=draft(index), on=TODAY)
    for reader in ("reader", "case_worker"):
        with pytest.raises(Forbidden):
            make_version(process=process, actor=Actor.of(person(reader)), made_from=made, draft=draft(made), on=TODAY)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"cuts": [65, 35]}, "do not rise"),
        ({"cuts": [35]}, "one beginning for each class"),
        ({"weights": {}}, "no indicators"),
        ({"stale_days": 900}, "before they are old"),
    ],
)
def test_a_version_that_does_not_hang_together_is_refused_and_nothing_is_retired(process, index, wrong, words):
    with pytest.raises(InvalidInput, match=words):
        make_version(process=process, actor=SYSTEM, made_from=index, draft=draft(index, **wrong), on=TODAY)
    index.refresh_from_db()
    assert index.retired_on is None and ReadinessModel.objects.count() == 1


def test_own_indicators_come_in_with_a_new_version(process, index, valley):
    bread = Indicator(process=process, code="bread", name="Price of bread", best=10, worst=30, unit="coins")
    made = make_version(
        process=process, actor=SYSTEM, made_from=index, draft=draft(index, added=[(bread, "services", 2.0)]), on=date(2026, 1, 1)
    )
    assert made.parts.count() == 17
    said = Said(
        valley.kul,
        DAY,
        "Market",
        {bread.pk: "20", **{part.indicator_id: BEST[part.indicator.code] for part in index.parts.select_related("indicator")}},
    )
    record(process=process, actor=SYSTEM, said=said, today=TODAY)
    assert queries.latest(process, DAY)[valley.kul.pk].score == pytest.approx(100 * 2 * 0.5 / 18)


# assessments


def test_readings_follow_what_was_said(process, valley, ask):
    ask(valley.kul, **WORST)
    ask(valley.tavrek, **BEST)
    ask(valley.other_kul, water="some")
    found = queries.latest(process, TODAY)
    kul, tavrek, other = (found[one.pk] for one in (valley.kul, valley.tavrek, valley.other_kul))
    assert (kul.score, kul.class_code, kul.partial, kul.as_of, kul.model) == (100, "high", False, DAY, 1)
    assert (tavrek.score, tavrek.class_code) == (0, "low")
    assert (
        other.partial
        and other.class_code == ""
        and (other.low, other.high) == pytest.approx((100 / 24, 100 * (15 + 2 / 3) / 16), abs=0.01)
    )
    assert queries.latest(process, DAY - timedelta(days=1)) == {}
    assert [queries.tone(score) for score in (0, 19.9, 20, 50, 99, 100, None)] == [5, 5, 4, 3, 1, 1, None]


def test_the_same_said_twice_is_one_and_another_answer_needs_to_be_called_a_correction(process, valley, ask):
    first = ask(valley.kul, water="some", mines="none")
    assert ask(valley.kul, water="some") == first
    with pytest.raises(Conflict, match=f"already said something else.*{first.ref}"):
        ask(valley.kul, water="none")
    second = ask(valley.kul, water="none", replace=True)
    first.refresh_from_db()
    assert first.replaced_by == second and first.retired_at and first.values.get(indicator__code="water").answer == "some"
    assert {value.indicator.code: value.answer for value in second.values.all()} == {"water": "none", "mines": "none"}
    assert queries.readings(process, TODAY)[valley.kul.pk].conflicts == 0


def test_two_sources_that_differ_give_a_range(process, valley, ask):
    ask(valley.kul, **BEST)
    ask(valley.kul, day=3, source="Another office", **{**BEST, "water": "none"})
    reading = queries.readings(process, TODAY)[valley.kul.pk]
    assert reading.conflicts == 1 and (reading.low, reading.score, reading.high) == (0, 3.125, 6.25)


def test_what_is_withdrawn_no_longer_counts_and_stays_on_file(process, valley, ask, person, editor):
    made = ask(valley.kul, **BEST)
    with pytest.raises(Forbidden):
        withdraw(assessment=made, actor=Actor.of(person("reader")), reason="Wrong village")
    with pytest.raises(InvalidInput, match="needs a reason"):
        withdraw(assessment=made, actor=Actor.of(editor), reason="")
    withdraw(assessment=made, actor=Actor.of(editor), reason="Wrong village")
    assert queries.latest(process, TODAY) == {} and Assessment.objects.get().values.count() == 16
    with pytest.raises(Conflict):
        withdraw(assessment=made, actor=Actor.of(editor), reason="Again")
    assert AuditEntry.objects.filter(action="assessment.withdrawn").count() == 1


def test_what_cannot_be_is_refused_with_where_and_what_to_do(process, other_process, valley, index, ask):
    from wayhome.places.models import Area

    water = Indicator.objects.get(process=process, code="water")
    theirs = Area.objects.create(process=other_process, code="X")
    cases = [
        (Said(valley.kul, TODAY + timedelta(days=1), "A", {water.pk: "some"}), "on", "still to come"),
        (Said(valley.kul, DAY, " ", {water.pk: "some"}), "source", "no source"),
        (Said(valley.kul, DAY, "A", {water.pk: " "}), "answers", "No indicator"),
        (Said(valley.kul, DAY, "A", {water.pk: "plenty"}), f"i{water.pk}", "is no answer"),
        (Said(theirs, DAY, "A", {water.pk: "some"}), "area", "another process"),
        (Said(valley.kul, DAY, "A", {water.pk: "some"}, method="guess"), "method", "no method"),
    ]
    for said, where, words in cases:
        with pytest.raises(InvalidInput, match=words) as refused:
            record(process=process, actor=SYSTEM, said=said, today=TODAY)
        assert refused.value.field == where
    assert not Assessment.objects.exists()


def test_the_database_holds_values_between_0_and_1_and_one_version_in_force(process, valley, ask, index):
    made = ask(valley.kul, water="some")
    with pytest.raises(IntegrityError), transaction.atomic():
        IndicatorValue.objects.create(assessment=made, indicator=Indicator.objects.get(code="mines"), answer="x", x=1.5)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReadinessModel.objects.create(process=process, version=2, name="Second at once")


def test_history_breaks_where_the_version_changes_and_is_not_compared_across(process, valley, ask, index):
    ask(valley.kul, **WORST)
    water = Indicator.objects.get(code="water").pk
    weights = {part.indicator_id: (5.0 if part.indicator_id == water else 1.0, Mark.OWN) for part in index.parts.all()}
    make_version(process=process, actor=SYSTEM, made_from=index, draft=draft(index, weights=weights), on=DAY + timedelta(days=5))
    ask(valley.kul, day=10, **{**WORST, "water": "all"})
    found = queries.history(process, valley.kul.pk)
    assert [(point.version, round(point.reading.score, 2)) for point in found.points] == [(1, 100), (2, 75)]
    assert found.breaks == [DAY + timedelta(days=10)]
    with pytest.raises(Conflict, match="not compared"):
        queries.compared(process, valley.kul.pk, DAY, DAY + timedelta(days=10))
    lens, difference = queries.compared(process, valley.kul.pk, DAY + timedelta(days=10), DAY, number=1)
    assert lens.row.version == 1 and difference.score == -6.25 and len(difference.by_indicator) == 1
    with pytest.raises(Conflict, match="Nothing that counts"):
        queries.compared(process, valley.kul.pk, DAY - timedelta(days=9), DAY, number=1)


def test_reading_all_areas_costs_the_same_for_one_and_for_many(process, valley, ask, django_assert_num_queries):
    ask(valley.kul, **BEST)
    with django_assert_num_queries(4):
        queries.latest(process, TODAY)
    for n in range(20):
        ask(valley.add(f"VM03{n:02}", "settlement", 5, valley.borun_district, (f"Place {n}", "en")), **WORST)
    with django_assert_num_queries(4):
        assert len(queries.latest(process, TODAY)) == 21


# tables

LONG = """area,date,indicator,answer,source,method,assessor,families
VM0101,2026-05-04,water,some,Joint visit,informants,Meri Sol,40
VM0101,2026-05-04,Homes destroyed,less than half,Joint visit,informants,Meri Sol,40
VM0202,4.5.2026,water,all residents,Joint visit,Talks with key informants,,
"""
WIDE = """Assessment of May,,,,,
area,date,water,mines,source,weather
Old Tavrek,2026-05-04,most,,Joint visit,fine
VM0101,2026-05-04,none,suspected,Joint visit,rain
"""
HXL = """Place,When,Water,Mines,Who
#loc+code,#date,#indicator+water,#indicator+mines,#meta+source
VM0202,2026-05-04,most,none,Joint visit
"""


def checked(process, text, name="may.csv", **said):
    return check(
        process=process,
        actor=SYSTEM,
        file_name=name,
        data=text if isinstance(text, bytes) else text.encode(),
        today=TODAY,
        **said,
    )


def test_one_row_an_answer_is_checked_first_and_then_brought_in(process, valley, index):
    table = checked(process, LONG)
    assert not table.faults and table.counts == {
        "assessments": 2,
        "answers": 3,
        "new": 2,
        "corrected": 0,
        "known": 0,
        "faults": 0,
    }
    assert not Assessment.objects.exists()  # a dry run changes nothing
    bring_in(table=table, actor=SYSTEM, today=TODAY)
    kul = Assessment.objects.get(area=valley.kul)
    assert (kul.assessor, kul.families, kul.method, kul.on) == ("Meri Sol", 40, "informants", DAY)
    assert {one.indicator.code: one.answer for one in kul.values.all()} == {"water": "some", "homes_destroyed": "under_half"}
    again = checked(process, LONG)
    assert again.pk == table.pk and AssessmentTable.objects.count() == 1


def test_the_same_rows_in_another_file_change_nothing(process, valley, index):
    bring_in(table=checked(process, LONG), actor=SYSTEM, today=TODAY)
    other = checked(process, LONG + "\n")
    assert other.counts["known"] == 2 and other.counts["new"] == 0
    bring_in(table=other, actor=SYSTEM, today=TODAY)
    assert Assessment.objects.count() == 2


@pytest.mark.parametrize(("text", "places"), [(WIDE, 2), (HXL, 1)])
def test_a_column_an_indicator_and_hxl(process, valley, index, text, places):
    table = checked(process, text)
    assert not table.faults and table.layout == "columns" and table.counts["assessments"] == places
    bring_in(table=table, actor=SYSTEM, today=TODAY)
    tavrek = Assessment.objects.get(area=valley.tavrek)
    assert tavrek.values.get(indicator__code="water").answer == "most"
    if text is WIDE:
        assert table.unused == ["weather"] and tavrek.values.count() == 1  # an empty cell is not measured


def test_a_workbook_with_real_dates(process, valley, index):
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("May")
    sheet.write_row(0, 0, ["area", "date", "water", "source"])
    sheet.write_string(1, 0, "VM0101")
    sheet.write_datetime(1, 1, __import__("datetime").datetime(2026, 5, 4), book.add_format({"num_format": "yyyy-mm-dd"}))
    sheet.write_row(1, 2, ["some", "Joint visit"])
    book.close()
    table = checked(process, buffer.getvalue(), "may.xlsx")
    assert not table.faults and table.rows[0]["on"] == "2026-05-04"


def test_words_of_another_language_are_understood(process, valley, index):
    from django.utils import translation

    with translation.override("fr"):
        words = [str(Indicator.objects.get(code="water").words), str(Assessment.Method.VISIT.label)]
    text = f"area,date,{words[0]},source,method\nVM0101,2026-05-04,some,Visite,{words[1]}\n"
    table = checked(process, text)
    assert not table.faults and table.rows[0]["method"] == "visit"


def test_each_fault_is_named_by_row_and_field_with_what_to_do(process, valley, index):
    text = LONG + (
        "Nowhere,2026-05-04,water,some,A,informants,,\n"
        "VM0101,2026-13-04,water,some,A,informants,,\n"
        "VM0101,2027-05-04,water,some,A,informants,,\n"
        "VM0101,2026-05-04,bread,some,A,informants,,\n"
        "VM0101,2026-05-04,water,plenty,A,informants,,\n"
        "VM0101,2026-05-04,water,some,A,a guess,,\n"
        "VM0101,2026-05-04,water,some,,informants,,-3\n"
        "VM0101,2026-05-04,water,all residents,Joint visit,informants,Meri Sol,40\n"
        ",2026-05-04,water,some,A,informants,,\n"
    )
    table = checked(process, text)
    found = [(one["row"], one["field"]) for one in table.faults]
    assert found == [
        (5, "area"), (6, "date"), (7, "date"), (8, "indicator"), (9, "answer"), (10, "method"), (11, "source"), (11, "families"),
        (12, "answer"), (13, "area"),
    ]  # fmt: skip
    assert all(one["problem"] and one["remedy"] for one in table.faults)
    with pytest.raises(InvalidInput, match="10 faults"):
        bring_in(table=table, actor=SYSTEM, today=TODAY)
    bring_in(table=table, actor=SYSTEM, good_rows_only=True, today=TODAY)
    assert Assessment.objects.count() == 2


def test_a_table_corrects_what_is_on_file_and_undoing_brings_it_back(process, valley, index):
    first = bring_in(table=checked(process, LONG), actor=SYSTEM, today=TODAY)
    table = checked(process, LONG.replace("water,some", "water,none"), "corrected.csv")
    assert (table.counts["corrected"], table.counts["known"]) == (1, 1)
    bring_in(table=table, actor=SYSTEM, today=TODAY)
    water = Assessment.objects.get(area=valley.kul, retired_at=None).values.get(indicator__code="water")
    assert water.answer == "none"
    assert undo(table=table, actor=SYSTEM) == 1
    kul = Assessment.objects.get(area=valley.kul, retired_at=None)
    assert kul.table == first and kul.values.get(indicator__code="water").answer == "some"
    with pytest.raises(Conflict):
        undo(table=table, actor=SYSTEM)
    undo(table=first, actor=SYSTEM)
    assert not Assessment.objects.filter(retired_at=None).exists()
    assert checked(process, LONG).pk != first.pk  # what was taken back can come again


def test_a_table_given_up_cannot_be_brought_in_and_readers_bring_nothing(process, valley, index, person):
    table = checked(process, LONG)
    drop(table=table, actor=SYSTEM)
    with pytest.raises(Conflict):
        bring_in(table=table, actor=SYSTEM, today=TODAY)
    for role in ("reader", "case_worker", "dpo", "administrator"):
        with pytest.raises(Forbidden):
            check(process=process, actor=Actor.of(person(role)), file_name="a.csv", data=LONG.encode(), today=TODAY)


@pytest.mark.parametrize("data", [b"", b"hello", b"a,b\n1,2\n", b"PK\x03\x04 broken", b"\x00\x01\x02"])
def test_a_file_that_is_no_table_of_assessments_is_refused(process, index, data):
    with pytest.raises(InvalidInput) as refused:
        checked(process, data)
    assert refused.value.remedy and not AssessmentTable.objects.exists()
