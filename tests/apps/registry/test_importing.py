"""Lists come in whole, twice without harm, on after a kill, and go again."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import date

import pytest

from tests.apps.registry.lists import HEAD, brought_in, checked, text, uploaded
from wayhome.core.actors import SYSTEM, Actor
from wayhome.core.errors import Conflict, Forbidden, InvalidInput
from wayhome.core.models import AuditEntry
from wayhome.registry import list_files, reports
from wayhome.registry.actions import erasing, import_work, importing, undoing
from wayhome.registry.actions.import_work import commit_now
from wayhome.registry.bulk.people import PeopleWriter
from wayhome.registry.changes import apply
from wayhome.registry.models import (
    Contact,
    Erasure,
    Household,
    IdentityDocument,
    Import,
    Person,
    RememberedMapping,
    SealedValue,
    SourceCells,
    SpecificNeed,
)
from wayhome.registry.sealing import Sealer, find_equal
from wayhome.registry.states import SealedKind

pytestmark = pytest.mark.django_db
S = Import.State


def test_a_list_comes_in_with_everything_its_rows_say(process) -> None:
    source = brought_in(process, text(20))
    assert source.counts["persons"] == 20 and source.counts["households"] == 5
    person = Person.objects.get(list_key="10")
    assert (person.given_name, person.family_name, person.sex) == ("Miraba", "Dorvanba", "f")
    assert (person.birth_from, person.birth_to, person.birth_precision) == (date(1961, 5, 13), date(1961, 5, 13), "day")
    assert person.birth_text == "13.05.1961" and person.origin_text == "Upper Lirva" and person.phone == "+99911000010"
    assert person.source == source and person.source_row == 11 and person.sensitive
    assert person.household.head == Person.objects.get(list_key="9") and person.household.list_key == "H3"
    assert person.relation == "spouse" and person.household.origin_text == "Upper Lirva"
    sealer = Sealer(process)
    document = IdentityDocument.objects.get(person=person)
    assert sealer.decrypt(document.number, person.uid) == "LV000010"
    assert [row.person for row in find_equal(process, SealedKind.DOCUMENT_NUMBER, "lv-000010")] == [person]
    assert sealer.decrypt(SpecificNeed.objects.get(person=person).code, person.uid) == "DS"
    assert Contact.objects.get(person=person).value == "+99911000010" and not Contact.objects.get(person=person).safe
    assert SourceCells.objects.get(person=person).cells == {"Remarks": "baker"}
    assert sorted(Person.objects.values_list("number", flat=True)) == list(range(1, 21))
    assert RememberedMapping.objects.get().headings_key == source.headings_key


def test_rows_in_bulk_are_the_rows_the_models_make(process) -> None:
    """Every column that the model would fill is filled: a row read back and saved through the model changes nothing."""
    brought_in(process, text(4))
    for model in (Person, Household, Contact, SealedValue, IdentityDocument):
        for row in model.objects.all():
            row.full_clean(exclude=["photo", "process", "birth_precision"])
    before = Person.objects.values().order_by("pk")[0]
    Person.objects.order_by("pk")[0].save()
    after = Person.objects.values().order_by("pk")[0]
    assert {key: value for key, value in before.items() if after[key] != value}.keys() <= {"changed_at"}


def test_the_same_file_twice_changes_nothing(process) -> None:
    brought_in(process, text(20))
    before = list(Person.objects.order_by("pk").values())
    again = checked(process, text(20))
    assert (again.counts["good"], again.counts["on_file"]) == (0, 20)
    importing.begin(again, S.COMMITTING)
    assert commit_now(again.pk) == S.DONE
    assert list(Person.objects.order_by("pk").values()) == before
    assert Household.objects.count() == 5 and SealedValue.objects.count() == 22
    assert importing.same_file(again).number == 1


def test_a_longer_file_of_the_same_list_adds_only_what_is_new(process) -> None:
    brought_in(process, text(18))
    more = brought_in(process, text(20))
    assert more.counts["persons"] == 2 and more.counts.get("households", 0) == 0
    household = Household.objects.get(list_key="H5")
    assert household.persons.count() == 4  # two came later, into the household that was there


def test_another_row_under_a_number_on_file_is_set_apart_and_named(process) -> None:
    brought_in(process, text(4))
    again = checked(process, text(4).replace("Mirad", "Tavi"))
    assert again.counts["apart"] == 1
    issue = again.issues.get(code="changed_on_file")
    assert issue.row == 4 and issue.params == {"ref": "P-003"}


def test_bad_rows_stay_apart_and_come_back_corrected(process) -> None:
    bad = (
        "90,H90,Selm,Ora,f,31.02.1989,head,D1,Lirva,,,",
        "91,H91,Selm,,f,12.12.2090,head,D2,Lirva,,,",
        "92,H92,,,f,1989,head,D3,Lirva,,,",
    )
    source = brought_in(process, text(8, *bad))
    assert (source.counts["persons"], source.counts["apart"]) == (8, 3)
    assert set(source.issues.values_list("row", "code", "column")) == {
        (10, "no_such_day", "Date of birth"),
        (11, "future_date", "Date of birth"),
        (12, "no_name", "Given name"),
    }
    from wayhome.registry.reports import bad_rows

    head, rows = bad_rows(source)
    assert head[:4] == ["No", "Household No", "Family name", "Given name"] and head[-3].startswith("Wayhome:")
    assert [row[-3] for row in rows] == ["10", "11", "12"] and "no such day" in rows[0][-2]
    for row, day in zip(rows, ("28.02.1989", "12.12.1990", "1989"), strict=True):
        row[5], row[3] = day, "Ora"
    corrected = "\n".join(",".join(f'"{cell}"' for cell in row) for row in (head, *rows))
    again = brought_in(process, corrected)
    assert again.counts["persons"] == 3 and again.counts["apart"] == 0
    assert Person.objects.get(list_key="90").birth_from == date(1989, 2, 28)
    assert not SourceCells.objects.filter(cells__icontains="Wayhome").exists()


def test_a_report_of_bad_rows_holds_no_formula(process, tmp_path) -> None:
    from python_calamine import CalamineWorkbook

    from wayhome.registry.reports import write_bad_rows

    source = checked(process, text(2, '90,H9,Selm,"=HYPERLINK(""x"")",f,1989,head,D1,@home,+99,,-x'))
    for name in ("bad.xlsx", "bad.csv"):
        assert write_bad_rows(source, tmp_path / name) == 1
    cells = CalamineWorkbook.from_path(str(tmp_path / "bad.xlsx")).get_sheet_by_index(0).to_python()[1]
    assert not [cell for cell in cells if str(cell).lstrip().startswith(("=", "+", "-", "@"))]
    assert "'=HYPERLINK" in (tmp_path / "bad.csv").read_text(encoding="utf-8-sig")


def test_a_killed_import_goes_on_where_it_was(process, monkeypatch) -> None:
    source = checked(process, text(50))
    importing.begin(source, S.COMMITTING)
    write, calls = PeopleWriter.write, []

    def dies(self, records):
        calls.append(len(records))
        written = write(self, records)
        if len(calls) == 3:
            raise MemoryError("killed in the middle of the third chunk")
        return written

    monkeypatch.setattr(PeopleWriter, "write", dies)
    assert commit_now(source.pk, chunk_rows=10) == S.COMMITTING
    source.refresh_from_db()
    assert Person.objects.count() == 20 and source.rows_done == 21 and source.problem
    assert importing.interrupted(source)
    monkeypatch.setattr(PeopleWriter, "write", write)
    assert commit_now(source.pk, chunk_rows=10) == S.DONE
    source.refresh_from_db()
    assert Person.objects.count() == 50 and source.counts["persons"] == 50
    assert Household.objects.count() == 13 and not Household.objects.filter(head=None).exists()
    assert AuditEntry.objects.filter(action="import.rows").count() == 5


def test_two_workers_on_one_list_bring_it_in_once(process) -> None:
    source = checked(process, text(8))
    importing.begin(source, S.COMMITTING)
    late = Import.objects.select_related("process").get(pk=source.pk)
    assert commit_now(source.pk) == S.DONE
    late.state = S.COMMITTING
    with pytest.raises(import_work.Overtaken):
        import_work._commit(late, SYSTEM, None, 100)
    assert Person.objects.count() == 8


def test_an_import_goes_again_as_a_whole(process) -> None:
    brought_in(process, text(8), list_name="Another list")
    source = brought_in(process, text(20))
    importing.start_undo(source=source, actor=SYSTEM, keep_changed=False)
    assert undoing.undo_now(source.pk) == S.UNDONE
    source.refresh_from_db()
    assert source.counts["removed"] == 20 and source.counts["removed_households"] == 5
    assert Person.objects.count() == 8 and Household.objects.count() == 2
    assert SealedValue.objects.count() == 8 and Contact.objects.count() == 8
    assert Erasure.objects.get().record == source.ref
    again = brought_in(process, text(20))
    assert again.counts["persons"] == 20


def test_records_changed_since_are_named_and_kept_or_stop_the_undo(process) -> None:
    from django.db import transaction

    source = brought_in(process, text(8))
    changed = Person.objects.get(list_key="6")
    with transaction.atomic():
        apply(changed, {"family_name": "Selm"}, actor=SYSTEM, reason="The family says so")
    assert undoing.changed_since(source) == {changed.pk}
    with pytest.raises(Conflict) as caught:
        importing.start_undo(source=source, actor=SYSTEM, keep_changed=False)
    assert "1 records" in str(caught.value) and Person.objects.count() == 8
    importing.start_undo(source=source, actor=SYSTEM, keep_changed=True)
    undoing.undo_now(source.pk)
    assert list(Person.objects.all()) == [changed]
    assert Household.objects.get().head is None
    source.refresh_from_db()
    assert source.counts["kept"] == 1


def test_the_file_lies_sealed_and_can_be_read_again(process) -> None:
    source = uploaded(process, text(4))
    lying = list_files.path_of(process.pk, source.digest).read_bytes()
    assert b"LV000001" not in lying and b"Dorvan" not in lying
    with list_files.opened(process, source.digest) as path:
        assert path.read_text() == text(4)
        assert path.stat().st_mode & 0o077 == 0
    assert not path.exists()
    damaged = bytearray(lying)
    damaged[-1] ^= 1
    list_files.path_of(process.pk, source.digest).write_bytes(bytes(damaged))
    with pytest.raises(ValueError), list_files.opened(process, source.digest):
        pass


def test_a_large_file_is_sealed_in_pieces_that_cannot_be_left_out(process, monkeypatch) -> None:
    monkeypatch.setattr(list_files, "_PIECE", 100)
    data = bytes(range(256)) * 3
    digest, size = list_files.store(process, io.BytesIO(data))
    with list_files.opened(process, digest) as path:
        assert path.read_bytes() == data and size == len(data)
    place = list_files.path_of(process.pk, digest)
    whole = place.read_bytes()
    place.write_bytes(whole[: len(whole) - (4 + 28 + 68)])  # the last piece cut off
    with pytest.raises(ValueError), list_files.opened(process, digest):
        pass


def test_document_numbers_do_not_lie_in_the_report(process) -> None:
    source = checked(process, text(1, f"9,H9,Selm,Ora,f,1989,head,{'7' * 90},Lirva,,XX-YY,"))
    assert set(source.issues.filter(code__in=["too_long", "unknown_code"]).values_list("value", flat=True)) == {""}
    assert "7777777" not in str(source.survey)


def test_a_file_that_is_no_list_is_refused_and_not_kept(process) -> None:
    with pytest.raises(InvalidInput) as caught:
        uploaded(process, b"%PDF-1.7 nothing", name="list.pdf")
    assert caught.value.code == "not_a_table"
    digest = hashlib.sha256(b"%PDF-1.7 nothing").hexdigest()
    assert not Import.objects.exists() and not list_files.path_of(process.pk, digest).exists()


def test_giving_up_a_list_deletes_its_file(process) -> None:
    source = checked(process, text(4))
    importing.discard(source=source, actor=SYSTEM)
    assert not list_files.path_of(process.pk, source.digest).exists()
    with pytest.raises(Conflict):
        importing.discard(source=brought_in(process, text(4)), actor=SYSTEM)


def test_a_plan_that_reads_no_names_is_refused(process) -> None:
    source = uploaded(process, text(4))
    plan = importing.plan_of(source)
    for bad in (plan.with_field(2, "").with_field(3, ""), plan.with_field(0, "sex"), plan.with_field(0, "religion")):
        with pytest.raises(InvalidInput):
            importing.set_plan(source=source, actor=SYSTEM, plan=bad)


def test_mappings_are_remembered_by_headings(process) -> None:
    source = uploaded(process, text(4))
    importing.set_plan(
        source=source, actor=SYSTEM, plan=importing.plan_of(source).with_field(11, "keep").with_field(8, "present_place")
    )
    importing.begin(source, S.CHECKING)
    import_work.check_now(source.pk)
    importing.begin(source, S.COMMITTING)
    import_work.commit_now(source.pk)
    other = uploaded(process, text(3, first=100).replace("Given name", "GIVEN  NAME"), list_name="Another")
    fields = [column.field for column in importing.plan_of(other).columns]
    assert fields[8] == "present_place" and fields[11] == "keep" and other.survey["remembered"]


def test_who_may_bring_in_lists(process, person) -> None:
    for role in ("reader", "case_worker", "dpo"):
        with pytest.raises(Forbidden):
            uploaded(process, text(1), actor=Actor.of(person(role)))
    assert uploaded(process, text(1), actor=Actor.of(person("editor"))).by == person("editor")


def test_every_code_of_the_engine_has_words() -> None:
    import re
    from pathlib import Path

    from wayhome.engines import tabular
    from wayhome.registry.import_words import FILES, ISSUES, KINDS, NOTES

    folder = Path(tabular.__file__).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    refused = set(re.findall(r'TabularError\(\s*"(\w+)"', source))
    said = set(re.findall(r'(?:problem|_say)\(\s*"(\w+)"', source)) | set(re.findall(r'_circles\("\w+", "(\w+)"\)', source))
    assert refused and refused <= set(FILES)
    assert said and said - {"circular_kinship"} <= set(ISSUES) and set(ISSUES) <= set(KINDS) | set(NOTES)
    assert HEAD


def test_chunks_keep_households_together_across_chunks(process) -> None:
    source = brought_in(process, text(30), chunk_rows=3)
    assert source.counts["households"] == 8
    assert {household.persons.count() for household in Household.objects.exclude(list_key="H8")} == {4}
    assert not Household.objects.filter(head=None).exists()


def test_what_was_erased_between_two_chunks_is_not_pointed_to(process, monkeypatch) -> None:
    """A household and the last bearer of a name go while their list comes in: later rows make them anew."""
    from wayhome.registry import naming
    from wayhome.registry.models import NameWord, PersonWord

    source = checked(process, text(8).replace("Dorvan", "Selm"))
    importing.begin(source, S.COMMITTING)
    write, erased = PeopleWriter.write, []

    def erases_first(self, records):
        if Person.objects.count() == 2 and not erased:
            erased.append(True)
            undoing._remove(list(Person.objects.values_list("pk", flat=True)))
            undoing._remove_households(source)
            naming.forget(process)
            assert not NameWord.objects.exists()
        return write(self, records)

    monkeypatch.setattr(PeopleWriter, "write", erases_first)
    assert commit_now(source.pk, chunk_rows=2) == S.DONE
    assert Person.objects.count() == 6
    assert set(PersonWord.objects.values_list("word_id", flat=True)) == set(NameWord.objects.values_list("pk", flat=True))
    assert set(Person.objects.values_list("household_id", flat=True)) == set(Household.objects.values_list("pk", flat=True))


def test_whoever_is_erased_is_in_no_file_of_a_list_and_rows_to_correct_stay(process, django_capture_on_commit_callbacks) -> None:
    rows = text(20).replace("13.05.1961", "31.02.1961", 1)
    source = brought_in(process, rows)
    assert source.issues.filter(level="error").exists()
    head, before = reports.bad_rows(source)
    assert before
    bad = source.issues.filter(level="error").first().row
    gone = Person.objects.filter(source=source).exclude(source_row=bad).first()
    with django_capture_on_commit_callbacks(execute=True):
        erasing.erase(person=gone, actor=SYSTEM)
    assert not list_files.is_whole(process.pk, source.digest)
    with pytest.raises(FileNotFoundError), list_files.opened(process, source.digest):
        pass
    assert reports.bad_rows(source) == (head, before)
    kept = list_files.rest(process, source.digest).decode()
    assert gone.list_key not in [cells[0] for _row, cells in json.loads(kept)["rows"]]
    second = Person.objects.filter(source=source).first()
    erasing.erase(person=second, actor=SYSTEM)
    assert reports.bad_rows(source) == (head, before)


def test_nobody_is_erased_while_their_list_comes_in(process) -> None:
    source = brought_in(process, text(4))
    Import.objects.filter(pk=source.pk).update(state=S.COMMITTING)
    with pytest.raises(Conflict, match=source.ref):
        erasing.erase(person=Person.objects.filter(source=source).first(), actor=SYSTEM)
    assert list_files.is_whole(process.pk, source.digest)
