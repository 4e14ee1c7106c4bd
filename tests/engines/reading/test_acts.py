from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayhome.engines.reading import tables
from wayhome.engines.reading.acts import act_of, beneficiary_in, place_in

ROWS = [(row["language"], row["code"], row["mode"], row["example"]) for row in tables.rows("acts")]


@pytest.mark.parametrize(("language", "code", "mode", "example"), ROWS, ids=[f"{r[0]}-{r[1]}-{r[2]}" for r in ROWS])
def test_every_row_wins_its_example(language: str, code: str, mode: str, example: str) -> None:
    found = act_of(example, language)
    assert found is not None
    assert (found.code, found.mode) == (code, mode)


CLAUSES = [
    ("en", "we kindly urge the Ministry to reopen the bridge", "YIELD-access"),
    ("en", "sending a UN interagency mission to Kestria, to assist in the safe return of the expelled", "COOPERATE-mission"),
    ("en", "to enable our right to return in safety and with dignity", "YIELD-recognition"),
    ("en", "a call to engage in dialogue in good faith", "CONSULT-dialogue"),
    ("en", "to render support in rehabilitation and reconstruction of the areas", "AID-reconstruction"),
    ("en", "we expect Kestria to fulfill its obligations under international law", "COMPLY-obligations"),
    ("fr", "appelle à la libération et au rapatriement de tous les prisonniers de guerre", "YIELD-release"),
    ("fr", "demande le retrait, sur leurs positions initiales, des forces", "YIELD-withdrawal"),
    ("fr", "invite le Gouvernement à envisager la mise en place d’un bureau", "COOPERATE-action"),
]


@pytest.mark.parametrize(("language", "clause", "expected"), CLAUSES, ids=[c[1][:40] for c in CLAUSES])
def test_names_the_act(language: str, clause: str, expected: str) -> None:
    assert str(act_of(clause, language)) == expected


def test_nothing_known_is_asked_of_nobody() -> None:
    assert act_of("to whistle", "en") is None
    assert act_of("to open the bridge", "hy") is None


PLACES = [
    ("en", "to permit the families to return to Upper Zelna", "Upper Zelna"),
    ("en", "to reopen the road through the Sorn valley", "Sorn valley"),
    ("en", "to speak to the Prime Minister", None),
    ("en", "to open the bridge in May", None),
    ("fr", "d'autoriser les familles à rentrer à Port-Ondine", "Port-Ondine"),
    ("fr", "de demander au Ministère une réponse", None),
]


@pytest.mark.parametrize(("language", "clause", "expected"), PLACES)
def test_finds_the_place(language: str, clause: str, expected: str | None) -> None:
    assert place_in(clause, language) == expected


GROUPS = [
    ("en", "to permit the families of Upper Zelna to return", "families of Upper Zelna"),
    ("en", "for the return of the Zelnians", "Zelnians"),
    ("en", "to release all prisoners", "prisoners"),
    ("en", "to reopen the bridge", None),
    ("fr", "d'autoriser les familles à rentrer", "familles"),
]


@pytest.mark.parametrize(("language", "clause", "expected"), GROUPS)
def test_finds_whom_it_serves(language: str, clause: str, expected: str | None) -> None:
    assert beneficiary_in(clause, language) == expected


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120), st.sampled_from(["en", "fr", "ru"]))
def test_any_clause_is_read(clause: str, language: str) -> None:
    found = act_of(clause, language)
    assert found is None or 0 <= found.start < found.end <= len(clause)
    place_in(clause, language)
    beneficiary_in(clause, language)
