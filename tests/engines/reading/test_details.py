from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayhome.engines.reading.details import complete_ask, complete_commitment, complete_silence, details
from wayhome.engines.reading.parse import parse
from wayhome.engines.reading.run import run
from wayhome.engines.reading.types import Ask, Commitment, Extracted, Reading, Silence


def read(text: str, **container: object) -> Reading:
    return run(Extracted(text=text, media_type="text/plain", **container))  # type: ignore[arg-type]


LETTER = """Highland Families' Forum

Esk Varra, 3 May 2021

To the Minister of Return of Kestria

Excellency,

On 11 March 2020 we wrote to the Ombudsman of Kestria with a list of 212 houses and we have heard nothing from that office since.

We urge you to permit the families of Esk Varra to return to their villages before 1 September. Under article 12 of the International
Covenant on Civil and Political Rights, your Government is obliged to let them in.

Yours faithfully,
Anno Drey
"""


@pytest.fixture(scope="module")
def letter() -> Reading:
    return read(LETTER)


def test_a_letter_says_what_it_is(letter: Reading) -> None:
    assert (letter.kind, letter.language, letter.language_supported) == ("letter", "en", True)
    itself = letter.communications[0]
    assert (itself.date, itself.senders, itself.recipients) == (
        "2021-05-03",
        ("Highland Families' Forum",),
        ("Minister of Return of Kestria",),
    )
    assert [c.date for c in letter.communications[1:]] == ["2020-03-11"]
    assert [event.date for event in letter.events] == ["2020-03-11", "2021-09-01"]


def test_an_ask_has_its_deadline_act_and_beneficiary(letter: Reading) -> None:
    ask = next(ask for ask in letter.asks if "permit" in LETTER[ask.start : ask.end])
    assert (ask.due, ask.act, ask.beneficiary) == ("2021-09-01", "YIELD-return", "families of Esk Varra")
    assert "before 1 September" in ask.basis


def test_a_commitment_has_its_instrument(letter: Reading) -> None:
    assert "International Covenant on Civil and Political Rights, art. 12" in [c.instrument for c in letter.commitments]


UNSUPPORTED = [
    ("ru", "Радевик, 14 марта 1996 г.\n\nУважаемый господин министр!\n\nНаше письмо № 12 от 3 февраля 1996 года осталось без ответа.",
     "1996-03-14", ["1996-02-03"]),
    ("az", "Yuxarı Zelna İcması\n\n11 mart 2023-cü il\n\nHörmətli cənab Nazir,\n\nBiz sizə 7 fevral 2023-cü ildə yazmışdıq və cavab gözləyirik.",
     "2023-03-11", ["2023-02-07"]),
    ("hy", "Վերին Զելնայի համայնք\n\n2023 թվականի մարտի 11\n\nՄենք գրել ենք ձեզ 2023 թվականի փետրվարի 7-ին, որ ընտանիքները ուզում են վերադառնալ։",
     "2023-03-11", ["2023-02-07"]),
    ("ar", "11 آذار/مارس 2023\n\nنكتب إليكم بعد رسالتنا المؤرخة في 7 شباط/فبراير 2023 التي لم نتلق ردا عليها.", "2023-03-11", ["2023-02-07"]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "text", "day", "events"), UNSUPPORTED, ids=[u[0] for u in UNSUPPORTED])
def test_another_language_still_yields_dates(code: str, text: str, day: str, events: list[str]) -> None:
    found = read(text)
    assert (found.language, found.language_supported) == (code, False)
    assert found.communications[0].date == day
    assert [event.date for event in found.events] == events
    assert {zone.zone for zone in found.zones} != {"boilerplate"}
    assert not found.asks


def test_the_container_is_believed_before_the_text() -> None:
    found = read(
        "Dear all,\n\nThe bridge of Toll is shut again, as you know.", title="Bridge", publisher="Toll Post", sent_on="2020-02-02"
    )
    assert (found.title, found.publisher, found.communications[0].date) == ("Bridge", "Toll Post", "2020-02-02")


def test_nothing_to_read_is_read_all_the_same() -> None:
    found = read("12 345")
    assert (found.language, found.asks, found.events) == ("und", (), ())


def test_the_same_text_gives_the_same_reading(letter: Reading) -> None:
    assert read(LETTER) == letter


PIECES = st.sampled_from(
    [
        "We ask", " you ", "the Minister of Velmar", " on 3 May 1999", ".\n\n", "Dear Sir,", "\n", "No. 4/5", " within 30 days", " article 12 ",
        "ICCPR", "«", '"', " said that ", "Le 12 mars", " votre lettre ", "Уважаемый", " 11 марта 2023 г.", "رسالة", "To: ", "From: ", "©", "\u2028", "\x00",
        "l'", "d’", "’s", "(", "[1]", "**", "> ", "- ", "j'ai écrit", "THE COUNCIL", "Subject: ", "é" * 9,
    ]
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(
    st.one_of(st.text(max_size=250), st.lists(PIECES, max_size=40).map("".join)),
    st.sampled_from([None, "en", "fr"]),
    st.integers(0, 250),
    st.integers(1, 60),
)
def test_any_text_has_details_with_valid_places(text: str, code: str | None, start: int, size: int) -> None:
    parsed = parse(text, language=code, wanted=lambda *_: False)
    found = details(parsed, Extracted(text, "message/rfc822", senders=("A <a@b.example>",), recipients=("", "B")))
    for item in (*found.communications, *found.statements, *found.events):
        assert 0 <= item.start <= item.end <= len(text)
    start = min(start, len(text))
    end = min(len(text), start + size)
    ask = Ask("we", ("you", ""), "", None, None, None, None, (), start, end, 0.5)
    complete_ask(ask, text, found)
    complete_commitment(Commitment("we", "", "promise", None, start, end, 0.5), text, found)
    complete_silence(Silence("you", None, "no_reply", start, end, 0.5), found)


def test_who_waits_for_a_reply_is_not_the_one_who_is_silent():
    from wayhome.engines.reading.run import run
    from wayhome.engines.reading.types import Extracted

    text = (
        "OFFICE OF THE LIRVA VALLEY COMMUNITY\n\n12 November 2026\n\nTo: the Regional Envoy\n\nYour Excellency,\n\n"
        "On 11 February 2026 we wrote to the Prime Minister of Velmar and proposed a first meeting. "
        "We have not received an answer to that letter.\n\nWith respect,\nTamar Ayvelin\n"
    )
    silence = next(one for one in run(Extracted(text, "text/plain")).silences if one.kind == "no_reply")
    assert "Prime Minister" in silence.who
    assert "lirva" in silence.toward.lower()
