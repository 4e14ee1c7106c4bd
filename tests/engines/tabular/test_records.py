"""Rows as records: what is wrong is named with row, column, value; good rows stay apart and whole."""

from __future__ import annotations

from datetime import date

from wayhome.engines.tabular import ColumnPlan, CrossChecks, Plan, Preparer, Row
from wayhome.engines.tabular.plan import KEEP
from wayhome.engines.tabular.records import AT as PLACE
from wayhome.engines.tabular.types import Level

AT = date(2026, 6, 1)
FIELDS = (
    *("record_id", "household_id", "family_name", "given_name", "sex", "birth_date", "relation", "specific_needs"),
    *("phone", "status", "head_id", "father_id", "origin_place", "document_number", KEEP, "displaced_on"),
)
PLAN = Plan(
    tuple(ColumnPlan(index, field.replace("_", " ").title(), field) for index, field in enumerate(FIELDS)),
    AT,
    needs=frozenset({"CR-CC", "DS"}),
)
GOOD = {
    "record_id": "1",
    "household_id": "H1",
    "family_name": "Dorvan",
    "given_name": "Mira",
    "sex": "f",
    "birth_date": "31.12.1989",
    "relation": "head",
}


def rows(*records: dict) -> list[Row]:
    return [Row(number, tuple(record.get(field) for field in FIELDS)) for number, record in enumerate(records, start=2)]


def prepared(*records: dict, plan: Plan = PLAN):
    return Preparer(plan, "list").chunk(rows(*records))


def only_issue(**changed):
    chunk = prepared({**GOOD, **changed})
    (issue,) = chunk.issues
    return issue, chunk


def test_a_good_row() -> None:
    chunk = prepared(
        {
            **GOOD,
            "phone": "055 123 45 67",
            "specific_needs": "cr-cc; DS cr-cc",
            "keep": "baker",
            "status": "ВПЛ",
            "displaced_on": "1993",
        }
    )
    (record,) = chunk.records
    assert record[PLACE["row"]] == 2 and record[PLACE["list_key"]] == "1" and record[PLACE["household_key"]] == "H1"
    assert record[PLACE["sex"]] == "female" and record[PLACE["relation"]] == "head" and record[PLACE["status"]] == "idp"
    assert record[PLACE["birth_from"]] == "1989-12-31" and record[PLACE["birth_text"]] == "31.12.1989"
    assert record[PLACE["phones"]] == ("0551234567",) and record[PLACE["needs"]] == ("CR-CC", "DS")
    assert record[PLACE["kept"]] == {"Keep": "baker"}
    assert record[PLACE["left_from"]] == "1993-01-01" and record[PLACE["left_precision"]] == "year"
    assert not chunk.issues and not chunk.apart


def test_each_bad_cell_is_named_and_its_row_set_apart() -> None:
    for changed, code, column in (
        ({"birth_date": "12.12.2040"}, "future_date", "Birth Date"),
        ({"birth_date": "31.02.1989"}, "no_such_day", "Birth Date"),
        ({"birth_date": "1870"}, "too_old", "Birth Date"),
        ({"birth_date": "soon"}, "not_a_date", "Birth Date"),
        ({"birth_date": "1368"}, "calendar_unclear", "Birth Date"),
        ({"sex": "perhaps"}, "unknown_word", "Sex"),
        ({"specific_needs": "ZZ-ZZ"}, "unknown_code", "Specific Needs"),
        ({"given_name": "x" * 200}, "too_long", "Given Name"),
        ({"origin_place": "v" * 300}, "too_long", "Origin Place"),
        ({"family_name": None, "given_name": " n/a "}, "no_name", "Given Name"),
        ({"document_number": '=HYPERLINK("http://x")'}, "formula_as_text", "Document Number"),
    ):
        issue, chunk = only_issue(**changed)
        assert (issue.row, issue.code, issue.column, issue.level) == (2, code, column, Level.ERROR)
        assert not chunk.records and chunk.apart[0][0] == 2


def test_what_can_wait_leaves_the_row_in() -> None:
    for changed, code in (
        ({"relation": "neighbour's cat"}, "unknown_word"),
        ({"phone": "call the shop"}, "not_a_phone"),
        ({"displaced_on": "that winter"}, "not_a_date"),
        ({"given_name": "Mira2"}, "name_digits"),
    ):
        issue, chunk = only_issue(**changed)
        assert (issue.code, issue.level) == (code, Level.WARNING)
        assert len(chunk.records) == 1
    record = prepared({**GOOD, "relation": "neighbour's cat"}).records[0]
    assert record[PLACE["kept"]] == {"Relation": "neighbour's cat"}
    assert prepared({**GOOD, "displaced_on": "that winter"}).records[0][PLACE["left_text"]] == "that winter"


def test_a_list_can_bring_its_own_words_and_be_lenient() -> None:
    own = Plan(PLAN.columns, AT, values={"sex": {"xx": "female"}}, defaults={"status": "idp"}, lenient=frozenset({"not_a_date"}))
    chunk = prepared({**GOOD, "sex": "XX", "birth_date": "soon"}, plan=own)
    assert chunk.records[0][PLACE["sex"]] == "female" and chunk.records[0][PLACE["status"]] == "idp"
    assert chunk.records[0][PLACE["birth_text"]] == "soon" and chunk.issues[0].level is Level.WARNING


