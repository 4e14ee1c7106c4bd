"""Tables of codes that ship with their sources (`data/*.csv`), and the words for each code.

`confirmed` says whether the source was read for that code. The scale of evidence is our own proposal: 0 the claimant's word,
1 a witness or an object, 2 a paper that names person and place, 3 a paper about the right, 4 the register or a final decision.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wayhome.places import gate_words

_FOLDER = Path(__file__).parent / "data"

CONDITION_WORDS: dict[str, Any] = {
    "clearance": _("Mines and explosives cleared"),
    "security": _("Safety and protection there"),
    "peace": _("A lasting peace"),
    "access": _("The road open, free movement"),
    "shelter": _("A roof: home repaired or rebuilt"),
    "own_home": _("The own home given back"),
    "water": _("Water"),
    "electricity": _("Electricity"),
    "school": _("School"),
    "school_language": _("School in the own language"),
    "health": _("Doctor or clinic"),
    "livelihoods": _("Work and income"),
    "land": _("Farm land and animals"),
    "documents": _("Documents recognised"),
    "reconciliation": _("Relations with the people there"),
    "neighbours": _("Others of the village return too"),
    "graves": _("Graves and holy places cared for"),
    "support": _("Help with the move and the first months"),
    "own_words": _("In their own words"),
}
GATE_WORDS: dict[str, Any] = {**gate_words.KINDS, "": _("no gate")}
"""The kinds of gates that ship are named in the room of places; a condition that no gate answers has none."""
RIGHT_WORDS: dict[str, Any] = {
    "ownership": _("Ownership"),
    "co_ownership": _("Ownership together with others"),
    "inheritance": _("Inheritance, not divided"),
    "occupancy": _("Right to live in an allocated home"),
    "tenancy": _("Tenancy"),
    "cooperative": _("Share in a cooperative"),
    "use": _("Right of use"),
    "customary": _("Customary or communal right"),
    "business": _("Right to business premises"),
    "informal": _("Possession without a paper"),
}
LOSS_WORDS: dict[str, Any] = {
    "left": _("Left behind in flight"),
    "evicted": _("Driven out"),
    "occupied": _("Occupied by others"),
    "destroyed": pgettext_lazy("loss", "Destroyed"),
    "sold_under_duress": _("Sold under pressure"),
    "exchanged": _("Exchanged under pressure"),
    "confiscated": _("Taken by an authority"),
    "cancelled": _("Right cancelled because of absence"),
    "inherited": _("Holder died in displacement"),
    "other": pgettext_lazy("loss", "Otherwise"),
}
EVIDENCE_WORDS: dict[str, Any] = {
    "register_extract": _("Extract of a land register or cadastre"),
    "court_decision": _("Final decision of a court or commission"),
    "deed": _("Deed of sale, gift or inheritance"),
    "allocation": _("Decision or contract that allocated the home"),
    "inheritance_paper": _("Certificate of inheritance or will"),
    "tax": _("Tax or insurance receipt"),
    "utility": _("Bill or contract for water, power, telephone"),
    "registration_of_residence": _("Registration of residence"),
    "census": _("Extract of a census, school or health register"),
    "map": _("Old map, plan or aerial picture"),
    "photograph": _("Photograph, letter, key"),
    "witness": _("Statement of a witness"),
    "own_statement": _("The claimant's own statement"),
}
STRENGTH_WORDS: dict[int, Any] = {
    0: _("own word"),
    1: _("witness or object"),
    2: _("names person and place"),
    3: _("paper about the right"),
    4: _("register or final decision"),
}


@dataclass(frozen=True, slots=True)
class Code:
    """One row of a table."""

    code: str
    words: Any
    source: str
    confirmed: bool
    gate: str = ""
    strength: int = 0


@lru_cache(maxsize=8)
def _table(name: str) -> dict[str, Code]:
    words = {"conditions": CONDITION_WORDS, "rights": RIGHT_WORDS, "losses": LOSS_WORDS, "evidence_kinds": EVIDENCE_WORDS}[name]
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    return {
        row["code"]: Code(
            row["code"],
            words[row["code"]],
            row["source"],
            row["confirmed"] == "true",
            row.get("gate", ""),
            int(row.get("strength") or 0),
        )
        for row in rows
    }


def conditions() -> dict[str, Code]:
    """Conditions of return with the gate that each belongs to; in the order in which a form shows them."""
    return _table("conditions")


def rights() -> dict[str, Code]:
    """Rights that can be claimed; owners are one kind among others."""
    return _table("rights")


def losses() -> dict[str, Code]:
    """How a home or land was lost."""
    return _table("losses")


def evidence_kinds() -> dict[str, Code]:
    """Kinds of evidence, the strongest first."""
    return _table("evidence_kinds")


def choices(table: dict[str, Code]) -> list[tuple[str, Any]]:
    """Pairs for a form field."""
    return [(row.code, row.words) for row in table.values()]
