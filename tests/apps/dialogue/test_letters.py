"""The list of communications and the page of one: filters, words, scope, counts of queries, correction."""

from datetime import date

import pytest
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.apps.dialogue.letters import letter, proposal
from wayhome.core.models import AuditEntry
from wayhome.dialogue.actions import proposals
from wayhome.dialogue.models import Ask, Communication

pytestmark = pytest.mark.django_db


@pytest.fixture
def web(as_user, editor):
    return as_user(editor)


@pytest.fixture
def address(process):
    return reverse("letters", args=[process.slug])


@pytest.fixture
def office(house):
    """Three communications: ours to the ministry, the ministry's reply, the envoy's note; two with a document."""
    return {
        "ours": house.communication(
            on=date(2025, 3, 1),
            title="The road to Meshul",
            document=house.document("We ask for the bridge at Kul.\n\nЖители просят дорогу."),
        ),
        "reply": house.communication(
            of=house.ministry,
            to=house.community,
            on=date(2026, 4, 2),
            kind="reply",
            title="Answer",
            document=house.document("No."),
        ),
        "note": house.communication(
            of=house.envoy, to=house.community, on=date(2026, 5, 3), kind="note_verbale", reference="RE/7"
        ),
    }


def listed(client, address, **query):
    html = client.get(address, query).content.decode()
    return [row.ref for row in Communication.objects.order_by("number") if f'class="ref nowrap">{row.ref}<' in html]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["ours", "reply", "note"]),
        ({"kind": "reply"}, ["reply"]),
        ({"direction": "ours"}, ["ours"]),
        ({"direction": "theirs"}, ["reply", "note"]),
        ({"year": "2026"}, ["reply", "note"]),
        ({"review": "none"}, ["note"]),
        ({"review": "done"}, ["ours", "reply"]),
        ({"review": "open"}, []),
        ({"q": "meshul"}, ["ours"]),
        ({"q": "bridge kul"}, ["ours"]),
        ({"q": "дорогу"}, ["ours"]),
        ({"q": "ДОРОГУ"}, ["ours"]),
        ({"q": "RE/7"}, ["note"]),
        ({"q": "envoy"}, ["note"]),
        ({"q": "nothing of the kind"}, []),
        ({"q": "%' OR 1=1 --"}, []),
        ({"kind": "no such kind", "year": "x", "party": "-1"}, ["ours", "reply", "note"]),
    ],
)
def test_filters_and_words(web, address, office, query, found):
    assert listed(web, address, **query) == sorted(office[key].ref for key in found)


def test_one_party_and_the_pages(web, address, office, house):
    assert listed(web, address, party=house.envoy.pk) == [office["note"].ref]
    for n in range(60):
        house.communication(on=date(2024, 1, 1), title=f"Old letter {n}")
    html = web.get(address).content.decode()
    assert "1 to 50 of 63" in html and "?page=2" in html
    html = web.get(address, {"page": "2", "direction": "ours"}).content.decode()
    assert "51 to 61 of 61" in html and "page=1&amp;direction=ours" in html


def test_the_list_asks_the_same_number_of_queries(web, address, office, house):
    from django.db import connection

    def count(**query):
        web.get(address, query)
        with CaptureQueriesContext(connection) as captured:
            web.get(address, query)
        return len(captured)

    few, words = count(), count(q="road")
    for n in range(30):
        house.communication(on=date(2024, 1, 1), title=f"Old road {n}", document=house.document(f"road {n}"))
    assert count() == few and count(q="road") == words


def test_the_page_of_a_letter(web, process, editor):
    document = letter(process, editor)
    proposals.confirm_likely(user=editor, document=document, least=0)
    own = Communication.objects.get(document=document)
    html = web.get(reverse("letter", args=[process.slug, own.number])).content.decode()
    ask = Ask.objects.get(action__startswith="open a dialogue")
    for words in (
        ask.ref,
        "asked of Prime Minister of Velmar",
        "Silences and refusals",
        "as the document states it",
        "6 May 2026",
    ):
        assert words in html
    assert html.count('class="passage ask"') == 2 and "C-001" in html
    mentioned = Communication.objects.get(dated="2026-02-11")
    html = web.get(reverse("letter", args=[process.slug, mentioned.number])).content.decode()
    assert "No document on file" in html and "Mentioned in" in html and "wrote to the Regional Envoy" in html
    assert "hold a first meeting" in html