def test_the_identity_of_a_row_is_its_words_and_its_list() -> None:
    first, again = prepared(GOOD).records[0], prepared(GOOD).records[0]
    assert first[PLACE["digest"]] == again[PLACE["digest"]]
    assert first[PLACE["digest"]] != Preparer(PLAN, "another").chunk(rows(GOOD)).records[0][PLACE["digest"]]
    other_reading = PLAN.with_field(0, "")
    assert Preparer(other_reading, "list").chunk(rows(GOOD)).records[0][PLACE["digest"]] == first[PLACE["digest"]]
    report = Plan((*PLAN.columns, ColumnPlan(len(FIELDS), "Wayhome: problem")), AT)
    corrected = Row(9, (*rows(GOOD)[0].cells, "Row 2: no such day"))
    assert Preparer(report, "list").chunk([corrected]).records[0][PLACE["digest"]] == first[PLACE["digest"]]


def test_totals_and_repeated_headings_are_passed_over() -> None:
    heading = Row(40, tuple(column.title for column in PLAN.columns))
    total = Row(41, ("Итого", "412"))
    chunk = Preparer(PLAN, "list").chunk([*rows(GOOD), heading, total])
    assert (len(chunk.records), chunk.passed_over, chunk.apart) == (1, 2, [])


def crossed(*records: dict) -> list[tuple[int, str]]:
    checks = CrossChecks()
    checks.add(prepared(*records).records)
    return [(issue.row, issue.code) for issue in checks.finish()]


def person(number: int, **more) -> dict:
    return {**GOOD, "record_id": str(number), "given_name": f"Mira{chr(96 + number)}", "relation": "", **more}


def test_rows_that_contradict_each_other() -> None:
    assert crossed(person(1), person(1, given_name="Tavi")) == [(3, "duplicate_id")]
    assert crossed(person(1, relation="head", birth_date="1990"), person(2, relation="child", birth_date="1985")) == [
        (2, "born_after_child"),
        (3, "born_after_child"),
    ]
    assert crossed(person(1, relation="head", birth_date="1990"), person(2, relation="child", birth_date="1995")) == [
        (3, "parent_too_young")
    ]
    assert (
        crossed(person(1, relation="head", birth_date="1960"), person(2, relation="parent", birth_date="1970"))[0][1]
        == "born_after_child"
    )
    assert crossed(person(1, father_id="2", birth_date="1960"), person(2, birth_date="1970")) == [
        (2, "born_after_child"),
        (3, "born_after_child"),
    ]
    assert crossed(person(1, head_id="2"), person(2, head_id="3"), person(3, head_id="1")) == [
        (2, "circular_household"),
        (3, "circular_household"),
        (4, "circular_household"),
    ]
    assert crossed(person(1, head_id="1"), person(2, head_id="1")) == []
    assert crossed(person(1, father_id="1")) == [(2, "circular_kinship")]
    assert crossed(person(1, relation="head"), person(2, relation="head")) == [(3, "two_heads")]


def test_a_row_that_stands_twice_is_taken_once() -> None:
    checks = CrossChecks()
    checks.add(prepared(GOOD, GOOD).records)
    assert checks.finish() == [] and checks.same_rows == {3}


def test_numbers_that_only_look_like_formulas_are_numbers() -> None:
    for phone in ("+374/91/123456", "+374-91-12-34-56", "+37491123456"):
        chunk = prepared({**GOOD, "phone": phone})
        assert chunk.records[0][PLACE["phones"]] == ("+37491123456",) and not chunk.issues
    for formula in ("=1+1", "+7*7", "-2+3", "@SUM(A1:A9)", "+HYPERLINK(1)"):
        issue, _chunk = only_issue(phone=formula)
        assert issue.code == "formula_as_text"
    assert prepared({**GOOD, "phone": "'+37491123456"}).records[0][PLACE["phones"]] == ("+37491123456",)
    assert only_issue(phone="6.98583E+11")[0].code == "number_rounded"


def test_words_with_alternatives_mean_what_both_mean() -> None:
    for words in ("brother/sister", "брат/сестра", "супруг(а)", "qayınata/qayınana"):
        assert prepared({**GOOD, "relation": words}).records[0][PLACE["relation"]] in {"sibling", "spouse", "parent_in_law"}
    assert only_issue(relation="son/wife")[0].code == "unknown_word"


def test_dates_that_contradict_each_other() -> None:
    issue, chunk = only_issue(displaced_on="1985")
    assert issue.code == "displaced_before_birth" and not chunk.records
    aged = Plan((*PLAN.columns, ColumnPlan(len(FIELDS), "Age", "age")), AT)
    row = Row(2, (*rows(GOOD)[0].cells, "12"))
    assert [each.code for each in Preparer(aged, "list").chunk([row]).issues] == ["age_differs"]
    row = Row(2, (*rows(GOOD)[0].cells, "36"))
    assert not Preparer(aged, "list").chunk([row]).issues
