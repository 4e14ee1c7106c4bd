"""Adding documents: each is kept or reported, none twice, none over the limits, none with a name that misleads."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from wayhome.core import files
from wayhome.core.models import AuditEntry
from wayhome.dialogue.actions import documents as actions
from wayhome.dialogue.actions import reading
from wayhome.dialogue.filenames import safe_name
from wayhome.dialogue.models import Document

pytestmark = pytest.mark.django_db
LETTER = "To: the Ministry of Roads\n\nWe ask the Ministry to open the road to Meshul by 1 June 2026.\n\nTamar Ayvelin"
MAIL = b"""From: Tamar Ayvelin <tamar@example.org>
To: Ministry of Roads <roads@example.org>
Date: Wed, 6 May 2026 10:00:00 +0000
Message-ID: <one@example.org>
Subject: The road to Meshul
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

We ask the Ministry to open the road to Meshul.
--b
Content-Type: text/plain; charset=utf-8
Content-Disposition: attachment; filename="<script>annex.txt"

Annex: the families ask for a bridge.
--b--
"""


@pytest.fixture
def web(as_user, editor):
    return as_user(editor)


@pytest.fixture
def address(process):
    return reverse("add_document", args=[process.slug])


def file(name="letter.txt", data=LETTER):
    return SimpleUploadedFile(name, data.encode() if isinstance(data, str) else data)


def test_several_files_each_become_a_document_that_waits(web, address, process):
    answer = web.post(address, {"files": [file(), file("second.txt", LETTER + "\nP.S.")]})
    html = answer.content.decode()
    assert answer.status_code == 200 and html.count("Waiting to be read") == 2
    rows = list(Document.objects.order_by("number"))
    assert [(row.ref, row.name, row.state) for row in rows] == [
        ("D-001", "letter.txt", "waiting"),
        ("D-002", "second.txt", "waiting"),
    ]
    assert files.load(rows[0].sha256) == LETTER.encode()
    assert rows[0].added_by.email == "editor0@example.org"
    assert AuditEntry.objects.filter(action="document.added").count() == 2


def test_the_same_file_twice_says_so_and_changes_nothing(web, address):
    web.post(address, {"files": [file()]})
    html = web.post(address, {"files": [file("other-name.txt")]}).content.decode()
    assert "on file already since" in html and "nothing was changed" in html
    assert Document.objects.get().name == "letter.txt"
    assert AuditEntry.objects.filter(action="document.added").count() == 1


def test_a_bad_file_is_reported_and_the_others_are_kept(web, address, settings):
    settings.UPLOAD_MAX_BYTES = 1000
    answer = web.post(address, {"files": [file("empty.txt", ""), file("large.txt", "x" * 1500), file()]})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "empty.txt is empty (0 bytes)." in html
    assert "large.txt" in html and "larger than the limit of" in html and "Split it" in html
    assert [row.name for row in Document.objects.all()] == ["letter.txt"]


def test_all_files_together_are_bounded(web, address, settings):
    settings.UPLOAD_MAX_BYTES = 1000
    html = web.post(address, {"files": [file(f"{n}.txt", f"{n}" * 900) for n in range(1, 8)]}).content.decode()
    assert Document.objects.count() == 4 and html.count("too large for one step") == 3


def test_too_many_files_at_once(web, address, monkeypatch):
    monkeypatch.setattr("wayhome.core.uploads.MOST_FILES", 3)
    html = web.post(address, {"files": [file(f"{n}.txt", f"letter {n}") for n in range(5)]}).content.decode()
    assert Document.objects.count() == 3 and html.count("more than 200 files at once") == 2


def test_pasted_words(web, address):
    answer = web.post(address, {"text": LETTER, "title": "Road to Meshul", "received_on": "2026-05-07"})
    assert answer.status_code == 200
    row = Document.objects.get()
    assert (row.origin, row.name, row.received_on.isoformat()) == ("typed", "Road to Meshul.txt", "2026-05-07")
    assert files.load(row.sha256).decode().strip() == LETTER


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({}, "No file and no words were given."),
        ({"text": "x", "received_on": "31.13.2026"}, "no day on which something was received"),
        ({"text": "x", "received_on": "2999-01-01"}, "no day on which something was received"),
    ],
)
def test_what_is_missing_is_said(web, address, sent, says):
    answer = web.post(address, sent)
    assert answer.status_code == 422 and says in answer.content.decode()
    assert not Document.objects.exists()


def test_a_name_is_no_markup_and_no_path(web, address):
    html = web.post(address, {"files": [file('../../<img src=x onerror=alert(1)>\u202egpj".txt')]}).content.decode()
    row = Document.objects.get()
    assert "<img src=x" not in html and "\u202e" not in row.name and "/" not in row.name and "<" not in row.name


@given(st.text(max_size=300))
def test_every_name_becomes_a_safe_one(given_name):
    name = safe_name(given_name)
    assert 0 < len(name) <= 150 and name == name.strip()
    assert not set(name) & set('<>:"|?*\\/\n\r\t\x00\u202e\u2066')
    assert safe_name(name) == name


def test_the_original_is_saved_never_opened(web, process, editor):
    html = b"<html><script>alert(1)</script>We ask.</html>"
    added = actions.add_file(process=process, name='b"ad\r\n.html', data=html, user=editor, read=False)
    answer = web.get(reverse("document_file", args=[process.slug, added.document.number]))
    assert b"".join(answer.streaming_content) == html
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment;") and "\n" not in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_status_is_asked_for_until_it_is_read(web, address, process):
    web.post(address, {"files": [file()]})
    row = Document.objects.get()
    status = reverse("document_status", args=[process.slug, row.number])
    html = web.get(status).content.decode()
    assert f'hx-get="{status}"' in html and "every" not in html
    Document.objects.update(state="read", text=LETTER)
    html = web.get(status).content.decode()
    assert "hx-get" not in html and "nothing waits for review" in html
    Document.objects.update(state="failed", problem="It has no text layer.", remedy="Recognise it.")
    assert "It has no text layer." in web.get(status).content.decode()


@pytest.mark.parametrize(("role", "status"), [("reader", 403), ("dpo", 403), ("administrator", 403), ("case_worker", 200)])
def test_who_may_add(as_user, person, address, role, status):
    client = as_user(person(role))
    assert client.get(address).status_code == status
    assert client.post(address, {"text": "x"}).status_code == status
    assert Document.objects.count() == (1 if status == 200 else 0)


def test_elsewhere_there_is_no_such_page(as_user, person, address, other_process):
    client = as_user(person("process_lead", other_process))
    assert client.get(address).status_code == 404
    assert client.post(address, {"files": [file()]}).status_code == 404


def test_only_roles_that_see_restricted_ones_can_mark_them(as_user, person, address):
    as_user(person("case_worker")).post(address, {"text": "one", "restricted": "1"})
    assert not Document.objects.get(name="one.txt").restricted
    as_user(person("editor")).post(address, {"text": "two", "restricted": "1"})
    assert Document.objects.get(name="two.txt").restricted


@pytest.fixture
def at_once(settings):
    settings.TASKS = {
        "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": ["default", "reading"]}
    }


@pytest.mark.slow
def test_a_mail_is_read_and_what_is_attached_becomes_documents(process, editor, django_capture_on_commit_callbacks):
    added = actions.add_file(process=process, name="mail.eml", data=MAIL, user=editor, read=False)
    with django_capture_on_commit_callbacks(execute=False):
        assert reading.read_now(added.document.pk) == "read"
    document = Document.objects.get(pk=added.document.pk)
    assert "open the road to Meshul" in document.text and document.media_type == "message/rfc822"
    assert "one@example.org" in document.message_id and document.dated == "2026-05-06"
    annex = document.enclosures.get(name__contains="annex")
    assert annex.enclosed_in == document and "<" not in annex.name and annex.state == "waiting"
    reading.read_now(annex.pk)
    annex.refresh_from_db()
    assert "a bridge" in annex.text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("broken.docx", b"PK\x03\x04 not a document", ""),
        ("broken.pdf", b"%PDF-1.4 and nothing", ""),
        ("noise.bin", bytes(range(256)) * 20, ""),
    ],
)
def test_what_cannot_be_read_says_why_and_stays(process, editor, name, data, says):
    added = actions.add_file(process=process, name=name, data=data, user=editor, read=False)
    assert reading.read_now(added.document.pk) == "failed"
    row = Document.objects.get()
    assert row.problem and row.remedy and files.load(row.sha256) == data
    assert AuditEntry.objects.filter(action="document.not_read").count() == 1


def test_a_file_gone_from_the_store_is_said(process, editor):
    added = actions.add_file(process=process, name="gone.txt", data=b"words", user=editor, read=False)
    files.path_of(added.document.sha256).unlink()
    assert reading.read_now(added.document.pk) == "failed"
    assert "no longer in the file store" in Document.objects.get().problem


def test_the_queue_reads_when_the_transaction_is_committed(process, editor, django_capture_on_commit_callbacks):
    from django_tasks_db.models import DBTaskResult

    with django_capture_on_commit_callbacks(execute=True):
        actions.add_file(process=process, name="letter.txt", data=LETTER.encode(), user=editor)
    task = DBTaskResult.objects.get()
    assert task.queue_name == "reading" and task.task_path.endswith("dialogue.jobs.read")


def test_a_very_long_stream_does_not_fill_memory(web, address, settings):
    settings.UPLOAD_MAX_BYTES = 100_000
    big = SimpleUploadedFile("big.txt", b"x" * 3_000_000)
    html = web.post(address, {"files": [big, file()]}).content.decode()
    assert "big.txt" in html and Document.objects.get().name == "letter.txt"
    assert io.BytesIO  # the test client holds the body; the handler drops what is over the limit while it arrives
