"""Runs of the linking engine over the registry: what goes in, what is proposed, what a second run leaves alone."""

from datetime import date

import pytest

from wayhome.core.actors import SYSTEM, Actor
from wayhome.core.errors import Conflict
from wayhome.registry.actions import judging, linking
from wayhome.registry.models import CandidatePair, Household, LinkRun, Person
from wayhome.registry.reasons import WORDS, words_for
from wayhome.registry.states import PairState, Precision

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def by_hand(settings, tmp_path):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    settings.MASTER_KEY_FILE, settings.OLD_MASTER_KEY_FILES = tmp_path / "k", []


@pytest.fixture
def amina(person):
    return Actor.of(person("case_worker"))


FAMILY = [
    ("Թամար", "Սուրենի", "Այվելին", "Тамара", "Суреновна", "Айвелин", "f", date(1961, 3, 12)),
    ("Դավիթ", "Արամի", "Մարգարյան", "Давид", "Арамович", "Маргарян", "m", date(1987, 11, 2)),
    ("Գայանե", "Հակոբի", "Պետրոսյան", "Гаяне", "Акоповна", "Петросян", "f", date(1990, 7, 18)),
]


@pytest.fixture
def two_lists(process):
    """Three people, once in an Armenian list, once in a Russian one, and forty others."""
    number = 0

    def add(given, patronymic, family, sex, born, listed, household, place="Meshul"):
        nonlocal number
        number += 1
        return Person.objects.create(
            **{"process": process, "number": number, "given_name": given, "patronymic": patronymic, "family_name": family},
            **{"sex": sex, "birth_from": born, "birth_to": born, "birth_precision": Precision.DAY},
            **{"list_name": listed, "household": household, "origin_text": place},
        )

    first = Household.objects.create(process=process, number=1)
    second = Household.objects.create(process=process, number=2)
    pairs = []
    for hy, hy2, hy3, ru, ru2, ru3, sex, born in FAMILY:
        pairs.append((add(hy, hy2, hy3, sex, born, "community", first), add(ru, ru2, ru3, sex, born, "reception", second)))
    for n in range(40):
        given = ["Rosa", "Anton", "Milan", "Vera", "Pavel"][n % 5]
        add(
            given,
            "",
            f"Stranger{chr(97 + n % 26)}{chr(97 + n // 5)}",
            "mf"[n % 2],
            date(1950 + n, 1 + n % 12, 1 + n % 28),
            "camp",
            None,
            f"Town {n}",
        )
    return pairs


def test_people_are_found_across_scripts_and_nothing_is_merged(two_lists, process, amina):
    run = linking.ask_for_run(process=process, actor=amina)
    with pytest.raises(Conflict):
        linking.ask_for_run(process=process, actor=amina)
    assert linking.run_now(run.pk) == LinkRun.State.DONE
    run.refresh_from_db()
    assert run.records == 46 and len(run.input_digest) == 64
    found = {(p.left_id, p.right_id) for p in CandidatePair.objects.all()}
    assert {(a.pk, b.pk) for a, b in two_lists} <= found
    assert not Person.objects.exclude(identity=None).exists()
    pair = CandidatePair.objects.get(left=two_lists[0][0])
    assert {reason["field"] for reason in pair.reasons} >= {"given_name", "family_name", "birth"}
    assert all(words_for(reason) for reason in pair.reasons)


def test_a_second_run_keeps_what_was_judged_and_drops_what_is_no_longer_proposed(two_lists, process, amina):
    linking.run_now(linking.ask_for_run(process=process, actor=amina).pk)
    (a, b), (c, d), (e, f) = two_lists
    judging.judge(one=a, other=b, verdict="different", actor=amina)
    judging.judge(one=c, other=d, verdict="same", actor=amina)
    Person.objects.filter(pk=f.pk).update(
        given_name="Xenia",
        patronymic="",
        family_name="Quorth",
        birth_from=None,
        birth_to=None,
        birth_precision="",
        origin_text="",
        household=None,
    )
    linking.run_now(linking.ask_for_run(process=process, actor=amina).pk)
    assert CandidatePair.objects.get(left=a, right=b).state == PairState.DIFFERENT
    assert CandidatePair.objects.get(left=c, right=d).state == PairState.SAME
    assert not CandidatePair.objects.filter(left=e, right=f).exists()


def test_every_reason_of_the_engine_has_words_here():
    from wayhome.engines.linking.explain import sentences

    assert set(WORDS) == set(sentences())


def test_a_place_people_decided_about_is_one_place_however_it_was_written(process, tmp_path):
    from wayhome.places.actions.areas import add_area
    from wayhome.registry.bridge.linking import _people

    area = add_area(process=process, actor=SYSTEM, name="Kul", language="en")
    for number, written in enumerate(("Kul village", "с. Кул"), start=1):
        Person.objects.create(process=process, number=number, given_name="Vera", origin_text=written, origin=area)
    _people(process, tmp_path / "people.csv")
    rows = (tmp_path / "people.csv").read_text(encoding="utf-8").splitlines()
    assert [row.split(",")[8] for row in rows[1:]] == ["Kul", "Kul"]
