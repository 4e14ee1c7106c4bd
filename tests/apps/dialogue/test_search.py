"""Search: any language and script, prefixes, phrases, scope, restriction, and nothing typed is read as a query language."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import House
from wayhome.dialogue import search
from wayhome.dialogue.models import Ask, Document, Party, PartyName, SearchEntry
from wayhome.dialogue.search import Kind, matching, matching_asks, parse, pieces

pytestmark = pytest.mark.django_db


def find(process, kind, query, restricted=False):
    model = {Kind.ASK: Ask, Kind.DOCUMENT: Document, Kind.PARTY: Party}[kind]
    return list(model.objects.filter(matching(process, kind, parse(query), restricted=restricted)))


TEXTS = {
    "en": ("We ask you to open the road to Meshul.", "ROAD", "roa"),
    "fr": ("Nous demandons la réouverture de la route.", "reouverture", "RÉOUV"),
    "ru": ("Просим открыть дорогу до села, ещё раз.", "дорогу", "еще"),
    "az": ("Yolun açılmasını xahiş edirik, İlham.", "acilmasini", "ilham"),
    "hy": ("Խնդրում ենք բացել ճանապարհը։", "ճանապարհը", "ՃԱՆԱՊ"),
    "ar": ("نطلب فتح الطريق إلى القَرية", "الطريق", "القريه"),
    "ka": ("გთხოვთ გახსნათ გზა", "გახსნათ", "გახს"),
    "de": ("Wir bitten, die Straße zu öffnen.", "strasse", "offnen"),
}


@pytest.mark.parametrize("language", sorted(TEXTS))
def test_a_document_is_found_in_its_script_in_any_case_and_by_a_beginning(house, language):
    text, word, beginning = TEXTS[language]
    document = house.document(text, language=language)
    house.document("Something else entirely.")
    for query in (word, beginning, f"{word} {beginning}"):
        assert find(house.process, Kind.DOCUMENT, query) == [document], query


def test_every_word_must_be_there_and_a_phrase_in_its_order(house):
    document = house.document("Open the road before winter.")
    assert find(house.process, Kind.DOCUMENT, "winter road") == [document]
    assert find(house.process, Kind.DOCUMENT, "winter bridge") == []
    assert find(house.process, Kind.DOCUMENT, '"the road before"') == [document]
    assert find(house.process, Kind.DOCUMENT, "«road the»") == []
    assert find(house.process, Kind.DOCUMENT, '"the roa"') == []  # a phrase is whole words


def test_an_ask_is_found_by_its_words_its_passage_and_any_name_of_its_addressee(house):
    ask = house.ask("Publish the schedule of clearance", with_document=True, place="Old Tavrek")
    PartyName.objects.create(party=house.ministry, text="Министерство дорог", language="ru")
    for query in ("schedule", "tavrek", "a-001", "We ask that you", "министерство", "schedule министерство", "lirva"):
        assert list(Ask.objects.filter(matching_asks(house.process, parse(query), restricted=False))) == [ask], query
    assert not Ask.objects.filter(matching_asks(house.process, parse("schedule envoy"), restricted=False)).exists()


def test_search_stays_in_its_process(house, other_process):
    House(other_process).document("The road to Meshul.")
    House(other_process).ask("Open the road")
    assert find(house.process, Kind.DOCUMENT, "road") == []
    assert not Ask.objects.filter(matching_asks(house.process, parse("road"), restricted=True)).exists()


def test_restricted_documents_are_found_only_by_who_may_see_them(house):
    document = house.document("A secret meeting place.")
    ask = house.ask("Meet", passages=[house.passage(document)], communication=house.communication(document=document))
    assert find(house.process, Kind.DOCUMENT, "secret") == [document]
    assert find(house.process, Kind.ASK, "secret") == [ask]
    document.restricted = True
    document.save()
    assert find(house.process, Kind.DOCUMENT, "secret") == []
    assert find(house.process, Kind.DOCUMENT, "secret", restricted=True) == [document]
    assert find(house.process, Kind.ASK, "secret", restricted=True) == []  # its words left the ask, which everybody sees
    document.restricted = False
    document.save(update_fields=["restricted"])
    assert find(house.process, Kind.ASK, "secret") == [ask]


def test_the_index_follows_every_change(house):
    document = house.document("First words.")
    assert find(house.process, Kind.DOCUMENT, "first") == [document]
    document.text = "Other words."
    document.save(update_fields=["text"])
    assert find(house.process, Kind.DOCUMENT, "first") == []
    assert find(house.process, Kind.DOCUMENT, "other") == [document]
    document.delete()
    assert find(house.process, Kind.DOCUMENT, "other") == []
    party = house.envoy
    party.merged_into = house.ministry
    party.save()
    assert find(house.process, Kind.PARTY, "envoy") == []


def test_indexing_anew_gives_the_same(house):
    house.ask(with_document=True)
    before = sorted(SearchEntry.objects.values_list("kind", "object_id", "scope", "text"))
    SearchEntry.objects.all().delete()
    assert find(house.process, Kind.DOCUMENT, "road") == []
    search.index_all(house.process)
    assert sorted(SearchEntry.objects.values_list("kind", "object_id", "scope", "text")) == before
    assert len(find(house.process, Kind.DOCUMENT, "road")) == 1


@given(st.text(max_size=60) | st.from_regex(r"[\"'*:()^{}\-+ANDORNTE &|!<>\\%a-z]{1,40}", fullmatch=True))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_typed_breaks_the_query_or_is_read_as_one(house, query):
    terms = parse(query)
    found = list(Document.objects.filter(matching(house.process, Kind.DOCUMENT, terms, restricted=True)))
    assert found == []
    list(Ask.objects.filter(matching_asks(house.process, terms, restricted=False)))
    assert "".join(piece.text for piece in pieces(query, terms)).strip("… ") in query + " "


def test_matching_words_are_marked_as_written(house):
    shown = pieces("Nous demandons la Réouverture de la route.", parse("reouv ROUTE"))
    assert [piece.text for piece in shown if piece.hit] == ["Réouverture", "route"]
    assert "".join(piece.text for piece in shown) == "Nous demandons la Réouverture de la route."


def test_a_long_text_is_cut_around_the_first_match(house):
    shown = pieces("word " * 500 + "needle " + "word " * 500, parse("needle"))
    assert shown[0].text == "… " and shown[-1].text == " …"
    assert sum(len(piece.text) for piece in shown) < 320


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="SQLite's own triggers")
def test_the_triggers_stand():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'dialogue_searchentry'")
        assert cursor.fetchone()[0] == 3
