"""What areas became: said with a source, followed through steps, offered where old names are written, respected in lists of a day."""

from datetime import date

import pytest
from django.urls import reverse

from wayhome.core.actors import SYSTEM, Actor
from wayhome.core.errors import Conflict, Forbidden, InvalidInput
from wayhome.core.models import AuditEntry
from wayhome.places import texts
from wayhome.places.actions.succession import record, retire
from wayhome.places.models import Area, AreaSuccession
from wayhome.places.periods import Period, standing_on
from wayhome.places.queries.succession import standing_for

pytestmark = pytest.mark.django_db


def url(process, name, *rest):
    return reverse(name, args=[process.slug, *rest])


@pytest.fixture
def old(valley):
    """Old Kulgrad, a district of before 1974, and what it was split into: `old.one`, `old.two`."""
    valley.grad = valley.add("X1", "adm2", 2, valley.velmar, ("Kulgrad", "en"), ("Кульград", "ru"))
    valley.one = valley.add("X2", "adm2", 2, valley.velmar, ("Ilmet District", "en"))
    valley.two = valley.add("X3", "adm2", 2, valley.velmar, ("Dorvi District", "en"))
    return valley


def split(old, **more):
    said = {"kind": "split", "moment": "1974-05", "source": "Law 12", "afters": [(old.one, 0.6), (old.two, 0.4)], **more}
    return record(before=old.grad, actor=SYSTEM, **said)


def test_a_split_ends_the_area_and_begins_the_others(old):
    split(old)
    for area in (old.grad, old.one, old.two):
        area.refresh_from_db()
    assert (old.grad.valid_to, old.one.valid_from, old.two.valid_from) == ("1974-05", "1974-05", "1974-05")
    [entry] = AuditEntry.objects.filter(action="area.succession_recorded")
    assert entry.detail["into"] == [{"area": "X2", "share": 0.6}, {"area": "X3", "share": 0.4}]


def test_what_stands_for_an_area_on_a_day_through_all_steps(process, old):
    split(old)
    record(before=old.one, actor=SYSTEM, kind="merged", afters=[(old.borun_district, None)], moment="1991", source="Law 40")
    heirs = standing_for(process, [old.grad.pk])[old.grad.pk]
    assert {(one.area_id, one.share) for one in heirs} == {(old.two.pk, 0.4), (old.borun_district.pk, 0.6)}
    then = standing_for(process, [old.grad.pk], date(1980, 1, 1))[old.grad.pk]
    assert {one.area_id for one in then} == {old.one.pk, old.two.pk}
    assert [one.area_id for one in standing_for(process, [old.grad.pk], date(1960, 1, 1))[old.grad.pk]] == [old.grad.pk]
    assert [one.area_id for one in standing_for(process, [old.kul.pk])[old.kul.pk]] == [old.kul.pk]


def test_an_area_that_ended_without_a_word_has_nobody(process, old):
    Area.objects.filter(pk=old.grad.pk).update(valid_to="1974")
    assert standing_for(process, [old.grad.pk]) == {old.grad.pk: []}


def test_a_part_passed_on_ends_nothing(process, old):
    record(before=old.grad, actor=SYSTEM, kind="part", afters=[(old.one, 0.1)], moment="1960", source="A map")
    old.grad.refresh_from_db()
    assert old.grad.valid_to == "" and [one.area_id for one in standing_for(process, [old.grad.pk])[old.grad.pk]] == [old.grad.pk]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"source": " "}, "who says so"),
        ({"moment": "1974-13"}, "no date"),
        ({"kind": "became"}, "one area"),
        ({"kind": "vanished"}, "what happened"),
        ({"afters": []}, "at least one"),
    ],
)
def test_statements_that_cannot_be(old, more, words):
    with pytest.raises(InvalidInput, match=words):
        split(old, **more)


def test_no_area_follows_itself_or_comes_back(old, other_process, person):
    with pytest.raises(InvalidInput, match="follows another"):
        split(old, afters=[(old.grad, None), (old.one, None)])
    with pytest.raises(InvalidInput, match="100 %"):
        split(old, afters=[(old.one, 0.7), (old.two, 0.7)])
    with pytest.raises(InvalidInput, match="less than 100"):
        split(old, afters=[(old.one, 0.2), (old.two, 0.2)])
    split(old)
    with pytest.raises(Conflict, match="on file already"):
        split(old)
    with pytest.raises(InvalidInput, match="came before"):
        record(before=old.two, actor=SYSTEM, kind="became", afters=[(old.grad, None)], moment="", source="?")
    theirs = Area.objects.create(process=other_process, code="T")
    with pytest.raises(InvalidInput, match="another process"):
        record(before=old.two, actor=SYSTEM, kind="became", afters=[(theirs, None)], moment="", source="?")
    with pytest.raises(Forbidden):
        record(before=old.two, actor=Actor.of(person("reader")), kind="became", afters=[(old.kul, None)], moment="", source="?")


