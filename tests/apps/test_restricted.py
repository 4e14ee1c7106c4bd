"""An ask, a commitment, an event that only a restricted document states: nobody reads its words who may not read the document.

Every way out is asked twice: by a person who may read restricted documents, who finds the words, and by one who may not.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from tests.factories import House, ago, today
from wayhome.accounts.models import Process
from wayhome.core.actors import SYSTEM, Actor
from wayhome.core.errors import InvalidInput
from wayhome.dialogue.actions import commitments, feeds, reminders
from wayhome.dialogue.models import Account, Ask, Commitment, Document, Event, TimelineItem
from wayhome.outputs.queries import timeline

pytestmark = pytest.mark.django_db
SECRET = "Hand over the quarry at Ostrel"
OWED = "The quarry at Ostrel is handed over"


@pytest.fixture
def house(process):
    return House(process)


@pytest.fixture
def paper(house):
    return house.document(f"{SECRET} by spring.\n\n{OWED} in May.", restricted=True)


@pytest.fixture
def ask(house, paper):
    """Overdue, so that every list of what presses would name it; confirmed as if found in the restricted paper."""
    letter = house.communication(on=ago(90))
    return house.ask(SECRET, communication=letter, passages=[house.passage(paper, SECRET)])


@pytest.fixture
def commitment(house, paper, ask):
    made = commitments.create_commitment(
        process=house.process, actor=SYSTEM, what=OWED, who=house.ministry, due_on=ago(3), passages=[house.passage(paper, OWED)]
    )
    made.asks.set([ask])
    return made


@pytest.fixture
def pages(house, ask, commitment):
    """Addresses on which somebody who may read the paper finds the words."""
    open_ask = house.ask("Open the road to Meshul", on=ago(20))
    commitment.asks.add(open_ask)
    open_ask.commitments.add(commitment)

    def at(name, *args, query=""):
        return reverse(name, args=["lirva", *args]) + query

    return {
        "today": at("process_home"),
        "docket": at("docket"),
        "docket, searched": at("docket", query="?q=quarry"),
        "commitments": at("commitments"),
        "search": at("search", query="?q=quarry"),
        "letter": at("letter", ask.communication.number),
        "party": at("party", house.ministry.pk),
        "open ask beside": at("ask", open_ask.number),
    }


def words_in(body):
    return "Ostrel" in body


@pytest.mark.parametrize("role", ["reader", "case_worker", "administrator"])
def test_no_page_shows_the_words_to_who_may_not_read_the_paper(as_user, person, pages, ask, commitment, role):
    client = as_user(person(role))
    shown = {name: client.get(address) for name, address in pages.items()}
    assert {name for name, response in shown.items() if response.status_code != 200} == set()
    assert {name for name, response in shown.items() if words_in(response.content.decode())} == set()
    assert client.get(reverse("ask", args=["lirva", ask.number])).status_code == 404
    assert client.get(reverse("commitment", args=["lirva", commitment.number])).status_code == 404
    page = client.get(pages["docket"])
    assert (page.context["total"], page.context["nav"]["asks"], page.context["nav"]["commitments"]) == (1, 1, 0)


@pytest.mark.parametrize("role", ["editor", "process_lead", "dpo"])
def test_who_may_read_the_paper_finds_the_words_on_each(as_user, person, pages, ask, commitment, role):
    client = as_user(person(role))
    missing = {name for name, address in pages.items() if not words_in(client.get(address).content.decode())}
    assert missing == set()
    assert words_in(client.get(reverse("ask", args=["lirva", ask.number])).content.decode())
    assert words_in(client.get(reverse("commitment", args=["lirva", commitment.number])).content.decode())


@pytest.mark.parametrize(("role", "sees"), [("case_worker", False), ("editor", True)])
def test_the_pages_of_work_offer_it_only_to_who_may(as_user, person, house, pages, ask, commitment, role, sees):
    client = as_user(person(role))
    reply = house.reply(on=ago(2), text="We have your letter.")
    other = Ask.objects.get(action__startswith="Open the road")
    beside = Commitment.objects.create(process=house.process, number=99, what="Mend the pipe")
    for address in (
        reverse("letter_new", args=["lirva"]) + f"?ask={ask.number}",
        reverse("reply_link", args=["lirva", reply.number]),
        reverse("reply_new", args=["lirva"]) + f"?ask={ask.number}",
        reverse("commitment_step", args=["lirva", beside.number, "asks"]),
        reverse("ask_step", args=["lirva", other.number, "merge"]) if sees else "",
    ):
        if address:
            assert words_in(client.get(address).content.decode()) == sees, address
    assert client.get(reverse("ask_step", args=["lirva", ask.number, "correct"])).status_code == (200 if sees else 404)


def test_links_that_one_cannot_see_stay_when_others_are_chosen(as_user, person, pages, ask, commitment, paper):
    mixed = Commitment.objects.create(process=ask.process, number=98, what="Mend the pipe")
    mixed.asks.set([ask])
    other = Ask.objects.get(action__startswith="Open the road")
    address = reverse("commitment_step", args=["lirva", mixed.number, "asks"])
    as_user(person("case_worker")).post(address, {"asks": [other.pk]})
    assert set(mixed.asks.all()) == {ask, other}


@pytest.mark.parametrize(("role", "sees"), [("administrator", False), ("editor", True)])
def test_the_table_taken_out_leaves_it_out(as_user, person, pages, role, sees):
    response = as_user(person(role)).get(reverse("docket_export", args=["lirva"]))
    assert words_in(b"".join(response.streaming_content).decode()) == sees


@pytest.mark.parametrize(("role", "sees"), [("reader", False), ("editor", True)])
def test_the_calendar_names_it_only_to_who_may(client, person, house, ask, commitment, role, sees):
    Ask.objects.filter(pk=ask.pk).update(due_on=today() + timedelta(days=5), due_basis="request")
    user = person(role)
    reminders.Reminder.objects.create(ask=ask, user=user, on=today(), note="Ostrel again")
    token = feeds.make_feed(process=house.process, actor=Actor.of(user))
    body = client.get(reverse("calendar_feed", args=[token])).content.decode().replace("\r\n ", "")
    assert words_in(body) == sees
    assert (f"ask-{ask.uid}" in body) == (f"commitment-{commitment.uid}" in body) == sees


def test_no_reminder_goes_to_who_may_not_read_it(person, editor, ask, commitment, paper, django_capture_on_commit_callbacks):
    reader = person("reader")
    for subject in (ask, commitment):
        with pytest.raises(InvalidInput, match="may not read"):
            reminders.remind(subject=subject, user=reader, on=today(), actor=Actor.of(editor))
    Document.objects.filter(pk=paper.pk).update(restricted=False)
    for user in (reader, editor):
        reminders.remind(subject=ask, user=user, on=today(), actor=Actor.of(editor))
    Document.objects.filter(pk=paper.pk).update(restricted=True)
    with django_capture_on_commit_callbacks(execute=True):
        assert reminders.send_due_reminders() == 1
    assert [message.to for message in mail.outbox] == [[editor.email]]


@pytest.mark.parametrize(("role", "sees"), [("administrator", False), ("process_lead", True)])
def test_the_audit_log_tells_it_only_to_who_may(as_user, person, ask, commitment, role, sees):
    address = reverse("audit_log", args=["lirva"])
    client = as_user(person(role))
    body = client.get(address).content.decode()
    assert "Ask entered" in body and words_in(body) == sees
    taken = b"".join(client.get(address + "?format=csv").streaming_content).decode()
    assert "ask.created" in taken and words_in(taken) == sees


def test_the_public_sees_neither_the_ask_nor_the_event(client, house, ask, paper):
    event = Event.objects.create(process=house.process, title="Ostrel quarry fenced", dated="2025-05-02", day=ago(200))
    account = Account.objects.create(event=event, passage=house.passage(paper, SECRET))
    Process.objects.update(public=True)
    for subject in ({"communication": ask.communication}, {"event": event}):
        TimelineItem.objects.create(process=house.process, published=True, **subject)
    address = reverse("public_timeline", args=["lirva"])
    assert client.get(address).status_code == 200
    assert not words_in(client.get(address).content.decode())
    from django.utils import timezone

    now = timezone.now()
    assert timeline.silences(house.process, now, today()) == []
    Account.objects.create(event=event, passage=house.passage(house.document("They fenced the quarry at Ostrel.")))
    account.refresh_from_db()
    assert words_in(client.get(address).content.decode())  # an open document tells of it too


def test_an_ask_is_as_open_as_its_most_open_statement(house, ask, paper):
    def hidden():
        return list(Ask.objects.of(house.process).unreadable())

    assert hidden() == [ask]
    link = ask.passages.create(passage=house.passage(house.document(f"{SECRET}, we repeat.")), use="repeats")
    assert hidden() == []
    link.delete()
    assert hidden() == [ask]
    ask.passages.all().delete()
    assert hidden() == []  # nothing states it but its letter, which is open
    ask.communication.document = paper
    ask.communication.save()
    assert hidden() == [ask]
