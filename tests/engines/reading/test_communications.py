from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayhome.engines.reading import communications, language
from wayhome.engines.reading.dates import document_date
from wayhome.engines.reading.document_parties import document_parties
from wayhome.engines.reading.kind import document_kind
from wayhome.engines.reading.types import Communication
from wayhome.engines.reading.zones import find_blocks

LETTERS = Path(__file__).resolve().parents[4] / "shared" / "letters"


def read(text: str, code: str | None = None) -> tuple[Communication, ...]:
    code = code or language.detect(text).code
    blocks = find_blocks(text)
    kind = document_kind(text, blocks, code).kind
    return communications.find(blocks, document_parties(blocks, code, kind), code, kind, document_date(text, code))


LETTER = """Highland Families' Forum
Post Box 12, Esk Varra

3 May 2021

To the Minister of Return of Kestria

Excellency,

We, the Highland Families' Forum, thank you for nothing yet. On 11 March 2020 we wrote to the Ombudsman of Kestria with a list of 212
houses. No reply has been received. In your note No. 44/R of 2 February 2021 you promised a list of roads. You met
the Mayor of Brennsund on 14 June 2019.

We refer again to our letter to the Ombudsman, a copy of which is attached.

Yours faithfully,
Anno Drey
"""


def test_a_letter_and_the_earlier_ones_it_mentions() -> None:
    found = read(LETTER)
    assert [(c.kind, c.date, c.senders, c.recipients, c.this_document) for c in found] == [
        ("letter", "2021-05-03", ("Highland Families' Forum",), ("Minister of Return of Kestria",), True),
        ("letter", "2020-03-11", ("Highland Families' Forum",), ("Ombudsman of Kestria",), False),
        ("note", "2021-02-02", ("Minister of Return of Kestria",), ("Highland Families' Forum",), False),
        ("meeting", "2019-06-14", ("Minister of Return of Kestria",), ("Mayor of Brennsund",), False),
    ]
    assert found[1].answered == "no"
    assert LETTER[found[1].start : found[1].end].startswith("On 11 March 2020 we wrote to")


PASSAGES = [
    ("en", "Minister, we refer to your letter of 3 May 1998 and thank the Ministry of Return.", ("letter", "1998-05-03")),
    ("en", "In the note of the Kestrian Embassy in Port Velm, dated the 14th of September, 1943, they said it.", ("note", "1943-09-14")),
    ("en", "The President of Velmar met the Chancellor of Kestria on 5 June 2001 at the bridge.", ("meeting", "2001-06-05")),
    ("en", "The Assembly of Velmar adopted on 3 June 1999 a resolution about the wells.", ("resolution", "1999-06-03")),
    ("en", "It was said in the Kestrian Government's statement of 30 October 1975 on the river.", ("statement", "1975-10-30")),
    ("en", "Velmar and Kestria signed the Protocol of Ostrel on 7 July 1921 in a tent.", ("agreement", "1921-07-07")),
    ("fr", "Le Comité rappelle sa lettre du 4 avril 2008 au Préfet de la Basse-Varda.", ("letter", "2008-04-04")),
    ("fr", "Le 12 mars 2024, le Parlement de Kestria a adopté une résolution sur les puits.", ("resolution", "2024-03-12")),
    ("fr", "Le Conseil s'est adressé au Gouvernement velmarien le 3 mai 1999 sans détour.", ("communication", "1999-05-03")),
    ("fr", "Le Président Orlan et le Chancelier Dubois se sont rencontrés le 5 juin 2001 au pont.", ("meeting", "2001-06-05")),
]  # fmt: skip


@pytest.mark.parametrize(("code", "text", "expected"), PASSAGES, ids=[p[1][:40] for p in PASSAGES])
def test_finds_a_mention(code: str, text: str, expected: tuple[str, str]) -> None:
    assert expected in [(c.kind, c.date) for c in read(text, code) if not c.this_document]


NO_MENTIONS = [
    ("en", "We ask for no letter and no meeting; this letter is our last word."),
    ("en", "A letter is a fine thing. Talks are cheap. Statements abound in the valley."),
    ("fr", "La présente lettre est longue. Les réunions sont vaines."),
]


@pytest.mark.parametrize(("code", "text"), NO_MENTIONS)
def test_things_in_general_are_no_communications(code: str, text: str) -> None:
    assert [c for c in read(text, code) if not c.this_document] == []