def test_a_statement_is_taken_back_with_a_reason_and_stays_on_file(process, old):
    statement = split(old)[0]
    with pytest.raises(InvalidInput, match="reason"):
        retire(statement=statement, actor=SYSTEM, reason=" ")
    retire(statement=statement, actor=SYSTEM, reason="Another law")
    retire(statement=statement, actor=SYSTEM, reason="Again")
    assert AreaSuccession.objects.get(pk=statement.pk).retired_reason == "Another law"
    assert [one.area_id for one in standing_for(process, [old.grad.pk])[old.grad.pk]] == [old.two.pk]
    record(before=old.grad, actor=SYSTEM, kind="part", afters=[(old.one, None)], moment="1974", source="A map")


def test_the_page_says_what_it_was_and_became(process, old, as_user, editor, person):
    client = as_user(editor)
    said = {"kind": "split", "afters": "X2 60 %\nX9", "moment": "1974", "source": "Law 12", "began": "on"}
    answer = client.post(url(process, "area_became", old.grad.pk), said)
    assert answer.status_code == 422 and "X9" in answer.content.decode() and not AreaSuccession.objects.exists()
    answer = client.post(url(process, "area_became", old.grad.pk), {**said, "afters": "X2 60 %\nX3 40,0%"})
    assert answer.status_code == 302
    html = as_user(person("reader")).get(url(process, "area", old.grad.pk)).content.decode()
    assert "was split into" in html and "60 %" in html and "Law 12" in html and "Today stands for it" in html
    assert "Say what became of it" not in html
    html = client.get(url(process, "area", old.two.pk)).content.decode()
    assert url(process, "area", old.grad.pk) in html and "Kulgrad" in html


def test_an_old_name_or_code_leads_to_what_stands_today_with_a_choice(process, old, as_user, editor):
    split(old)
    client = as_user(editor)
    for words in ("Кульград", "X1"):
        html = client.get(url(process, "areas"), {"q": words}).content.decode()
        assert url(process, "area", old.grad.pk) in html and url(process, "area", old.one.pk) in html
    texts.register("test", "Tests", lambda process_id: [texts.Written("Kulgrad", count=2)])
    try:
        html = client.get(url(process, "places_written"), {"text": "Kulgrad"}).content.decode()
    finally:
        texts.unregister("test")
    assert "What earlier areas became" in html and f'value="{old.two.pk}"' in html and "Dorvi District" in html


def test_the_list_is_that_of_a_day(process, old, as_user, editor):
    split(old)
    client = as_user(editor)
    html = client.get(url(process, "areas")).content.decode()
    assert "Kulgrad" not in html and "Ilmet District" in html and "1 area of another time is not shown" in html
    html = client.get(url(process, "areas"), {"on": "1960-01-01"}).content.decode()
    assert "Kulgrad" in html and "2 areas of other times" in html and html.count("<tr>") == html.count("</tr>")
    assert f'class="ttl" href="{url(process, "area", old.one.pk)}"' not in html
    html = client.get(url(process, "areas"), {"on": "all"}).content.decode()
    assert "Kulgrad" in html and "Ilmet District" in html


@pytest.mark.parametrize("start", ["", "1974", "1974-05", "1974-05-20"])
@pytest.mark.parametrize("end", ["", "1974", "1974-05", "1974-05-20", "1980"])
def test_the_database_tells_a_day_as_periods_do(process, start, end):
    area = Area.objects.create(process=process, code="D", valid_from=start, valid_to=end)
    for day in (
        date(1973, 12, 31),
        date(1974, 1, 1),
        date(1974, 5, 19),
        date(1974, 5, 20),
        date(1974, 5, 21),
        date(1974, 6, 1),
        date(1981, 1, 1),
    ):
        assert Area.objects.filter(standing_on(day), pk=area.pk).exists() == Period(start, end).holds(day), day


def test_names_are_those_used_on_the_day(valley):
    from wayhome.places.names import Policy, label

    names = list(valley.kul.names.all())
    policy = Policy(("reader",), 1)
    assert label(names, policy, "ru") == "Куль"
    assert label(names, policy, "ru", on=date(1950, 1, 1)) == "Октябрь"
    assert label(names, policy, "ru", on=date(1920, 1, 1)) == "Куль"


def test_a_reader_is_shown_a_name_in_a_script_that_can_be_read_where_there_is_room(valley):
    from wayhome.places.names import Policy, label

    area = valley.add("Y1", "adm2", 2, valley.velmar, ("الشيخان", "ar"), ("Shikhan", "en"))
    names = list(area.names.all())
    assert label(names, Policy(), "az") == "الشيخان / Shikhan"
    assert label(names, Policy(), "ar") == "الشيخان" and label(names, Policy(count=1), "az") == "الشيخان"
    assert label(names, Policy(), "hy") == "الشيخان"


def test_the_policy_knows_languages_of_the_names_and_shows_what_each_reader_sees(process, valley, as_user, lead):
    valley.add("Z1", "settlement", 5, valley.meshul_district, ("Gule", "ku"), ("Kul-Z", "en"))
    client = as_user(lead)
    html = client.get(url(process, "place_names")).content.decode()
    assert 'value="ku"' in html and "Мешульский район" in html and "Meshul District" in html
    said = {"wish0": "ku", "wish1": "reader", "count": "1"}
    assert client.post(url(process, "place_names"), said).status_code == 302
    assert "Gule" in client.get(url(process, "areas")).content.decode()
