"""The pages of replies, inbox and links: what they show, what they take, scope, restricted documents, constant queries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from tests.factories import House, ago, today
from wayhome.core.actors import Actor
from wayhome.core.models import AuditEntry
from wayhome.dialogue.actions import answers, mail
from wayhome.dialogue.actions.answers import Choice
from wayhome.dialogue.models import Answer, Communication, Document, Incoming, OutsideLink
from wayhome.dialogue.states import Position

pytestmark = pytest.mark.django_db
TEXT = "Dear Ms Marr,\n\nThe Ministry agrees to open the road to Meshul.\n\nThe list of houses cannot be published."


@pytest.fixture
def url(process):
    return lambda name, *rest, query="": reverse(name, args=[process.slug, *rest]) + query


@pytest.fixture
def pair(house):
    letter = house.communication(on=ago(30), title="Road and houses")
    return letter, house.ask(communication=letter), house.ask("Publish the list of houses", communication=letter)


def fields(ask, **given):
    return {f"a{ask.number}-{name}": value for name, value in given.items()}


# Logging


def test_log_a_reply_from_two_asks_and_go_on_to_them(as_user, editor, url, pair, house):
    letter, one, two = pair
    client = as_user(editor)
    page = client.get(url("reply_new", query="?ask=1&ask=2")).content.decode()
    assert "A-001" in page and "A-002" in page
    assert f'<option value="{letter.pk}" selected>' in page and f'<option value="{house.ministry.pk}" selected>' in page
    given = {
        "how": "file",
        "file": SimpleUploadedFile("reply.txt", TEXT.encode()),
        "sender": house.ministry.pk,
        "on": ago(3).isoformat(),
        "kind": "reply",
        "earlier": letter.pk,
    }
    response = client.post(url("reply_new", query="?ask=1&ask=2"), given)
    row = Communication.objects.latest("id")
    assert response.url == url("reply_link", row.number, query="?ask=1&ask=2")
    assert (row.in_reply_to, row.day, row.document.name) == (letter, ago(3), "reply.txt")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"how": "file"}, "Choose the file"),
        ({"how": "phone", "text": ""}, "Write what was said"),
        ({"how": "text", "text": "Yes", "on": (today() + timedelta(days=2)).isoformat()}, "future"),
        ({"how": "text", "text": "Yes", "sender": "999999"}, "valid choice"),
    ],
)
def test_what_is_wanting_is_said_and_nothing_is_kept(as_user, editor, url, house, change, words):
    given = {"how": "text", "text": "", "sender": house.ministry.pk, "on": ago(1).isoformat(), "kind": "reply"} | change
    response = as_user(editor).post(url("reply_new"), given)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Communication.objects.exists() and not Document.objects.exists()


def test_a_call_is_logged_as_one_whatever_kind_is_chosen(as_user, editor, url, house):
    given = {"how": "phone", "text": "It will be done.", "sender": house.ministry.pk, "on": ago(1).isoformat(), "kind": "letter"}
    as_user(editor).post(url("reply_new"), given)
    assert Communication.objects.get().kind == "phone"


# Linking


def test_suggestions_are_shown_and_nothing_moves_until_confirmed(as_user, editor, url, pair, house):
    _letter, one, two = pair
    row = house.reply(on=ago(3), text=TEXT)
    client = as_user(editor)
    page = client.get(url("reply_link", row.number)).content.decode()
    assert "Its words suggest: <b>Accepted</b>" in page and "Its words suggest: <b>Refused</b>" in page
    assert "agrees to open the road" in page
    one.refresh_from_db()
    assert one.position == Position.MADE and not Answer.objects.exists()
    taken = client.get(url("reply_link", row.number, query="?take=1")).content.decode()
    assert '<option value="accepted" selected>' in taken
    response = client.post(
        url("reply_link", row.number),
        fields(one, effect="accepted", quote="The Ministry agrees to open the road to Meshul.", seen="made")
        | fields(two, effect="", seen="made"),
    )
    assert response.status_code == 302
    one.refresh_from_db(), two.refresh_from_db()
    assert (one.position, two.position) == (Position.ACCEPTED, Position.MADE)
    assert one.events.filter(axis="position").latest("id").passage.exact == "The Ministry agrees to open the road to Meshul."
    page = client.get(url("reply_link", row.number)).content.decode()
    assert "Take back the last answer" in page
    client.post(url("reply_undo", row.number))
    one.refresh_from_db()
    assert one.position == Position.MADE


def test_an_error_stands_at_its_ask_and_what_was_typed_stays(as_user, editor, url, pair, house):
    _letter, one, two = pair
    row = house.reply(on=ago(3), text=TEXT)
    response = as_user(editor).post(
        url("reply_link", row.number),
        fields(one, effect="accepted", note="Well", seen="made")
        | fields(two, effect="refused", quote="Not these words", seen="made"),
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert "A-002: These words do not stand in the reply" in page and 'value="Well"' in page
    one.refresh_from_db()
    assert one.position == Position.MADE


def test_a_case_worker_proposes(as_user, person, url, pair, house):
    _letter, one, _two = pair
    row = house.reply(on=ago(3), text=TEXT)
    client = as_user(person("case_worker"))
    assert "Propose what is chosen" in client.get(url("reply_link", row.number)).content.decode()
    client.post(url("reply_link", row.number), fields(one, effect="accepted", seen="made"))
    one.refresh_from_db()
    assert one.position == Position.MADE
    assert Answer.objects.get().state == Answer.State.OPEN


def test_words_of_a_reply_are_escaped(as_user, editor, url, house):
    house.ask(on=ago(30))
    row = house.reply(on=ago(3), text="<script>alert(1)</script> We cannot open the road. <img src=x onerror=alert(2)>")
    page = as_user(editor).get(url("reply_link", row.number)).content.decode()
    assert "<script>alert" not in page and "<img src=x" not in page
    assert "&lt;script&gt;" in page


def test_a_restricted_reply_is_no_page_without_the_role_and_its_reading_is_logged(as_user, person, editor, url, house):
    row = house.reply(on=ago(3), text=TEXT)
    Document.objects.update(restricted=True)
    assert as_user(person("case_worker")).get(url("reply_link", row.number)).status_code == 404
    assert as_user(editor).get(url("reply_link", row.number)).status_code == 200
    assert AuditEntry.objects.filter(action="document.read", actor_id=editor.pk).count() == 1


def test_a_reply_of_another_process_is_not_found(as_user, editor, url, other_process):
    other = House(other_process)
    other.communication()
    row = other.reply(text=TEXT)
    assert as_user(editor).get(url("reply_link", row.number)).status_code == 404


def test_the_number_of_queries_does_not_grow(
    as_user, editor, url, house, django_assert_max_num_queries, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = as_user(editor)
    row = house.reply(on=ago(3), text=TEXT)
    counts = {}
    for total in (1, 30):
        while house.ministry.asks_received.count() < total:
            house.ask(f"Open road {house.ministry.asks_received.count()}", on=ago(30), with_document=True)
        while Incoming.objects.count() < total:
            document = house.document()
            Incoming.objects.create(
                process=house.process, source="file", key=f"k{document.pk}", document=document, earlier=row, party=house.ministry
            )
        for name in ("reply_link", "inbox"):
            client.get(url(name, *([row.number] if name == "reply_link" else [])))
            with CaptureQueriesContext(connection) as seen:
                assert client.get(url(name, *([row.number] if name == "reply_link" else []))).status_code == 200
            counts.setdefault(name, []).append(len(seen))
    assert counts["reply_link"][0] == counts["reply_link"][1]
    assert counts["inbox"][0] == counts["inbox"][1]


# Inbox


def test_a_mail_is_assigned_on_its_page(as_user, editor, url, process, house):
    letter = house.communication(on=ago(30), reference="LVC/11", document=house.document("Our reference: LVC/11\n\nWe ask."))
    data = (
        b"From: Orl <orl@velmar.example>\nSubject: Your letter LVC/11\nMessage-ID: <m1@x>\n\nWith regard to your letter LVC/11.\n"
    )
    arrival = mail.take_in(process=process, data=data, source="file").incoming
    Document.objects.filter(pk=arrival.document_id).update(text="With regard to your letter No. LVC/11 we can say nothing.")
    client = as_user(editor)
    assert "Your letter LVC/11" in client.get(url("inbox")).content.decode()
    page = client.get(url("incoming", arrival.pk)).content.decode()
    assert f'<option value="{letter.pk}" selected>' in page
    assert "names its reference number, LVC/11" in page
    response = client.post(url("incoming", arrival.pk), {"sender": house.ministry.pk, "earlier": letter.pk, "kind": "reply"})
    row = Communication.objects.latest("id")
    assert response.url == url("reply_link", row.number)
    assert client.get(url("incoming", arrival.pk)).url == response.url
    client.post(url("reply_aside", row.number))
    arrival.refresh_from_db()
    assert arrival.state == Incoming.State.DONE


def test_a_mail_filed_in_the_review_no_longer_waits(as_user, editor, url, house):
    document = house.document()
    Incoming.objects.create(process=house.process, source="file", key="k", subject="A letter by mail", document=document)
    assert "A letter by mail" in as_user(editor).get(url("inbox")).content.decode()
    house.communication(document=document)
    assert "A letter by mail" not in as_user(editor).get(url("inbox")).content.decode()


# Links


def test_a_link_is_shown_once_and_then_only_its_use(as_user, lead, url, house):
    house.ask(on=ago(30))
    client = as_user(lead)
    response = client.post(url("link_new", query="?ask=1"), {"days": 60, "language": "fr", "may_answer": "on", "note": "By hand"})
    page = response.content.decode()
    token = page.split("/answer/")[1].split("/")[0]
    link = OutsideLink.objects.get()
    assert token not in (link.token_sha256, str(link.uid)) and len(token) > 60
    assert abs((link.expires_at - timezone.now()).days - 60) <= 1
    assert "no-store" in response["Cache-Control"]
    for name, rest in (("links", []), ("link", [link.uid])):
        assert token not in client.get(url(name, *rest)).content.decode()
    assert token not in str(list(AuditEntry.objects.values_list("detail", flat=True)))
    client.post(url("link_revoke", link.uid))
    link.refresh_from_db()
    assert link.revoked_at and link.revoked_by == lead


def test_asks_to_two_parties_need_a_choice(as_user, lead, url, house):
    house.ask(on=ago(30))
    house.ask("Come and see", addressee=house.envoy, on=ago(30))
    client = as_user(lead)
    assert "put to several parties" in client.get(url("link_new", query="?ask=1&ask=2")).content.decode()
    page = client.get(url("link_new", query=f"?ask=1&ask=2&party={house.envoy.pk}")).content.decode()
    assert "Make the link" in page and "Left out" in page


def test_only_a_lead_shares(as_user, editor, url, house):
    house.ask(on=ago(30))
    assert as_user(editor).post(url("link_new", query="?ask=1"), {"days": 60, "language": "en"}).status_code == 403
    assert not OutsideLink.objects.exists()


def test_the_list_of_links_asks_the_same_number_of_queries(as_user, lead, url, house):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for total in (1, 30):
        for n in range(OutsideLink.objects.count(), total):
            OutsideLink.objects.create(
                process=house.process,
                party=house.ministry,
                token_sha256=f"{n:064d}",
                expires_at=timezone.now() + timedelta(days=3),
                made_by=lead,
            )
        client = as_user(lead)
        client.get(url("links"))
        with CaptureQueriesContext(connection) as seen:
            client.get(url("links"))
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_thread_part_names_who_wrote_to_whom(as_user, editor, url, house):
    letter = house.communication(on=ago(30))
    row = house.reply(on=ago(3), text=TEXT)
    Communication.objects.filter(pk=row.pk).update(in_reply_to=letter, thread=letter.uid)
    page = as_user(editor).get(url("reply_link", row.number)).content.decode()
    assert "Office of the Lirva Valley Community" in page and letter.ref in page and "this one" in page


def test_one_cannot_undo_what_another_role_decided(as_user, person, editor, url, pair, house):
    _letter, one, _two = pair
    row = house.reply(on=ago(3), text=TEXT)
    answers.decide(communication=row, choices=[Choice(one, "accepted")], user=editor)
    assert as_user(person("case_worker")).post(url("reply_undo", row.number)).status_code == 403
    one.refresh_from_db()
    assert one.position == Position.ACCEPTED
    assert Actor.of(editor).label
