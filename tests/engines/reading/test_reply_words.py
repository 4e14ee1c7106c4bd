"""What a reply seems to say: every row of the lexicon, quoted words left out, the sentence tied to the right ask."""

import re

import pytest

from wayhome.engines.reading import tables
from wayhome.engines.reading.replies import AskWords, automatic_subject, read_reply

ROWS = tables.rows("reply_words")


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['effect']}-{row['language']}-{n}" for n, row in enumerate(ROWS)])
def test_every_row_finds_its_example_and_not_its_counter(row):
    pattern = re.compile(row["pattern"], re.I | re.U)
    assert row["example"] and row["counter"]
    assert pattern.search(row["example"])
    assert not pattern.search(row["counter"])


def test_each_language_has_every_effect():
    effects = {row["effect"] for row in ROWS}
    assert effects == {"automatic", "acknowledged", "accepted", "refused", "redirected", "clarification_asked", "deferred"}
    for language in ("en", "fr", "ru"):
        assert {row["effect"] for row in ROWS if row["language"] == language} == effects


WATER = AskWords(1, "Restore the intake at Kul", ("that the Board restore the intake at Kul",), "Kul")
WELLS = AskWords(2, "Test the wells of Hask", ("test the wells of Hask and publish the results",), "Hask")


def test_a_deferral_keeps_its_sentence_and_its_new_date():
    text = (
        "Thank you for your letter LVC/19.\n\nThe wall at Kul cannot be rebuilt before the river has fallen. The Board has decided "
        "to postpone the work and will restore the intake by 7 February 2028. The wells of Hask will be tested next month."
    )
    found = {one.key: one for one in read_reply(text, asks=[WATER, WELLS], dated="2027-08-01").suggestions}
    assert found[1].effect == "deferred"
    assert found[1].due == "2028-02-07"
    assert text[found[1].start : found[1].end].startswith("The Board has decided to postpone")
    assert ("words", "restore, intake") in found[1].reasons
    assert found.get(2) is None or found[2].effect == "accepted"


def test_a_quoted_letter_says_nothing():
    text = "Dear Madam,\n\nWe have received your letter.\n\n> We refuse to accept that the intake at Kul stays closed."
    start = text.index(">")
    reading = read_reply(text, asks=[WATER], quoted=[(start, len(text))])
    assert [one.effect for one in reading.suggestions] == ["acknowledged"]


def test_an_automatic_reply_suggests_nothing_to_any_ask():
    reading = read_reply("I am out of the office until Monday. We agree to restore the intake at Kul.", asks=[WATER])
    assert reading.automatic == "I am out of the office"
    assert reading.suggestions == ()
    assert automatic_subject("Réponse automatique : votre lettre") == "Réponse automatique"


def test_french_and_russian():
    french = read_reply(
        "Il ne peut toutefois prendre en charge le transport, qui demeure de la compétence du Conseil d'accueil.",
        asks=[AskWords(1, "Prendre en charge le transport des familles")],
        language="fr",
    )
    assert french.suggestions[0].effect == "refused"
    russian = read_reply(
        "Министерство рассмотрело Ваше письмо. Открыть занятия на двух языках не представляется возможным.",
        asks=[AskWords(1, "Вести занятия на двух языках")],
        language="ru",
    )
    assert russian.suggestions[0].effect == "refused"


def test_a_bare_acknowledgement_is_one_and_no_answer():
    reading = read_reply(
        "Le Cabinet accuse réception de votre lettre LVC/11. Elle a été transmise au service compétent.",
        asks=[WATER, WELLS],
        language="fr",
    )
    assert reading.acknowledges
    assert {one.effect for one in reading.suggestions} == {"acknowledged"}


def test_a_grant_and_a_denial_of_the_same_thing_are_a_partial_answer():
    ask = AskWords(1, "Register the journeys and provide transport for the families")
    text = "The Office will register the journeys of the families. It cannot provide transport for the families."
    (found,) = read_reply(text, asks=[ask]).suggestions
    assert found.effect == "partly_accepted"
    assert text[found.start : found.end].startswith("The Office will register")


def test_a_long_text_is_judged_in_reasonable_time():
    import time

    text = "The Board cannot open the road. " * 4_000 + "a" * 100_000
    begun = time.monotonic()
    read_reply(text, asks=[WATER, WELLS])
    assert time.monotonic() - begun < 15
