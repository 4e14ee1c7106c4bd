"""Clusters as a pure function of judgements: any order, contradictions named, taken back without a trace."""

from hypothesis import given
from hypothesis import strategies as st

from wayhome.registry.identities import Contradiction, Said, identities, pair_state, value_of_information
from wayhome.registry.spelling import Run, marked
from wayhome.registry.states import PairState, Verdict

SAME, DIFFERENT = PairState.SAME, PairState.DIFFERENT


def test_three_records_become_one_person_and_the_lowest_stands_for_them():
    found = identities([(1, 4, 9, SAME), (2, 2, 9, SAME)])
    assert found.clusters == {2: (2, 4, 9)}
    assert found.of == {2: 2, 4: 2, 9: 2}


def test_a_same_against_a_different_is_not_applied_and_named():
    found = identities([(1, 1, 2, SAME), (2, 1, 3, DIFFERENT), (3, 2, 3, SAME)])
    assert found.clusters == {1: (1, 2)}
    assert found.contradictions == [Contradiction(2, 3, (3, 1))]


def test_a_different_judged_later_takes_the_last_same_out():
    before = identities([(1, 1, 2, SAME), (2, 2, 3, SAME)])
    assert before.clusters == {1: (1, 2, 3)}
    after = identities([(1, 1, 2, SAME), (2, 2, 3, SAME), (3, 1, 3, DIFFERENT)])
    assert after.clusters == {1: (1, 2)} and len(after.contradictions) == 1


pairs = st.tuples(st.integers(1, 9), st.integers(1, 9)).filter(lambda p: p[0] < p[1])
logs = st.lists(st.tuples(pairs, st.sampled_from([SAME, DIFFERENT, PairState.UNSURE])), max_size=25, unique_by=lambda x: x[0])


@given(logs, st.randoms())
def test_reading_order_does_not_matter_and_no_cluster_holds_two_judged_different(log, random):
    rows = [(order, left, right, state) for order, ((left, right), state) in enumerate(log)]
    found = identities(rows)
    shuffled = rows[:]
    random.shuffle(shuffled)
    again = identities(shuffled)
    assert (again.clusters, again.contradictions) == (found.clusters, found.contradictions)
    for _order, left, right, state in rows:
        if state == DIFFERENT:
            assert found.of.get(left, -left) != found.of.get(right, -right)
        if state == SAME:
            together = found.of.get(left, -left) == found.of.get(right, -right)
            assert together or any((c.left, c.right) == (left, right) for c in found.contradictions)


def said(*words):
    return [Said(order, 1, 2, verdict, judge) for order, (judge, verdict) in enumerate(words)]


def test_what_judgements_on_a_pair_come_to():
    one = {"judges_needed": 1}
    assert pair_state([], **one) == PairState.OPEN
    assert pair_state(said(("a", Verdict.SAME)), **one) == PairState.SAME
    assert pair_state(said(("a", Verdict.SAME)), judges_needed=2) == PairState.SECOND
    assert pair_state(said(("a", Verdict.SAME), ("a", Verdict.SAME)), judges_needed=2) == PairState.SECOND
    assert pair_state(said(("a", Verdict.SAME), ("b", Verdict.SAME)), judges_needed=2) == PairState.SAME
    assert pair_state(said(("a", Verdict.SAME), ("b", Verdict.DIFFERENT)), **one) == PairState.DISPUTED
    assert pair_state(said(("a", Verdict.SAME), ("a", Verdict.DIFFERENT)), **one) == PairState.DIFFERENT
    assert pair_state(said(("a", Verdict.UNSURE), ("b", Verdict.ASK)), **one) == PairState.ASK
    assert pair_state(said(("a", Verdict.UNSURE)), **one) == PairState.UNSURE


def test_a_doubtful_pair_of_large_households_comes_first():
    value = value_of_information
    assert value(0.5, records=12, sensitive=False) > value(0.5, records=3, sensitive=False)
    assert value(0.5, records=3, sensitive=False) > value(0.9, records=3, sensitive=False)
    assert value(0.999999, records=3, sensitive=False) > value(0.001, records=3, sensitive=False)
    assert value(0.5, records=3, sensitive=True) < value(0.5, records=3, sensitive=False)


def test_the_letters_that_differ_are_marked():
    left, right = marked("Suren", "Surenovna")
    assert [(r.text, r.differs) for r in left] == [("Suren", False)]
    assert [(r.text, r.differs) for r in right] == [("Suren", False), ("ovna", True)]
    left, right = marked("Davit", "David")
    assert [(r.text, r.differs) for r in right] == [("Davi", False), ("d", True)]


def test_across_scripts_only_the_letters_that_sound_different_are_marked():
    left, right = marked("Այվելին", "Айвелина")
    assert [r.text for r in right if r.differs] == ["а"] and len([r for r in left if r.differs]) == 0
    left, right = marked("Թամար", "Тамар")
    assert not any(r.differs for r in left + right)


def test_nothing_is_marked_beside_an_empty_field():
    assert marked("Suren", "") == ([Run("Suren", False)], [])


@given(st.text(max_size=30), st.text(max_size=30))
def test_marking_loses_no_letter(a, b):
    import unicodedata

    left, right = marked(a, b)
    assert "".join(r.text for r in left) == unicodedata.normalize("NFC", a)
    assert "".join(r.text for r in right) == unicodedata.normalize("NFC", b)
