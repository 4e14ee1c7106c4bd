"""The public timeline: nothing shows that was not published; withheld words leave no trace; accounts stand side by side."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import House, ago
from wayhome.core.errors import Forbidden, InvalidInput
from wayhome.core.models import AuditEntry
from wayhome.dialogue.models import Account, Event, TimelineItem
from wayhome.outputs.actions import timeline as actions
from wayhome.outputs.timeline.redacting import merge, pieces, plain

pytestmark = pytest.mark.django_db
TEXT = "Dear Minister,\n\nOur neighbour Anahit Vell of house 14 saw it. We ask that the bridge be opened.\n"


@pytest.fixture
def house(process):
    process.public = True
    process.save()
    return House(process)


@pytest.fixture
def letter(house):
    return house.communication(document=house.document(TEXT), on=ago(30))


def publish(letter, lead, **fields):
    passages = [House(letter.process).passage(letter.document, "Our neighbour Anahit Vell of house 14 saw it.")]
    fields = {"passages": passages, "published": True, **fields}
    return actions.edit(subject=letter, user=lead, **fields)


def page(client, process, name="public_timeline"):
    return client.get(reverse(name, args=[process.slug]))


EVERYWHERE = ["public_timeline", "public_timeline_csv", "public_timeline_jsonld", "public_timeline_rss"]


def test_nothing_shows_before_it_is_published(client, process, letter):
    for name in EVERYWHERE:
        assert "Anahit" not in page(client, process, name).content.decode()
    assert TimelineItem.objects.count() == 0


@pytest.mark.parametrize("name", EVERYWHERE)
def test_a_published_passage_shows_with_its_speaker_and_place(client, process, letter, lead, name):
    publish(letter, lead)
    text = page(client, process, name).content.decode()
    assert "Anahit Vell" in text
    assert "Office of the Lirva Valley Community" in text


@pytest.mark.parametrize("name", EVERYWHERE)
def test_withheld_words_are_in_no_public_form(client, process, letter, lead, name):
    item = publish(letter, lead, show_document=True)
    start = TEXT.index("Anahit Vell of house 14")
    actions.redact(
        document=letter.document, start=start, end=start + 23, quote="Anahit Vell of house 14", reason="her safety", user=lead
    )
    text = page(client, process, name).content.decode()
    assert "Anahit" not in text
    assert "house 14" not in text
    assert "her safety" not in text
    whole = client.get(reverse("public_document", args=[process.slug, letter.document.uid])).content.decode()
    assert "Anahit" not in whole
    assert "bridge be opened" in whole
    assert item.published


@pytest.mark.parametrize("name", EVERYWHERE)
def test_an_embargo_holds_until_its_hour(client, process, letter, lead, name):
    item = publish(letter, lead, embargo_until=timezone.now() + timedelta(hours=1))
    assert "Anahit" not in page(client, process, name).content.decode()
    TimelineItem.objects.filter(pk=item.pk).update(embargo_until=timezone.now() - timedelta(minutes=1))
    assert "Anahit" in page(client, process, name).content.decode()


def test_a_restricted_document_cannot_be_published_and_does_not_show_when_restricted_later(client, process, letter, lead):
    publish(letter, lead)
    letter.document.restricted = True
    letter.document.save()
    for name in EVERYWHERE:
        assert "Anahit" not in page(client, process, name).content.decode()
    with pytest.raises(InvalidInput, match="restricted"):
        publish(letter, lead)


def test_a_process_that_is_not_public_is_not_there(client, process, letter, lead):
    publish(letter, lead, show_document=True)
    actions.open_timeline(process=process, user=lead, public=False, lede="")
    for name in EVERYWHERE:
        assert page(client, process, name).status_code == 404
    assert client.get(reverse("public_document", args=[process.slug, letter.document.uid])).status_code == 404


def test_a_document_is_public_only_when_its_entry_says_so(client, process, letter, lead):
    publish(letter, lead)
    assert client.get(reverse("public_document", args=[process.slug, letter.document.uid])).status_code == 404


def test_accounts_of_one_event_stand_side_by_side_each_with_its_speaker(client, process, house, lead):
    event = Event.objects.create(process=process, title="The road was closed", dated=ago(40).isoformat(), day=ago(40))
    for who, words in ((house.community, "We were stopped."), (house.ministry, "The bridge was closed to all.")):
        document = house.document(words)
        house.communication(of=who, document=document)
        Account.objects.create(event=event, speaker=who, passage=house.passage(document))
    actions.edit(subject=event, user=lead, published=True)
    text = page(client, process).content.decode()
    assert "2 accounts are on file" in text
    assert text.count('<p class="who">') == 2


def test_silence_is_a_fact_about_the_file(client, process, house, lead):
    ask = house.ask(on=ago(60), with_document=True)
    assert "No reply on file" not in page(client, process).content.decode()  # its letter is not public
    actions.edit(subject=ask.communication, user=lead, published=True)
    text = page(client, process).content.decode()
    assert "No reply on file as of" in text
    assert "communications searched" in text or "communication searched" in text
    for word in ("ignored", "evaded", "failed to answer"):
        assert word not in text


def test_another_documents_words_cannot_stand_under_an_entry(house, letter, lead):
    other = house.passage(house.document("Something else entirely."))
    with pytest.raises(InvalidInput):
        actions.edit(subject=letter, user=lead, published=True, passages=[other])


def test_an_editor_cannot_publish(letter, editor):
    with pytest.raises(Forbidden):
        publish(letter, editor)


def test_every_step_is_in_the_audit_log(letter, lead):
    publish(letter, lead)
    assert AuditEntry.objects.filter(action="timeline.published").count() == 1


def test_a_csv_cell_is_never_a_formula(client, process, letter, lead):
    publish(letter, lead, summary='=HYPERLINK("http://x.example","y")')
    text = page(client, process, "public_timeline_csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_markup_in_words_is_text(client, process, house, lead):
    letter = house.communication(document=house.document("<script>alert(1)</script> we ask"))
    actions.edit(subject=letter, user=lead, published=True, passages=[house.passage(letter.document)], show_document=True)
    for name in ("public_timeline", "public_timeline_rss"):
        assert "<script>alert" not in page(client, process, name).content.decode()
    assert json.loads(page(client, process, "public_timeline_jsonld").content)["@type"] == "ItemList"


def test_filters_find_words_in_any_script(client, process, house, lead):
    letter = house.communication(document=house.document("Просим открыть школу. Դպրոցը բաց թողեք։"))
    actions.edit(subject=letter, user=lead, published=True, passages=[house.passage(letter.document)])
    url = reverse("public_timeline", args=[process.slug])
    assert "Просим" in client.get(url, {"q": "ШКОЛУ"}).content.decode()
    assert "Просим" not in client.get(url, {"q": "мост"}).content.decode()


def test_the_number_of_queries_does_not_grow(client, process, house, lead):
    def add(n):
        letter = house.communication(document=house.document(f"We ask for bread {n}."), on=ago(n))
        actions.edit(subject=letter, user=lead, published=True, passages=[house.passage(letter.document)])
        event = Event.objects.create(process=process, title=f"Event {n}", dated=ago(n).isoformat(), day=ago(n))
        Account.objects.create(event=event, speaker=house.ministry, passage=house.passage(letter.document))
        actions.edit(subject=event, user=lead, published=True)

    add(1)
    with CaptureQueriesContext(connection) as one:
        page(client, process)
    for n in range(2, 31):
        add(n)
    with CaptureQueriesContext(connection) as many:
        page(client, process)
    assert len(many) == len(one)
    client.force_login(lead, backend="django.contrib.auth.backends.ModelBackend")
    with CaptureQueriesContext(connection) as desk:
        client.get(reverse("timeline_desk", args=[process.slug]))
    assert len(desk) <= 25


def test_the_public_page_sets_no_cookie(client, process, letter, lead):
    publish(letter, lead)
    response = page(client, process)
    assert not response.cookies
    assert response["Cache-Control"] == "public, max-age=60"


spans = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda t: (t[0], t[0] + t[1])), max_size=8)


@given(text=st.text(max_size=70), cut=spans, start=st.integers(0, 30), length=st.integers(1, 60))
def test_what_is_withheld_is_gone_and_the_rest_is_whole(text, cut, start, length):
    end = min(start + length, len(text))
    start = min(start, end)
    kept = "".join(text[i] for i in range(start, end) if not any(a <= i < b for a, b in cut))
    assert plain(pieces(text, start, end, cut), mark="") == kept
    merged = merge(cut)
    assert all(a[1] < b[0] for a, b in zip(merged, merged[1:], strict=False))


def test_the_public_pages_speak_the_language_of_their_address(client, process, letter, lead):
    publish(letter, lead, show_document=True)
    address = reverse("public_timeline", args=[process.slug])
    english = client.get(address, headers={"accept-language": "en"})
    body = english.content.decode()
    assert '<html lang="en"' in body and 'href="?lang=fr"' in body and "Français" in body
    assert {"Accept-Language", "Cookie"} <= {name.strip() for name in english["Vary"].split(",")}
    french = client.get(address + "?lang=fr&q=bridge", headers={"accept-language": "en"})
    body = french.content.decode()
    assert '<html lang="fr"' in body and french["Content-Language"] == "fr"
    assert 'href="?lang=ar&amp;q=bridge"' in body  # the words that were looked for stay
    assert "set-cookie" not in {name.lower() for name in french.headers}
    document = reverse("public_document", args=[process.slug, letter.document.uid])
    body = client.get(address + "?lang=ar").content.decode()
    assert ">English</a>" in body  # each language by its own name
    assert 'dir="rtl"' in body.split(">")[1] + body[:300] and f'href="{document}?lang=ar"' in body
    body = client.get(document + "?lang=ar").content.decode()
    assert '<html lang="ar"' in body and f'href="{address}?lang=ar"' in body
    assert '<html lang="en"' in client.get(address + "?lang=xx", headers={"accept-language": "en"}).content.decode()
