"""What words for a place mean: proposals, decisions that are remembered, decisions that are taken back."""

import pytest

from wayhome.accounts.models import Process
from wayhome.core.actors import SYSTEM, Actor
from wayhome.core.errors import Forbidden, InvalidInput
from wayhome.core.models import AuditEntry
from wayhome.places import bridge, texts
from wayhome.places.actions.matches import forget, remember, remember_certain
from wayhome.places.models import AreaName, PlaceMatch
from wayhome.places.queries.matches import resolve, resolve_many
from wayhome.places.signals import place_decided

pytestmark = pytest.mark.django_db


def test_the_machine_proposes_and_nothing_is_decided(process, valley):
    found = resolve(process, "с. Куль, Мешульский р-н")
    assert (found.decided, found.area_id, found.band, found.best_id) == (False, None, "certain", valley.kul.pk)
    assert PlaceMatch.objects.count() == 0


def test_ambiguous_words_have_no_best(process, valley):
    found = resolve(process, "Kul")
    assert (found.band, found.best_id) == ("ambiguous", None)
    assert {c.place for c in found.candidates} == {valley.kul.pk, valley.other_kul.pk}


def test_what_a_person_said_holds_for_the_same_words_in_any_dress(process, valley, editor):
    remember(process=process, actor=Actor.of(editor), text="Kul", area=valley.kul)
    for text in ("Kul", " KUL ", "kül."):
        found = resolve(process, text)
        assert (found.decided, found.best_id) == (True, valley.kul.pk)
    assert not resolve(process, "Kul", within="Borun").decided, "other words: what stands beside them counts"
    assert not resolve(process, "Куль").decided


def test_none_of_these_is_a_decision(process, valley, editor):
    remember(process=process, actor=Actor.of(editor), text="Kul", area=None)
    found = resolve(process, "kul")
    assert (found.decided, found.area_id, found.best_id) == (True, None, None)


def test_a_new_decision_retires_the_old_one_and_both_stay_on_file(process, valley, editor):
    old = remember(process=process, actor=Actor.of(editor), text="Kul", area=valley.kul)
    new = remember(process=process, actor=Actor.of(editor), text="Kul", area=valley.other_kul)
    old.refresh_from_db()
    assert old.retired_by == editor and old.area == valley.kul
    assert resolve(process, "Kul").area_id == valley.other_kul.pk
    assert remember(process=process, actor=Actor.of(editor), text="KUL", area=valley.other_kul) == new
    entries = AuditEntry.objects.filter(action="place.matched").order_by("seq")
    assert [entry.detail["area"] for entry in entries] == [valley.kul.pk, valley.other_kul.pk]
    assert entries[1].detail["instead_of"] == old.pk


def test_a_decision_is_taken_back_once(process, valley, editor):
    match = remember(process=process, actor=Actor.of(editor), text="Kul", area=valley.kul)
    forget(match=match, actor=Actor.of(editor))
    forget(match=match, actor=Actor.of(editor))
    assert resolve(process, "Kul").band == "ambiguous"
    assert AuditEntry.objects.filter(action="place.unmatched").count() == 1


def test_higher_rooms_are_told_inside_the_transaction(process, valley, editor):
    heard = []

    def listen(**said):
        heard.append((said["text"], said["area_id"], said["undone"]))

    place_decided.connect(listen)
    try:
        match = remember(process=process, actor=Actor.of(editor), text="Kul", area=valley.kul)
        forget(match=match, actor=Actor.of(editor))
    finally:
        place_decided.disconnect(listen)
    assert heard == [("Kul", valley.kul.pk, False), ("Kul", None, True)]


def test_certain_ones_are_confirmed_together_and_ambiguous_ones_are_left(process, valley, editor):
    pairs = [("Old Tavrek", ""), ("Kul", ""), ("Kul", "Borun"), ("Paris", "")]
    assert remember_certain(process=process, actor=Actor.of(editor), pairs=pairs) == 2
    assert resolve(process, "Old Tavrek").area_id == valley.tavrek.pk
    assert not resolve(process, "Kul").decided
    assert all(match.offered for match in PlaceMatch.objects.all())


def test_readers_decide_nothing_and_areas_of_others_are_refused(process, valley, person):
    with pytest.raises(Forbidden):
        remember(process=process, actor=Actor.of(person("reader")), text="Kul", area=valley.kul)
    with pytest.raises(InvalidInput):
        remember(process=process, actor=SYSTEM, text="  ", area=None)
    elsewhere = Process.objects.create(slug="ostra", name="Ostra")
    with pytest.raises(InvalidInput):
        remember(process=elsewhere, actor=SYSTEM, text="Kul", area=valley.kul)
    assert resolve(elsewhere, "Kul").band == "none"


def test_a_new_name_is_found_at_once(process, valley):
    assert resolve(process, "Gullen").band == "none"
    AreaName.objects.create(area=valley.kul, process=process, text="Gullen", kind="former")
    assert resolve(process, "Gullen").best_id == valley.kul.pk


def test_many_cost_as_many_queries_as_one(process, valley, django_assert_num_queries):
    bridge.matcher(process.pk)
    with django_assert_num_queries(3):  # decisions, and whether names or areas changed
        resolve(process, "Kul")
    with django_assert_num_queries(3):
        resolve_many(process, [(f"Kul {n}", "") for n in range(30)])


def test_forty_spellings_of_one_village_resolve_to_it(process, valley):
    spellings = """Old Tavrek|OLD TAVREK|old tavrek village|Village of Old Tavrek|Old-Tavrek|Old Tavrek (Borun)|Old Tavrek, Borun
        Borun, Old Tavrek|Tavrek, old|O. Tavrek|Old Tavreck|Old Tavrik|Old Tabrek|Old Tawrek|Old Tavrekk|Old Tafrek|Köhnə Tavrek
        Kohne Tavrek kendi|Köhnə Tavrek kəndi|Köhnə Tavrək|Старый Таврек|с. Старый Таврек|Ст. Таврек|село Старый Таврек
        Старый Тавpек|Старый Таврик|Стар. Таврек|Հին Տավրեկ|Հին Տավրեք|գյուղ Հին Տավրեկ|تافريك القديمة|قرية تافريك القديمة
        ძველი ტავრეკი|Eski Tavrek|Eski Tavrek köyü|Vieux Tavrek|village de Vieux Tavrek|Old Tavrek.|"Old Tavrek"|Old  Tavrek - Borun"""
    found = {text.strip(): resolve(process, text.strip()) for text in spellings.replace("\n", "|").split("|")}
    assert len(found) == 40
    assert {t for t, f in found.items() if not f.candidates or f.candidates[0].place != valley.tavrek.pk} == set()
    assert {t: f.band for t, f in found.items() if f.band not in {"certain", "likely"}} == {}


def test_sources_are_registered_once(process):
    texts.register("test", "Test", lambda process_id: [texts.Written("Kul", count=3)])
    try:
        assert [(name, one.text, one.count) for name, one in texts.written(process.pk, ["test"])] == [("test", "Kul", 3)]
        with pytest.raises(ValueError, match="twice"):
            texts.register("test", "Test", lambda process_id: [])
    finally:
        texts.unregister("test")
