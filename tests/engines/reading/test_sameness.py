from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from wayhome.engines.reading.sameness import PutAsk, put_again

BRIDGE = PutAsk(
    1,
    "reopen the bridge at Toll to foot passengers",
    addressees=("Ministry of Return of Kestria",),
    act="YIELD-access",
    place="Toll",
    date="2020-03-11",
)
LIST = PutAsk(
    2,
    "publish the list of the missing",
    addressees=("Ministry of Return of Kestria",),
    act="INFORM-publication",
    date="2020-03-11",
)
WELLS = PutAsk(
    3,
    "repair the wells of Upper Zelna",
    addressees=("Mayor of Brennsund",),
    act="AID-reconstruction",
    place="Upper Zelna",
    date="2020-04-11",
)
FILE = [BRIDGE, LIST, WELLS]  # fmt: skip


def test_the_same_request_in_other_words_is_found_first() -> None:
    new = PutAsk(9, "open the Toll bridge again for passengers on foot", addressees=("Ministry of Return",), act="YIELD-access", place="Toll", date="2021-01-01")  # fmt: skip
    found = put_again(new, FILE)
    assert found[0].key == 1
    assert {"words", "act", "place", "addressee"} <= {reason.code for reason in found[0].reasons}
    assert not found[0].escalation
    assert "bridge" in str(found[0].reasons[0])


def test_a_higher_addressee_is_an_escalation() -> None:
    new = PutAsk(
        9, "reopen the bridge at Toll", addressees=("Secretary-General of the United Nations",), act="YIELD-access", place="Toll"
    )
    (found,) = put_again(new, FILE)
    assert (found.key, found.escalation) == (1, True)


def test_the_text_may_say_that_it_repeats() -> None:
    new = PutAsk(9, "to publish the names of the missing", quote="We renew our request to publish the names of the missing", addressees=("Ministry of Return",), act="INFORM-publication")  # fmt: skip
    found = put_again(new, FILE)
    assert found[0].key == 2
    assert ("says_again", "renew our request") in [(reason.code, reason.words) for reason in found[0].reasons]


def test_across_languages_kind_place_and_addressee_speak() -> None:
    new = PutAsk(
        9,
        "de remettre les puits en état",
        addressees=("Maire de Brennsund",),
        act="AID-reconstruction",
        place="Upper Zelna",
        language="fr",
    )
    (found,) = put_again(new, FILE, least=0.3)
    assert found.key == 3


def test_something_else_is_not_the_same() -> None:
    new = PutAsk(
        9, "send a doctor to the camp", addressees=("Ministry of Return of Kestria",), act="AID-medical", date="2021-01-01"
    )
    assert put_again(new, FILE) == ()


def test_what_came_later_is_not_repeated() -> None:
    assert put_again(PutAsk(9, BRIDGE.action, addressees=BRIDGE.addressees, act=BRIDGE.act, date="2019-01-01"), [BRIDGE]) == ()


ASKS = st.builds(
    PutAsk,
    st.integers(),
    st.text(max_size=60),
    st.text(max_size=60),
    st.tuples(st.text(max_size=20)),
    st.none() | st.just("YIELD-access"),
)


@settings(max_examples=60, deadline=None)
@given(ASKS, st.lists(ASKS, max_size=5))
def test_scores_are_ordered_and_reasoned(new: PutAsk, others: list[PutAsk]) -> None:
    found = put_again(new, others)
    assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)
    assert all(0 < c.score <= 1 and c.reasons for c in found)
    assert found == put_again(new, others)
