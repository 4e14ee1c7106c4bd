"""The first page of a process: figures, what needs attention, constant queries."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from wayhome.core.actors import SYSTEM
from wayhome.dialogue.actions.asks import create_ask
from wayhome.dialogue.models import Communication, CommunicationParty, Party

pytestmark = pytest.mark.django_db


def letter(process, n, day):
    ours, _ = Party.objects.get_or_create(
        process=process, name="Office of the community", defaults={"ours": True, "kind": "community"}
    )
    theirs, _ = Party.objects.get_or_create(process=process, name="Ministry of Roads")
    row = Communication.objects.create(
        process=process, number=n, dated=day.isoformat(), day=day, title=f"Letter {n}", delivery="sent"
    )
    CommunicationParty.objects.create(communication=row, party=ours, part="from")
    CommunicationParty.objects.create(communication=row, party=theirs, part="to")
    create_ask(process=process, actor=SYSTEM, action=f"Open road {n}", addressee=theirs, asker=ours, communication=row)
    return row


def test_an_overdue_ask_stands_first_and_says_that_no_reply_is_on_file(as_user, editor, process):
    letter(process, 1, timezone.localdate() - timedelta(days=90))
    page = as_user(editor).get(reverse("process_home", args=[process.slug])).content.decode()
    assert "Open road 1" in page
    assert "no reply on file as of" in page
    assert "ignored" not in page


def test_an_empty_process_says_what_to_do(as_user, editor, process):
    page = as_user(editor).get(reverse("process_home", args=[process.slug])).content.decode()
    assert "No letters yet" in page
    assert "Nothing waits today" in page


def test_the_number_of_queries_does_not_grow(as_user, editor, process, django_assert_num_queries):
    client = as_user(editor)
    url = reverse("process_home", args=[process.slug])
    letter(process, 1, date(2026, 1, 5))
    client.get(url)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for n in range(2, 31):
        letter(process, n, date(2026, 1, 5) + timedelta(days=n))
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(one)
    assert len(many) <= 25
