"""The pages of lists: from a file to people and back, with what a person sees at each step."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.apps.registry.lists import brought_in, checked, text, uploaded
from wayhome.core.models import AuditEntry
from wayhome.registry.actions import import_work, undoing
from wayhome.registry.models import Import, Person

pytestmark = pytest.mark.django_db
BAD = "90,H90,Selm,Ora,f,31.02.1989,neighbour,D1,Lirva,,,"


@pytest.fixture
def at_once(settings):
    """Background steps are done by hand, as the worker would."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend", "QUEUES": []}}


def address(name, source=None, **more):
    return reverse(name, kwargs={"slug": "lirva", **({"number": source.number} if source else {}), **more})


def test_a_list_goes_in_through_the_pages_and_out_again(process, editor, as_user, at_once) -> None:
    client = as_user(editor)
    file = SimpleUploadedFile("lirva.csv", text(8, BAD).encode())
    response = client.post(address("import_new"), {"list_name": "Lirva  list", "file": file})
    source = Import.objects.get()
    assert source.list_name == "Lirva list" and response.url == address("import_columns", source)

    body = client.get(response.url).content.decode()
    assert "Family name" in body and "by its heading" in body and "the days above 12 prove the order" in body
    assert "LV000001" not in body  # numbers of documents are not shown
    form = {f"field-{column['index']}": column["field"] for column in source.mapping["columns"]}
    response = client.post(address("import_columns", source), {**form, "at": "2026-06-01", "status": "idp"})
    assert response.url == address("import", source)
    assert "Being checked" in client.get(response.url).content.decode()
    import_work.check_now(source.pk)
    assert client.get(address("import_progress", source))["HX-Refresh"] == "true"

    body = client.get(address("import", source)).content.decode()
    assert "Bring in 8 good rows" in body and "There is no such day." in body and "Days that do not exist" in body
    body = client.get(address("import_columns", source)).content.decode()
    assert "Words of this list" in body and "neighbour" in body

    client.post(address("import_step", source), {"act": "commit"})
    import_work.commit_now(source.pk)
    body = client.get(address("import", source)).content.decode()
    assert "8 persons in 2 new households" in body
    assert set(Person.objects.values_list("status", flat=True)) == {"idp"}

    rows = client.get(address("import_bad_rows", source) + "?as=csv")
    assert "31.02.1989" in b"".join(rows.streaming_content).decode("utf-8-sig")
    assert AuditEntry.objects.filter(action="import.bad_rows").exists()

    client.post(address("import_step", source), {"act": "undo"})
    undoing.undo_now(source.pk)
    assert not Person.objects.exists()
    assert "8 persons were taken back" in client.get(address("import", source)).content.decode()


def test_words_of_the_list_get_a_meaning(process, editor, as_user, at_once) -> None:
    client = as_user(editor)
    source = checked(process, text(4).replace(",wife,", ",lady of the house,"))
    assert source.issues.get().code == "unknown_word"
    client.post(address("import_columns", source), {"word|relation|lady of the house": "spouse"})
    import_work.check_now(source.pk)
    source.refresh_from_db()
    assert not source.issues.exists()
    assert source.mapping["values"] == {"relation": {"lady of the house": "spouse"}}


def test_errors_keep_what_was_chosen(process, editor, as_user) -> None:
    client = as_user(editor)
    response = client.post(address("import_new"), {"list_name": "L", "file": SimpleUploadedFile("x.xlsx", b"%PDF-1.4")})
    assert response.status_code == 422 and "neither a spreadsheet nor a text table" in response.content.decode()
    assert client.post(address("import_new"), {"list_name": "L"}).status_code == 422
    source = uploaded(process, text(2))
    response = client.post(address("import_columns", source), {"field-0": "sex", "at": "2026-06-01"})
    assert response.status_code == 422 and "Several columns are read as one field" in response.content.decode()
    assert client.post(address("import_columns", source), {"field-0": "religion"}).status_code == 422
    assert client.post(address("import_columns", source), {"at": "2126-01-01"}).status_code == 422


def test_another_encoding_can_be_chosen(process, editor, as_user) -> None:
    client = as_user(editor)
    words = "№;Фамилия;Имя;Пол\n1;Иванов;Пётр;м\n".encode("cp1251")
    source = uploaded(process, words)
    assert source.survey["encoding"] == "cp1251" and not source.survey["encoding_certain"]
    assert "could not be proved" in client.get(address("import_columns", source)).content.decode()
    client.post(address("import_columns", source), {"act": "look", "encoding": "koi8-r", "header": "1"})
    source.refresh_from_db()
    assert source.survey["encoding"] == "koi8-r"
    client.post(address("import_columns", source), {"act": "look", "header": "1"})
    source.refresh_from_db()
    assert source.survey["encoding"] == "cp1251"


def test_interrupted_work_can_go_on(process, editor, as_user, at_once) -> None:
    client = as_user(editor)
    source = checked(process, text(4))
    Import.objects.filter(pk=source.pk).update(state="committing", touched_at=None)
    assert "Go on" in client.get(address("import", source)).content.decode()
    client.post(address("import_step", source), {"act": "resume"})
    assert AuditEntry.objects.filter(action="import.resumed").exists()
    import_work.commit_now(source.pk)
    assert Person.objects.count() == 4


@pytest.mark.parametrize("name", ["imports", "import"])
def test_one_and_thirty_rows_cost_the_same(name, process, editor, as_user, django_assert_num_queries) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = as_user(editor)
    source = checked(process, text(1, BAD))
    url = address(name, source if name == "import" else None)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    if name == "import":
        issue = source.issues.filter(level="error")[0]
        for row in range(100, 130):
            issue.pk, issue.row = None, row
            issue.save()
    else:
        for number in range(50, 80):
            Import.objects.create(process=process, number=number, list_name=f"List {number}", file_name="x", digest="0" * 64)
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few)


def test_a_workbook_of_bad_rows_is_a_workbook(process, editor, as_user) -> None:
    from python_calamine import CalamineWorkbook

    source = brought_in(process, text(2, BAD))
    response = as_user(editor).get(address("import_bad_rows", source))
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(response.streaming_content)))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[1][5] == "31.02.1989" and "no such day" in rows[1][-2]
