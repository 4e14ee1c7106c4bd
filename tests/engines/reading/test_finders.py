"""The finders on whole documents: exact passages, the same output twice, any text without a crash, zones, operative paragraphs."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wayhome.engines.reading.contract import as_dict, as_line
from wayhome.engines.reading.parse import parse
from wayhome.engines.reading.run import Params, run
from wayhome.engines.reading.select import choose, fits
from wayhome.engines.reading.types import Extracted, Reading

LETTER = """Kestrian Families' Union
Esk Varra, 3 May 2021

To the Minister of Return of Velmar

Excellency,

On 11 March we asked the Prefect of Lirva to publish the list of the missing, but no reply has been received.

We urge you to reopen the bridge at Tarn and to let the families return to their houses. Your Government is bound by the Convention \
to protect their property. In April the Governor promised to rebuild the school.

Please accept, Excellency, the assurances of our highest consideration.

Anno Drey
"""
RESOLUTION = """L'Assemblée générale,

Rappelant sa résolution 31/14,

1. Prie instamment le Gouvernement de Velmar de rouvrir le pont de Tarn ;

2. Invite les États voisins à accueillir les familles déplacées.
"""


def read(text: str, params: Params = Params()) -> Reading:
    return run(Extracted(text, "text/plain"), params=params)


@pytest.fixture(scope="module")
def letter() -> Reading:
    return read(LETTER)


def quotes(reading: Reading, kind: str) -> list[str]:
    return [reading.text[f.start : f.end].replace("\n", " ") for f in getattr(reading, kind)]


def test_each_requested_action_is_an_ask_of_its_own(letter: Reading) -> None:
    found = quotes(letter, "asks")
    assert any("reopen the bridge" in q and "families return" not in q for q in found)
    assert any("let the families return" in q and "reopen" not in q for q in found)
    assert any("publish the list of the missing" in q for q in found)


def test_asks_name_whom_they_are_put_to(letter: Reading) -> None:
    by_quote = {letter.text[a.start : a.end]: " ".join(a.addressees) for a in letter.asks}
    bridge = next(to for quote, to in by_quote.items() if "reopen the bridge" in quote)
    assert "Minister" in bridge
    listed = next(to for quote, to in by_quote.items() if "publish the list" in quote)
    assert "Prefect" in listed


def test_commitments_and_silences_have_their_kind(letter: Reading) -> None:
    kinds = {letter.text[c.start : c.end]: c.kind for c in letter.commitments}
    assert any("promised to rebuild" in quote and kind == "promise" for quote, kind in kinds.items())
    assert any("bound by the Convention" in quote and kind == "obligation" for quote, kind in kinds.items())
    assert any("no reply" in letter.text[s.start : s.end] and s.kind == "no_reply" for s in letter.silences)


def test_courtesy_formulas_are_not_asks(letter: Reading) -> None:
    assert not any("accept" in q or "assurances" in q for q in quotes(letter, "asks"))


def test_zones_part_letterhead_salutation_body_and_signature(letter: Reading) -> None:
    zones = {z.zone: letter.text[z.start : z.end] for z in letter.zones}
    assert "Families' Union" in zones["letterhead"]
    assert "Excellency" in zones["salutation"]
    assert "reopen the bridge" in zones["body"]
    assert "assurances" in zones["signature"]


def test_operative_paragraphs_in_french_have_their_addressees() -> None:
    reading = read(RESOLUTION)
    assert reading.language == "fr"
    found = {reading.text[a.start : a.end]: " ".join(a.addressees) for a in reading.asks}
    bridge = next((to for quote, to in found.items() if "rouvrir le pont" in quote), None)
    assert bridge is not None and "Velmar" in bridge
    families = next((to for quote, to in found.items() if "accueillir les familles" in quote), None)
    assert families is not None and "voisins" in families


def test_a_higher_threshold_keeps_a_subset(letter: Reading) -> None:
    strict = read(LETTER, Params(ask=0.9, commitment=0.9, silence=0.9))
    assert {(a.start, a.end) for a in strict.asks} <= {(a.start, a.end) for a in letter.asks}
    assert all(a.confidence >= 0.9 for a in strict.asks)


def test_every_finding_explains_itself(letter: Reading) -> None:
    for item in [*letter.asks, *letter.commitments, *letter.silences]:
        assert item.explanation.startswith(("ask", "commitment", "silence")) and 0 < item.confidence <= 1


def test_the_same_text_gives_the_same_line_and_ascii_only() -> None:
    lines = {as_line(read(LETTER), file="a.txt", sha256="0", media_type="text/plain") for _ in range(2)}
    assert len(lines) == 1
    line = lines.pop()
    assert line.isascii() and "\n" not in line
    assert json.loads(line)["text"] == LETTER


def test_unsupported_language_is_read_without_findings() -> None:
    reading = read("Прошу вас открыть мост и вернуть дома жителям деревни Лирва до начала зимы этого года.")
    assert not reading.language_supported
    assert reading.asks == ()
    assert as_dict(reading, file="a", sha256="0", media_type="text/plain")["language_supported"] is False


PIECES = [
    "We urge the Minister to open the road. ",
    "No reply has been received.\n\n",
    "Le Comité demande au Préfet de publier la liste. ",
    "\u2028", "\u00ad ", "**", "1. ", "> ", "« ", " »", "’", "\n", "\n\n", "[^1]", "<!-- x", "](http://a.b)", "é", "İ", "ß", "𝔄", "\x00", "Dear Sir,\n\n", "; ", "(",
]  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=12), min_size=1, max_size=14))
def test_every_offset_lies_in_the_text_and_no_text_breaks_the_engine(pieces: list[str]) -> None:
    text = "".join(pieces)
    reading = read(text)
    for item in [*reading.asks, *reading.commitments, *reading.silences]:
        assert 0 <= item.start < item.end <= len(text)
        assert text[item.start : item.end].strip()
    for zone in reading.zones:
        assert 0 <= zone.start <= zone.end <= len(text)
    for before, after in zip(reading.zones, reading.zones[1:], strict=False):
        assert before.end <= after.start


@given(st.text(alphabet="ab .;\n-*>[]()\u00ad’«»1", max_size=120))
@settings(max_examples=60, deadline=None)
def test_clean_text_maps_back_to_the_text(text: str) -> None:
    for block in parse(text, language="und").blocks:
        assert len(block.clean) == len(block.where)
        assert all(block.start <= place < block.end for place in block.where)
        assert block.where == sorted(block.where)


def test_selection_prefers_the_passage_that_fits_most_readings() -> None:
    narrow, middle, wide = (0.2, 0, 40, 1), (0.25, 0, 60, 1), (0.3, 0, 110, 1)
    ((score, start, end, _),) = choose([narrow, middle, wide], 0.1)
    assert (start, end) == (0, 60) and score == pytest.approx(0.75)


def test_selection_keeps_no_two_overlapping_passages() -> None:
    kept = choose([(0.9, 0, 50, 1), (0.8, 30, 90, 2), (0.7, 60, 120, 3)], 0.1)
    assert [(k[1], k[2]) for k in kept] == [(0, 50), (60, 120)]


@given(st.integers(0, 50), st.integers(1, 50), st.integers(0, 50), st.integers(1, 50))
def test_fitting_is_symmetric(a: int, length: int, b: int, other: int) -> None:
    assert fits(a, a + length, b, b + other) == fits(b, b + other, a, a + length)