def test_the_page_asks_the_same_number_of_queries(web, process, editor, house):
    from django.db import connection

    def count(row):
        address = reverse("letter", args=[process.slug, row.number])
        web.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert web.get(address).status_code == 200
        return len(captured)

    document = letter(process, editor)
    proposals.confirm_likely(user=editor, document=document, least=0)
    own = Communication.objects.get(document=document)
    few = count(own)
    for n in range(20):
        house.ask(f"Mend road {n}", communication=own, passages=[proposal(document, "We therefore ask").passage])
    assert count(own) == few


def test_correcting_a_communication_is_logged(web, process, house, office):
    address = reverse("letter_edit", args=[process.slug, office["note"].number])
    form = web.get(address).content.decode()
    assert 'name="dated"' in form and "Regional Envoy" in form
    bad = web.post(address, {"kind": "letter", "dated": "3 May 2026"})
    assert bad.status_code == 422 and "2023-04-07" in bad.content.decode()
    sent = {
        "kind": "letter",
        "dated": "2026-05",
        "title": "The Envoy's note",
        "reference": "RE/7",
        "summary": "",
        "senders": [house.envoy.pk],
        "recipients": [house.community.pk, house.ministry.pk],
    }
    assert web.post(address, sent).status_code == 302
    row = Communication.objects.get(pk=office["note"].pk)
    assert (row.kind, row.dated, row.day, row.title) == ("letter", "2026-05", date(2026, 5, 1), "The Envoy's note")
    assert sorted(part.party.name for part in row.parts.filter(part="to")) == sorted([house.community.name, house.ministry.name])
    entry = AuditEntry.objects.get(action="communication.corrected")
    assert entry.detail["before"]["dated"] == "2026-05-03" and "to: " + house.ministry.name in entry.detail["after"]["parties"]


def test_a_reply_that_changes_its_sender_moves_the_silence_of_the_ask(web, process, house):
    ask = house.ask("Mend the road", on=date(2026, 3, 1))
    reply = house.communication(of=house.envoy, to=house.community, on=date(2026, 4, 1), kind="reply")
    ask.refresh_from_db()
    assert ask.last_reply_on is None
    address = reverse("letter_edit", args=[process.slug, reply.number])
    sent = {"kind": "reply", "dated": "2026-04-01", "senders": [house.ministry.pk], "recipients": [house.community.pk]}
    assert web.post(address, sent).status_code == 302
    ask.refresh_from_db()
    assert ask.last_reply_on == date(2026, 4, 1)


def test_delivery_is_logged_from_the_page_with_its_proof(web, process, house):
    ask = house.ask("Mend the road", communication=house.communication(delivery="sent", on=date(2026, 3, 2)))
    row = ask.communication
    page = reverse("letter", args=[process.slug, row.number])
    assert "Log its delivery" in web.get(page).content.decode()
    address = reverse("letter_delivery", args=[process.slug, row.number])
    bare = web.post(address, {"delivery": "received", "on": "2026-03-09", "proof": ""})
    assert bare.status_code == 422 and "needs its proof" in bare.content.decode()
    wrong = web.post(address, {"delivery": "unsent", "on": "2026-03-09"})
    assert wrong.status_code == 422
    assert web.post(address, {"delivery": "received", "on": "2026-03-09", "proof": "stamp"}).status_code == 302
    row.refresh_from_db()
    ask.refresh_from_db()
    assert (row.delivery, row.delivered_on, row.delivery_proof) == ("received", date(2026, 3, 9), "stamp")
    assert ask.delivery == "received"
    assert "Log its delivery" not in web.get(page).content.decode()
