"""Words for places against names: hand-checkable cases, one property each."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.gazetteer import valley as v

from wayhome.engines.gazetteer import GazetteerError, Index, Matcher, Name, Place, run

M = v.matcher()


def first(text, within=""):
    answer = M.resolve(text, within=within)
    return (answer.candidates[0].place if answer.candidates else None), answer.band


def codes(text, place=None):
    answer = M.resolve(text)
    one = next(c for c in answer.candidates if place is None or c.place == place)
    return [reason.code for reason in one.reasons]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("village of Kul, Meshul district", v.KUL),
        ("с. Куль Мешульского района", v.KUL),
        ("Мешульский р-н, с. Куль", v.KUL),
        ("Meşul rayonunun Kul kəndi", v.KUL),
        ("قرية كول قضاء ميشول", v.KUL),
        ("Քուլ գյուղ, Մեշուլի շրջան", v.KUL),
        ("Kul (Meshul)", v.KUL),
        ("KUL/MESHUL", v.KUL),
        ("Borun, Kul", v.KUL_OF_BORUN),
        ("Октябрь", v.KUL),
        ("Köhnə Tavrek", v.OLD_TAVREK),
        ("Ст. Таврек", v.OLD_TAVREK),
        ("Tavrek", v.TAVREK),
        ("sarn  FORD", v.SARN_FORD),
        ("Верхний Сарыбулах", v.YUKARI),
        ("Ford Sarn", v.SARN_FORD),
    ],
)
def test_one_village_is_clear(text, place):
    assert first(text)[0] == place
    assert first(text)[1] in {"certain", "likely"}


@pytest.mark.parametrize("text", ["Kul", "Куль", "Meshul", "KUL village", "Kul, nowhere"])
def test_a_name_of_two_places_stays_ambiguous(text):
    assert M.resolve(text).band == "ambiguous"


@pytest.mark.parametrize("text", ["Paris", "", "???", "12", "Zzyzx", "Guldur", "، ،", "a" * 5000])
def test_what_is_not_on_file_is_none(text):
    assert M.resolve(text).band == "none"


def test_what_stands_in_another_column_counts():
    assert first("Kul", within="Meshul district") == (v.KUL, "certain")
    assert first("Kul", within="Borun") == (v.KUL_OF_BORUN, "certain")


def test_a_place_named_beside_it_that_does_not_lie_above_counts_against():
    answer = M.resolve("Tavrek, Meshul district")
    assert answer.band == "ambiguous"
    assert "parent_differs" in codes("Tavrek, Meshul district", v.TAVREK)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Sarn Ford", "exact_name"),
        ("Сарн Форд", "other_script"),
        ("Октябрь", "former_name"),
        ("Tavrik", "one_letter"),
        ("Borun, Kul", "parent_named"),
        ("Tavrekdən", "inflected"),
        ("Мешyл", "lookalike"),
        ("O. Tavrek", "abbreviated"),
        ("Kul village, Borun", "kind_said"),
    ],
)
def test_the_reasons_say_why(text, code):
    assert code in codes(text)


def test_reasons_are_sentences():
    [reason] = [r for r in M.resolve("Oktyabr").candidates[0].reasons if r.code == "former_name"]
    assert str(reason) == "former name Oktyabr, until 1974"


def test_letters_that_write_several_sounds_are_never_certain():
    """Arabic writes o and u, e and i, v and f alike: both villages are offered, and one alone is likely at best."""
    two = Matcher(Index.build([Place(1), Place(2), Place(3)], [Name(1, "Fur"), Name(2, "For"), Name(3, "Karagundur")]))
    answer = two.resolve("فور")
    assert answer.band == "ambiguous" and {one.place for one in answer.candidates} == {1, 2}
    assert two.resolve("كاراغوندور").band == "likely"
    named = Matcher(Index.build([Place(3)], [Name(3, "Karagundur"), Name(3, "كاراغوندور", "ar")]))
    assert named.resolve("كاراغوندور").band == "certain"


def test_old_and_new_are_not_confused():
    found = M.resolve("New Tavrek")
    assert found.band != "certain"
    assert {c.place: c.score for c in found.candidates}[v.TAVREK] > {c.place: c.score for c in found.candidates}[v.OLD_TAVREK]


def test_a_short_name_with_another_letter_is_no_guess():
    """Kul and Kur are different villages; nothing is offered as clear."""
    assert M.resolve("Kur").band in {"none", "ambiguous"}


def test_the_larger_of_those_with_the_same_name_stands_first_and_says_so():
    answer = M.resolve("Kul")
    assert [c.place for c in answer.candidates[:2]] == [v.KUL, v.KUL_OF_BORUN]
    assert {"shared", "larger"} <= {r.code for r in answer.candidates[0].reasons}


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_has_an_answer_and_it_is_sound(text):
    answer = M.resolve(text)
    scores = [c.score for c in answer.candidates]
    assert scores == sorted(scores, reverse=True) and all(0 <= s <= 1 for s in scores)
    assert len({c.place for c in answer.candidates}) == len(answer.candidates) <= 9
    assert (answer.band == "none") == (not answer.candidates)
    assert all(str(reason) for c in answer.candidates for reason in c.reasons)
    assert answer == M.resolve(text)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(v.NAMES), st.sampled_from([str.upper, str.lower, str.title, "  {} ".format, "«{}»".format]))
def test_every_name_finds_its_own_place_in_any_dress(name, dress):
    places = [c.place for c in M.resolve(dress(name.text)).candidates if c.score > 0.9]
    assert name.place in places


@settings(max_examples=60, deadline=None)
@given(st.permutations(v.NAMES), st.sampled_from(["Kul", "Meshul", "Tavrik", "с. Куль Мешульского района"]))
def test_the_order_of_names_changes_nothing(names, text):
    other = Matcher(Index.build(v.PLACES, names)).resolve(text)
    mine = M.resolve(text)
    assert [(c.place, c.score) for c in other.candidates] == [(c.place, c.score) for c in mine.candidates]


LONG = ["Karagundur", "Sarıbulaqlar", "Верхнебережное", "Վարդանաբերդ", "Montalvière"]
L = Matcher(Index.build([Place(n) for n in range(len(LONG))], [Name(n, text) for n, text in enumerate(LONG)]))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(range(len(LONG))), st.data())
def test_one_letter_wrong_missing_or_too_many_in_a_long_name_still_finds_it(number, data):
    name = LONG[number]
    at = data.draw(st.integers(1, len(name) - 1))
    letter = data.draw(st.sampled_from(name.lower()))
    wrong = data.draw(
        st.sampled_from([name[:at] + letter + name[at + 1 :], name[:at] + name[at + 1 :], name[:at] + letter + name[at:]])
    )
    answer = L.resolve(wrong)
    assert answer.band in {"certain", "likely"} and answer.candidates[0].place == number


def test_faults_of_the_places_are_named():
    with pytest.raises(GazetteerError, match="parent 9"):
        Index.build([Place(1, 9)], [])
    with pytest.raises(GazetteerError, match="above itself"):
        Index.build([Place(1, 2), Place(2, 1)], [])
    with pytest.raises(GazetteerError, match="not there"):
        Index.build([Place(1)], [Name(2, "X")])


def test_many_at_once_are_the_same_as_one_by_one():
    texts = ["Kul", "Meshul", "Paris"]
    assert run(Index.build(v.PLACES, v.NAMES), texts) == [M.resolve(text) for text in texts]