def test_a_reply_answers_the_letter_that_it_names() -> None:
    text = (
        "Ministry of Refugees of Torvania\n\nRadevik, 2 May 1997\n\nTo the Committee of the Evacuees of Lower Zelna\n\nDear Sirs,\n\n"
        "Thank you for your letter of 11 April 1997, which was read in this Ministry with care and registered.\n\nYours faithfully,\nO. Delmin"
    )
    itself, earlier = read(text)
    assert (itself.this_document, itself.in_reply_to) == (True, "1997-04-11")
    assert (earlier.date, earlier.answered) == ("1997-04-11", "yes")


def test_two_mentions_of_one_letter_are_one() -> None:
    text = "Dear Minister,\n\nWe wrote to you on 3 May 1999 about the wells. Our letter has a list. Did you lose our letter to you?\n"
    assert [c.date for c in read(text) if not c.this_document] == ["1999-05-03"]


def test_exchanging_two_names_changes_nothing_else() -> None:
    text = (
        "The Embassy of Kestria presents its compliments to the Government of Velmar. On 3 May 1999 Kestria wrote to Velmar. "
        "Velmar did not reply. In its note of 7 June 1999 the Embassy repeated the request of Kestria."
    )
    swapped = text.replace("Kestria", "\0").replace("Velmar", "Kestria").replace("\0", "Velmar")
    one, other = read(text, "en"), read(swapped, "en")
    assert [(c.kind, c.date, c.answered, c.this_document) for c in one] == [
        (c.kind, c.date, c.answered, c.this_document) for c in other
    ]
    turned = [
        tuple(n.replace("Kestria", "\0").replace("Velmar", "Kestria").replace("\0", "Velmar") for n in c.senders) for c in one
    ]
    assert turned == [c.senders for c in other]


@pytest.mark.skipif(not LETTERS.exists(), reason="needs ../shared/letters beside the repository")
def test_the_first_letter_has_exactly_three() -> None:
    text = next(LETTERS.glob("00-*.txt")).read_text(encoding="utf-8")
    found = read(text)
    assert [(c.kind, c.date, c.this_document, c.answered) for c in found] == [
        ("letter", None, True, "unknown"),
        ("letter", "2023-04-07", False, "unknown"),
        ("letter", "2023-03-11", False, "no"),
    ]
    assert "Secretary-General" in found[1].recipients[0]
    assert "Prime Minister" in found[2].recipients[0]


def two_names(text: str) -> tuple[str, str]:
    """The two single names that a document uses most."""
    blocks = find_blocks(text)
    mentions = document_parties(blocks, language.detect(text).code).mentions
    counts = Counter(m.text for group in mentions.values() for m in group if m.person and m.text.isalpha() and len(m.text) > 3)
    (one, _), (other, _) = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:2]
    return one, other


@pytest.mark.skipif(not LETTERS.exists(), reason="needs ../shared/letters beside the repository")
@pytest.mark.parametrize("path", sorted(LETTERS.glob("*.txt")), ids=lambda path: path.stem[:2])
def test_exchanging_two_names_in_a_letter_changes_nothing_else(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    one, other = two_names(text)
    swapped = re.sub(f"{one}|{other}", lambda match: other if match.group() == one else one, text)

    def shape(found: tuple[Communication, ...]) -> list[tuple[object, ...]]:
        return [(c.kind, c.date, c.this_document, c.answered, len(c.senders), len(c.recipients)) for c in found]

    assert shape(read(text)) == shape(read(swapped))


WORDS = [
    "We",
    "wrote",
    "to",
    "the",
    "Minister",
    "of",
    "Velmar",
    "on",
    "3",
    "May",
    "1999",
    ".",
    "your",
    "letter",
    "No.",
    "4/5",
    "reply",
    "from",
    "and",
    "met",
    "\n\n",
    "no",
    "Ambassador",
    "'s",
    "Dear",
    "Sir",
    ",",
]


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=200) | st.lists(st.sampled_from(WORDS), max_size=50).map(" ".join), st.sampled_from(["en", "fr", "ru"]))
def test_every_passage_lies_in_the_text(text: str, code: str) -> None:
    for found in read(text, code):
        assert 0 <= found.start <= found.end <= len(text)
        assert found.this_document or found.start < found.end
