"""Every kind of file: text of many encodings, workbooks with titles and merged cells, forms, HXL."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.tabular.hostile import GOOD, HEADINGS, workbook

from wayhome.engines.tabular import Choice, PeopleList, Preparer, TabularError
from wayhome.engines.tabular.encodings import _ARMSCII
from wayhome.engines.tabular.records import AT as PLACE

AT = date(2026, 6, 1)
RUSSIAN = [
    ["№", "Фамилия", "Имя", "Дата рождения", "Пол"],
    ["1", "Иванов", "Пётр", "31.12.1989", "м"],
    ["2", "Сидорова", "Анна", "1990", "ж"],
]
ARABIC = [
    ["الرقم", "اسم العائلة", "الاسم الأول", "تاريخ الميلاد", "الجنس"],
    ["1", "حداد", "محمد", "1989", "ذكر"],
    ["2", "خطيب", "فاطمة", "1990", "أنثى"],
]
ARMENIAN = [
    ["հ/հ", "Ազգանուն", "Անուն", "Ծննդյան ամսաթիվ", "Սեռ"],
    ["1", "Սարգսյան", "Արմեն", "31.12.1989", "արական"],
    ["2", "Պետրոսյան", "Անահիտ", "1990", "իգական"],
]
FRENCH = [
    ["N°", "Nom", "Prénom", "Date de naissance", "Sexe"],
    ["1", "Lefèvre", "Hélène", "31/12/1989", "F"],
    ["2", "Gérard", "François", "1990", "H"],
]
AZERI = [["№", "Soyadı", "Adı", "Doğum tarixi", "Cinsi"], ["1", "Məmmədov", "Rəşid", "31.12.1989", "kişi"], ["2", "Əliyeva", "Günel", "1990", "qadın"]]  # fmt: skip


def text_of(rows: list[list[str]], delimiter: str) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue()


def armscii(text: str) -> bytes:
    table = {character: code for code, character in _ARMSCII.items() if character.isalpha()}
    return bytes(table.get(character, ord(character) if ord(character) < 128 else 63) for character in text)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    ("rows", "encoding"),
    [
        (RUSSIAN, "utf-8"), (RUSSIAN, "utf-8-sig"), (RUSSIAN, "cp1251"), (RUSSIAN, "utf-16"), (RUSSIAN, "utf-16-le"), (RUSSIAN, "cp866"),
        (RUSSIAN, "koi8-r"), (ARABIC, "cp1256"), (ARABIC, "iso8859-6"), (ARMENIAN, "armscii-8"), (FRENCH, "cp1252"), (AZERI, "utf-16"),
    ],
)  # fmt: skip
def test_text_of_any_encoding_and_delimiter(rows: list[list[str]], encoding: str, delimiter: str, tmp_path: Path) -> None:
    if encoding == "koi8-r":
        rows = [[cell.replace("№", "N") for cell in row] for row in rows]
    text = text_of(rows, delimiter)
    path = tmp_path / "list.csv"
    path.write_bytes(armscii(text) if encoding == "armscii-8" else text.encode(encoding, "replace"))
    with PeopleList(path) as people:
        assert [list(row.cells) for row in people.rows()] == rows[1:]
        assert [row.number for row in people.rows()] == [2, 3]
        assert {column.field for column in people.survey(AT).plan(AT).columns} >= {
            "family_name",
            "given_name",
            "birth_date",
            "sex",
        }


def test_a_chosen_encoding_wins(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(text_of(RUSSIAN, ";").encode("cp1251"))
    with PeopleList(path, Choice(encoding="cp1252")) as people:
        assert next(people.rows()).cells[1] != "Иванов"
    with PeopleList(path, Choice(encoding="cp1251", delimiter=";")) as people:
        assert next(people.rows()).cells[1] == "Иванов"


def test_a_quotation_mark_that_is_never_closed_spoils_one_row(tmp_path: Path) -> None:
    lines = ["id,family name,given name,sex"] + [f"{n},Dorvan,Mira,f" for n in range(1, 500)]
    lines[10] = '10,"Dorvan,Mira,f'
    path = tmp_path / "list.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    with PeopleList(path) as people:
        plan = people.survey(AT).plan(AT)
        chunk = Preparer(plan, "l").chunk(people.rows())
    assert len(chunk.records) == 498
    assert [(issue.row, issue.code) for issue in chunk.issues] == [(11, "quote_broken")]


def test_cells_over_several_lines_count_as_one_row(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text('sep=;\nname;note;sex\n"Mira\nDorvan";"a;b";f\n\nTavi;;m\n', encoding="utf-8")
    with PeopleList(path) as people:
        assert [(row.number, row.cells[0]) for row in people.rows()] == [(3, "Mira\nDorvan"), (5, "Tavi")]


def test_a_workbook_with_titles_groups_merges_dates_and_formulas(tmp_path: Path) -> None:
    def then(book, sheet) -> None:
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.merge_range(0, 0, 0, 5, "List of displaced families of Lirva")
        sheet.merge_range(2, 1, 2, 3, "Person")
        sheet.write_row(3, 0, ["No", "Family name", "Given name", "Date of birth", "Sex", "Village of origin"])
        sheet.write_row(4, 0, [1, "Dorvan", "Mira"])
        sheet.write_datetime(4, 3, date(1989, 12, 31), day)
        sheet.write_row(4, 4, ["f"])
        sheet.merge_range(4, 5, 6, 5, "Upper Lirva")
        sheet.write_row(5, 0, [2, "Dorvan", "Tavi", 1990, "m"])
        sheet.write_row(6, 0, [3, "Dorvan"])
        sheet.write_formula(6, 2, '="Ora"', None, "Ora")
        sheet.write_row(6, 3, [1991, "f"])
        sheet.write_row(7, 0, [4, "Dorvan"])
        sheet.write_formula(7, 2, "=C7", None, "")
        sheet.write_row(7, 3, [1992, "f"])
        sheet.write_row(8, 0, ["Total", 4])

    path = workbook(tmp_path / "list.xlsx", [], then=then)
    with PeopleList(path) as people:
        survey = people.survey(AT)
        assert survey.layout.header == 4
        assert survey.layout.columns[1].title == "Person / Family name"
        chunk = Preparer(survey.plan(AT), "l").chunk(people.rows())
    by_row = {record[0]: record for record in chunk.records}
    assert sorted(by_row) == [5, 6, 7]
    assert by_row[5][7:10] == ("Mira", "", "Dorvan") and by_row[5][12:15] == ("1989-12-31", "1989-12-31", "day")
    assert by_row[6][AT_ORIGIN] == by_row[7][AT_ORIGIN] == "Upper Lirva"
    assert {(code, title) for code, title in chunk.notes} >= {("formula", "Person / Given name"), ("merged", "Village of origin")}
    assert [(issue.row, issue.code, issue.column) for issue in chunk.issues] == [
        (8, "formula_without_result", "Person / Given name")
    ]
    assert chunk.passed_over == 1


AT_ORIGIN = PLACE["origin_text"]


def test_of_several_sheets_the_list_of_people_is_chosen(tmp_path: Path) -> None:
    def then(book, _sheet) -> None:
        other = book.add_worksheet("Lirva")
        for number, row in enumerate([HEADINGS, GOOD]):
            other.write_row(number, 0, row)

    path = workbook(tmp_path / "list.xlsx", [["Read me"], ["This file holds a list."]], then=then)
    with PeopleList(path) as people:
        assert people.name == "Lirva"
        assert people.survey(AT).sheets == ("People", "Lirva")


def test_a_form_export_joins_people_to_their_household(tmp_path: Path) -> None:
    def then(book, sheet) -> None:
        sheet.write_row(
            0, 0, ["start", "group_loc/village_of_origin", "group_loc/phone", "_id", "_uuid", "_submission_time", "_index"]
        )
        sheet.write_row(1, 0, ["x", "Upper Lirva", "055 111 22 33", 901, "u-1", "2026-05-01T10:00:00", 1])
        sheet.write_row(2, 0, ["x", "Lower Lirva", "055 111 22 44", 902, "u-2", "2026-05-02T10:00:00", 2])
        sheet.write_row(3, 0, ["x", "Nowhere", "", 903, "u-3", "2026-05-03T10:00:00", 3])
        people = book.add_worksheet("members")
        people.write_row(
            0,
            0,
            [
                "members/given_name",
                "members/family_name",
                "members/sex",
                "members/age",
                "_index",
                "_parent_table_name",
                "_parent_index",
            ],
        )
        people.write_row(1, 0, ["Mira", "Dorvan", "female", 36, 1, "People", 1])
        people.write_row(2, 0, ["Tavi", "Dorvan", "male", 9, 2, "People", 1])
        people.write_row(3, 0, ["Ora", "Selm", "female", 70, 3, "People", 2])

    path = workbook(tmp_path / "form.xlsx", [], then=then)
    with PeopleList(path) as people:
        survey = people.survey(AT)
        assert (people.name, survey.joined_with) == ("members", "People")
        plan = survey.plan(AT)
        chunk = Preparer(plan, "l").chunk(people.rows())
        assert people.sheet.without_people() == [4]
    found = [(r[7], r[3], r[AT_ORIGIN], r[PLACE["phones"]]) for r in chunk.records]
    assert found == [
        ("Mira", "1", "Upper Lirva", ("0551112233",)),
        ("Tavi", "1", "Upper Lirva", ("0551112233",)),
        ("Ora", "2", "Lower Lirva", ("0551112244",)),
    ]
    assert chunk.records[0][PLACE["registered_on"]] == "2026-05-01"


def test_an_archive_of_csv_files_joins_too(tmp_path: Path) -> None:
    path = tmp_path / "form.zip"
    with zipfile.ZipFile(path, "w") as pack:
        pack.writestr("form.csv", "SubmissionDate,village_of_origin,KEY\n2026-05-01,Upper Lirva,uuid:1\n")
        pack.writestr("form-member.csv", "given_name,family_name,sex,PARENT_KEY,KEY\nMira,Dorvan,f,uuid:1,uuid:1/m1\n")
    with PeopleList(path) as people:
        assert people.joined_with == "form"
        record = Preparer(people.survey(AT).plan(AT), "l").chunk(people.rows()).records[0]
    assert (record[7], record[3], record[AT_ORIGIN]) == ("Mira", "uuid:1", "Upper Lirva")


def test_hxl_tags_name_the_columns(tmp_path: Path) -> None:
    path = tmp_path / "hxl.csv"
    path.write_text(
        "Lista,,,\nA,B,C,D\n#affected+name+family,#affected+name+given,#affected+sex,#loc+origin\nDorvan,Mira,f,Lirva\n"
    )
    with PeopleList(path) as people:
        survey = people.survey(AT)
        assert (survey.layout.header, survey.layout.tags, survey.layout.first) == (2, 3, 4)
        fields = [column.field for column in survey.plan(AT).columns]
    assert fields == ["family_name", "given_name", "sex", "origin_place"]


def test_content_speaks_where_headings_do_not(tmp_path: Path) -> None:
    rows = [["x1", "x2", "x3"], *[[f"Name{chr(97 + n)}", "ж" if n % 2 else "м", f"mira{n}@example.org"] for n in range(12)]]
    path = tmp_path / "list.csv"
    path.write_text(text_of(rows, ";"), encoding="utf-8")
    with PeopleList(path, Choice(header=1)) as people:
        survey = people.survey(AT)
    best = [(guess.guesses[0].field, guess.guesses[0].reason) if guess.guesses else None for guess in survey.columns]
    assert best[1:] == [("sex", "content"), ("email", "content")]
    assert all(guess.guesses[0].confidence < 0.8 for guess in survey.columns if guess.guesses)


@settings(max_examples=80, deadline=None)
@given(
    st.one_of(st.binary(max_size=3000), st.text(max_size=1500).map(str.encode)),
    st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]),
)
def test_random_bytes_never_raise_anything_else(tmp_path_factory, data: bytes, head: bytes) -> None:
    path = tmp_path_factory.mktemp("random") / "x"
    path.write_bytes(head + data)
    try:
        with PeopleList(path) as people:
            plan = people.survey(AT).plan(AT)
            chunk = Preparer(plan, "l").chunk(people.rows())
            assert len(chunk.records) + len(chunk.apart) + chunk.passed_over == chunk.rows
    except TabularError as error:
        assert error.code and error.problem and error.remedy


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12), min_size=4, max_size=4),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from([",", ";", "\t", "|"]),
)
def test_what_was_written_is_read(tmp_path_factory, rows: list[list[str]], delimiter: str) -> None:
    path = tmp_path_factory.mktemp("trip") / "x.csv"
    body = [["id", "family name", "given name", "sex"], *rows]
    path.write_text(text_of(body, delimiter), encoding="utf-8", newline="")
    with PeopleList(path, Choice(header=1, delimiter=delimiter)) as people:
        read = [list(row.cells) for row in people.rows()]
    assert read == [row for row in rows if any(cell.strip() for cell in row)]
