from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayhome.engines.reading.document_parties import DocumentParties, document_parties
from wayhome.engines.reading.party_mentions import MentionFinder, PartyMention, inner_names, lower_words
from wayhome.engines.reading.zones import find_blocks


def read(text: str, language: str = "en", kind: str | None = None) -> DocumentParties:
    return document_parties(find_blocks(text), language, kind)


MENTIONS = [
    ("en", "we wrote to Prime Minister Oran Velt of Kestria about it", ["Prime Minister Oran Velt of Kestria"]),
    ("en", "the Ministry of Foreign Affairs of Velmar replied", ["Ministry of Foreign Affairs of Velmar"]),
    ("en", "it reached the Residents' Union and the Mayor", ["Residents' Union", "Mayor"]),
    ("en", "the note of the Kestrian Embassy in Port Velm", ["Kestrian Embassy in Port Velm"]),
    ("en", "asked Velmar's Government to answer", ["Velmar's Government"]),
    ("en", "the elders of the nine villages of Bakh Tumen", ["elders of the nine villages of Bakh Tumen"]),
    ("en", "However, Moreover and Therefore are no names.", []),
    ("en", "Orlan said so. Tomorrow we go.", ["Orlan"]),
    ("en", "a resolution of the Security Council", ["Security Council"]),
    ("fr", "L'Ambassade de la République de Kestria écrit au Ministère", ["Ambassade de la République de Kestria", "Ministère"]),
    ("fr", "le Gouvernement velmarien est tenu", ["Gouvernement velmarien"]),
    ("fr", "la commission des affaires étrangères du Conseil national", ["commission des affaires étrangères du Conseil national"]),
    ("fr", "Monsieur le Ministre des Terres et Forêts", ["Ministre des Terres et Forêts"]),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "expected"), MENTIONS)
def test_finds_named_parties(language: str, text: str, expected: list[str]) -> None:
    finder = MentionFinder(language, lower_words(text), inner_names([text]))
    assert [m.text for m in finder.find(text) if m.form in {"named", "described"}] == expected


def test_a_party_has_one_name_through_a_document() -> None:
    parties = read(
        "To the Prime Minister of Kestria, Mr Oran Velt\n\nExcellency,\n\nWe, the Highland Families' Forum, write to you again. "
        "The Prime Minister has not replied. Mr Velt knows our Forum. The PM received it on Monday."
    )
    book = parties.book
    named = {m.text: parties.resolve(m) for group in parties.mentions.values() for m in group}
    assert parties.senders == ("Highland Families' Forum",)
    assert parties.addressees == ("Prime Minister of Kestria, Mr Oran Velt",)
    assert named["Prime Minister"] == named["Mr Velt"] == named["Excellency"] == named["you"] == parties.addressees
    assert named["We"] == named["Forum"] == parties.senders
    assert len({party.name for party in book.parties}) == len(book.parties)


DOCUMENTS = [
    ("The Embassy of the Republic of Kestria presents its compliments to the Ministry of Foreign Affairs of Velmar and has the honour to refer to its note.",
     "en", None, ("Embassy of the Republic of Kestria",), ("Ministry of Foreign Affairs of Velmar",)),
    ("L’Ambassade de la République de Kestria présente ses compliments au Ministère des Affaires étrangères du Velmar et a l’honneur de se référer à sa note.",
     "fr", None, ("Ambassade de la République de Kestria",), ("Ministère des Affaires étrangères du Velmar",)),
    ("From: Petra Lunn <p.lunn@mail.example>\nTo: Grants Desk\n\nDear colleagues,\n\nI trust this finds you well.", "en", None, ("Petra Lunn",), ("Grants Desk",)),
    ("Committee of the Displaced of Upper Zelna\nHostel No. 4, Radevik\n\n14 March 1996\n\nTo the Minister of Refugees\n\nHonourable Minister,\n\nWe are 212 families who write to you again this winter, after two winters.",
     "en", None, ("Committee of the Displaced of Upper Zelna",), ("Minister of Refugees",)),
    ("Exiles write to the Chancellor\n\nThe Union of Marenz Exiles has sent a letter to Chancellor Rudo Haller, asking for the schools to be opened again.",
     "en", None, ("Union of Marenz Exiles",), ("Chancellor Rudo Haller",)),
    ("Le Sénat de Belgravie a adopté la résolution et demande au Gouvernement fédéral d’ouvrir le pont aux familles.",
     "fr", "resolution", ("Sénat de Belgravie",), ("Gouvernement fédéral",)),
    ("Tambari, 8 June 1963\n\nWith reference to your savingram, I visited the camps at Lorogo in May with a clerk, as instructed.", "en", "cable", ("Tambari",), ()),
]  # fmt: skip  # noqa: E501


@pytest.mark.parametrize(("text", "language", "kind", "senders", "addressees"), DOCUMENTS, ids=[d[0][:30] for d in DOCUMENTS])
def test_who_writes_to_whom(
    text: str, language: str, kind: str | None, senders: tuple[str, ...], addressees: tuple[str, ...]
) -> None:
    found = read(text, language, kind)
    assert (found.senders, found.addressees) == (senders, addressees)


def test_the_container_is_believed_first() -> None:
    blocks = find_blocks("Dear Mr Hadar,\n\nThank you for your message about the bell of the chapel at Ilmen.")
    found = document_parties(
        blocks, "en", None, ("Roos Verhallen <r@museum.example>",), ("Ilmen Heritage Board <i@board.example>",)
    )
    assert (found.senders, found.addressees) == (("Roos Verhallen",), ("Ilmen Heritage Board",))


def test_a_place_is_not_its_prime_minister() -> None:
    found = read("Kestria is far. We wrote to Prime Minister Oran Velt of Kestria. Then Kestria closed the bridge to Velt.")
    names = {m.text: found.resolve(m) for group in found.mentions.values() for m in group}
    assert names["Kestria"] == ("Kestria",)
    assert names["Velt"] == ("Prime Minister Oran Velt of Kestria",)


def test_exchanging_two_names_exchanges_only_names() -> None:
    text = (
        "The Embassy of Kestria presents its compliments to the Government of Velmar. Kestria has asked Velmar to open the bridge. "
        "Velmar's Government answered that the Kestrian note was under study. President Orlan met Minister Dubois in Kestria."
    )
    swap = {"Kestria": "Velmar", "Velmar": "Kestria"}
    swapped = " ".join(
        word.replace("Kestria", "\0").replace("Velmar", "Kestria").replace("\0", "Velmar") for word in text.split(" ")
    )
    one, other = read(text), read(swapped)
    for number, mentions in one.mentions.items():
        assert [(m.form, m.person) for m in mentions] == [(m.form, m.person) for m in other.mentions[number]]
    assert [name.replace("Kestria", swap["Kestria"]) for name in one.senders] == list(other.senders)


@settings(max_examples=100, deadline=None)
@given(
    st.text(max_size=200) | st.lists(st.sampled_from(["the", "The", "President", "of", "Velmar", "'s", "and", "l'", "Ministère", "des", "de", "\n\n", "To", ":", "Mr", ".", "We", "you"]), max_size=40).map(" ".join),
    st.sampled_from(["en", "fr", "hy"]),
)  # fmt: skip
def test_mentions_lie_in_the_text(text: str, language: str) -> None:
    end = 0
    for mention in MentionFinder(language).find(text):
        assert isinstance(mention, PartyMention)
        assert end <= mention.start < mention.end <= len(text)
        assert mention.text == text[mention.start : mention.end]
        end = mention.end
    document_parties(find_blocks(text), language)
