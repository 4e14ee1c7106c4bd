"""The audit log as a page and as CSV."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from wayhome.accounts.models import Elevation
from wayhome.core import audit
from wayhome.core.actors import SYSTEM, Actor
from wayhome.core.models import AuditEntry

pytestmark = pytest.mark.django_db


def write(action, actor=SYSTEM, **more):
    with transaction.atomic():
        return audit.record(action, actor=actor, **more)


@pytest.fixture
def log(process, other_process, lead, editor, person):
    write("ask.confirmed", Actor.of(lead), process_id=process.pk, detail={"position": ["drafted", "made"]})
    write("document.read", Actor.of(editor), subject=process, process_id=process.pk)
    write("ask.confirmed", process_id=other_process.pk, detail={"text": "of another process"})
    write("account.logged_in", Actor.of(editor), subject=editor)
    write("account.login_failed", subject=lead, detail={"email": lead.email})
    write("account.logged_in", Actor.of(person("editor", other_process)), detail={"text": "of another process"})


def page(client, **query):
    response = client.get(reverse("audit_log", args=["lirva"]), query)
    assert response.status_code == 200
    return response


def actions(response):
    return [line.entry.action for line in response.context["lines"]]


def test_it_shows_the_process_and_its_members_accounts_alone(as_user, lead, log):
    client = as_user(lead)
    response = page(client)
    assert actions(response) == ["document.read", "ask.confirmed"]
    body = response.content.decode()
    assert "of another process" not in body
    assert "drafted → made" in body
    response = page(client, of="accounts")
    # the newest is the log-in of this client
    assert actions(response) == ["account.logged_in", "account.login_failed", "account.logged_in"]
    body = response.content.decode()
    assert "of another process" not in body
    assert "Log-in failed" in body


def test_filters_by_person_action_object_and_date(as_user, lead, editor, process, log):
    client = as_user(lead)
    assert actions(page(client, person=editor.pk)) == ["document.read"]
    assert actions(page(client, person=editor.pk, of="accounts")) == ["account.logged_in"]
    assert actions(page(client, action="ask.confirmed")) == ["ask.confirmed"]
    assert actions(page(client, subject=f"accounts.process:{process.pk}")) == ["document.read"]
    assert actions(page(client, subject="process")) == ["document.read"]
    today = timezone.localdate()
    assert len(actions(page(client, since=today.isoformat(), until=today.isoformat()))) == 2
    assert actions(page(client, since=(today + timedelta(days=1)).isoformat())) == []
    assert len(actions(page(client, person="nobody", since="not a date"))) == 2, "what does not fit is left out"


def test_pages_of_fifty_cost_the_same_queries(as_user, lead, process):
    client = as_user(lead)
    write("ask.confirmed", Actor.of(lead), subject=lead, process_id=process.pk)
    page(client)
    with CaptureQueriesContext(connection) as few:
        page(client)
    for n in range(120):
        write("ask.confirmed", Actor.of(lead), subject=lead, process_id=process.pk, detail={"n": n})
    with CaptureQueriesContext(connection) as many:
        response = page(client, page=2)
    assert len(many) == len(few)
    assert len(response.context["lines"]) == 50
    assert response.context["page"].total == 121


def test_the_csv_is_safe_for_spreadsheets_and_its_export_is_logged(as_user, lead, process):
    write("ask.confirmed", Actor(None, "=cmd|' /C calc'!A0"), process_id=process.pk)
    client = as_user(lead)
    response = client.get(reverse("audit_log", args=["lirva"]), {"format": "csv", "action": "ask.confirmed"})
    text = b"".join(response.streaming_content).decode()
    assert response["Content-Disposition"] == 'attachment; filename="audit-lirva.csv"'
    assert text.startswith("\ufeffnumber,time (UTC),person")
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    assert [row["person"] for row in rows] == ["'=cmd|' /C calc'!A0"]
    assert rows[0]["time (UTC)"].endswith("+00:00")
    assert AuditEntry.objects.get(action="audit.exported").detail["action"] == "ask.confirmed"


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_begins_like_a_formula(cell):
    from wayhome.core.tables import safe_cell

    assert safe_cell(cell) == "'" + cell
    assert safe_cell("plain") == "plain"


def test_the_csv_of_many_entries_is_whole(as_user, lead, process):
    for n in range(1050):
        write("ask.confirmed", process_id=process.pk, detail={"n": n})
    response = as_user(lead).get(reverse("audit_log", args=["lirva"]), {"format": "csv", "action": "ask.confirmed"})
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode().lstrip("\ufeff"))))
    assert len(rows) == 1050 and len({row["number"] for row in rows}) == 1050


def test_who_was_here_for_an_hour_stays_in_the_log(as_user, lead, person, process, other_process):
    guest = person("editor", other_process)
    now = timezone.now()
    Elevation.objects.create(
        process=process, user=guest, role="reader", reason="r", granted_by=lead, starts_at=now, ends_at=now + timedelta(hours=1)
    )
    write("account.logged_in", Actor.of(guest), subject=guest)
    assert "account.logged_in" in actions(page(as_user(lead), person=guest.pk, of="accounts"))


def test_the_log_of_the_installation_is_for_its_administrators(as_user, lead, log):
    url = reverse("installation_audit")
    assert as_user(lead).get(url).status_code == 404
    lead.is_administrator = True
    lead.save()
    response = as_user(lead).get(url)
    assert {line.entry.process_id for line in response.context["lines"]} == {None}
    assert "account.login_failed" in actions(response)


def test_text_in_the_log_is_text(as_user, lead, process):
    write("ask.confirmed", Actor(None, "<script>alert(1)</script>"), process_id=process.pk, detail={"note": "<img src=x>"})
    body = page(as_user(lead)).content.decode()
    assert "<script>alert" not in body and "<img src=x" not in body


def test_every_action_that_is_recorded_has_words():
    import re
    from pathlib import Path

    from wayhome.core import audit_words

    source = Path(audit_words.__file__).resolve().parents[1]
    found = set()
    for path in source.rglob("*.py"):
        if "engines" not in path.parts:
            found |= set(re.findall(r"\b(?:record|_note)\(\s*\"([a-z_]+\.[a-z_.]+)\"", path.read_text(encoding="utf-8")))
    assert len(found) > 30
    missing = sorted(action for action in found if audit_words.words_for(action) == action)
    assert not missing, f"register words for {missing}, as core/audit_words.py says"


@pytest.mark.parametrize(
    ("detail", "told"),
    [
        ({"published": [False, True], "embargo_until": [None, "2027-05-14T07:30:00+00:00"]}, "no → yes|– → 14 May 2027, "),
        ({"before": {"published": False, "embargo_until": None}, "embargo_until": "2027-05-14T07:30:00+00:00"}, "14 May 2027"),
        ({"before": {"place": "Sarn", "kind": "letter"}, "after": {"place": "Ford", "kind": "letter"}}, "Sarn → Ford|letter"),
        ({"before": "made", "after": "refused", "on": "2027-05-14"}, "made → refused|14 May 2027"),
        ({"steps": [["Envoy", 30, 20], ["Assembly", 40, None]]}, "Envoy, 30, 20, Assembly, 40"),
        ({"role": ["reader", "editor"]}, "Reader → Editor"),
        ({"passages": [], "note": "", "figure": 0, "codes": {"a": True}}, "0|a: yes"),
    ],
)
def test_what_an_entry_tells_is_words_and_no_json(as_user, lead, process, detail, told):
    write("timeline.published", process_id=process.pk, detail=detail)
    (line,) = (line for line in page(as_user(lead)).context["lines"] if line.entry.action == "timeline.published")
    words = "|".join(value for _key, value in line.detail)
    for part in told.split("|"):
        assert part in words
    assert not set("{}[]\"'") & set(words)
    assert "None" not in words and "False" not in words
