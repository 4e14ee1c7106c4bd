"""The comparison levels in which a pair is explained, and how much each says.

The probability comes from the boosted model. A level's weight says how much more often true pairs are at this level than two people
drawn at random: counted on generated people, by `benchmarks/linking/train.py`, in `data/model/levels.json`."""

from __future__ import annotations

import functools
import json
from importlib import resources
from typing import Any

import numpy as np

from wayhome.engines.linking.errors import LinkingError
from wayhome.engines.linking.records import Records
from wayhome.engines.linking.types import NAMES, Codes, Doubles, Floats

NAME_LEVELS = (
    "name_missing",
    "name_same_spelling",
    "name_same_sounds",
    "name_two_scripts",
    "name_two_spellings",
    "name_near",
    "name_part",
    "name_elsewhere",
    "name_different",
)
DATE_LEVELS = (
    "date_missing",
    "year_different",
    "year_near",
    "year_same",
    "date_year_only",
    "date_part",
    "date_day_and_month",
    "date_swapped",
    "date_same",
)
SEX_LEVELS = ("sex_missing", "sex_same", "sex_different")
PLACE_LEVELS = ("place_missing", "place_same", "place_two_spellings", "place_near", "place_different")
PHONE_LEVELS = ("phone_missing", "phone_same", "phone_different")
DOCUMENT_LEVELS = ("document_missing", "document_same", "document_near", "document_different")
HOUSEHOLD_LEVELS = ("household_missing", "household_agrees", "household_differs", "household_same")

LEVELS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(NAMES, NAME_LEVELS),
    "birth": DATE_LEVELS,
    "sex": SEX_LEVELS,
    "origin_place": PLACE_LEVELS,
    "phone": PHONE_LEVELS,
    "document_number": DOCUMENT_LEVELS,
    "household": HOUSEHOLD_LEVELS,
}
"""Levels of each field, by number."""

_NEAR_CONSONANTS = 0.7
_NEAR_SOUNDS = 0.86
_ELSEWHERE = 0.85
_NEAR_PLACE = 0.88
_LEAST_SEEN = 5


def of_pairs(records: Records, left: Codes, right: Codes, measured: dict[str, Floats]) -> dict[str, Codes]:
    """Level number of each pair in each field. `measured`: columns of the features by name; `household_others` may be missing."""
    found = {name: _name(records, name, left, right, measured) for name in NAMES}
    found["birth"] = measured["date"].astype(np.int32)
    found["sex"] = _three(measured["sex"])
    place = measured["place"]
    same_words = records.place_sounds[left] == records.place_sounds[right]
    found["origin_place"] = np.select(
        [np.isnan(place), (place == 1) & same_words, place == 1, measured["place_sounds"] >= _NEAR_PLACE], [0, 1, 2, 3], 4
    ).astype(np.int32)
    found["phone"] = _three(measured["phone"])
    document = measured["document"]
    found["document_number"] = np.select(
        [np.isnan(document), document == 1, measured["document_signs"] >= 0.8], [0, 1, 2], 3
    ).astype(np.int32)
    others = measured.get("household_others")
    same = measured["same_household"] == 1
    if others is None:
        found["household"] = np.where(same, 3, 0).astype(np.int32)
    else:
        least = measured["household_least"]
        found["household"] = np.select([same, least < 2, others >= 0.5, others >= 0], [3, 0, 1, 2], 0).astype(np.int32)
    return found


def _three(equal: Floats) -> Codes:
    return np.select([np.isnan(equal), equal == 1], [0, 1], 2).astype(np.int32)


def _name(records: Records, name: str, left: Codes, right: Codes, measured: dict[str, Floats]) -> Codes:
    one, other = records.name[name][left], records.name[name][right]
    raw = records.written[name]
    fine = records.sounds.fine
    lengths = records.sounds.lengths
    shorter, longer = np.minimum(lengths[one], lengths[other]), np.maximum(lengths[one], lengths[other])
    crossed = np.fmax.reduce(
        [
            measured[column]
            for column in measured
            if column.startswith("crossed_") and not column.startswith("crossed_least") and name in column
        ]
    )
    maybe_part = np.flatnonzero((shorter >= 3) & (longer >= shorter + 3))
    part = np.zeros(len(left), dtype=bool)
    for at in maybe_part.tolist():
        a, b = fine[one[at]], fine[other[at]]
        part[at] = a in b or b in a
    scripts_differ = records.script[left] != records.script[right]
    return np.select(
        [
            (one == 0) | (other == 0),
            raw[left] == raw[right],
            (one == other) & ~scripts_differ,
            one == other,
            (measured[f"classes_{name}"] == 1) & (measured[f"sounds_{name}"] >= 0.6),
            (measured[f"consonants_{name}"] >= _NEAR_CONSONANTS) | (measured[f"sounds_{name}"] >= _NEAR_SOUNDS),
            part,
            crossed >= _ELSEWHERE,
        ],
        [0, 1, 2, 3, 4, 5, 6, 7],
        8,
    ).astype(np.int32)


@functools.cache
def table() -> dict[str, dict[str, tuple[float, float]]]:
    """Field, level: share among true pairs and among random pairs. A level that training did not see is an error."""
    text = resources.files(__package__).joinpath("data", "model", "levels.json").read_text(encoding="utf-8")
    return read(json.loads(text))


def read(counts: dict[str, Any]) -> dict[str, dict[str, tuple[float, float]]]:
    """Counts of levels to shares, half a count added so that none is zero."""
    untrained = untrained_levels(counts)
    if untrained:
        raise LinkingError(
            "untrained_level",
            f"No training pair reached: {', '.join(untrained)}.",
            "Train again on people who show it: python benchmarks/linking/train.py.",
        )
    found = {}
    for field, names in LEVELS.items():
        same, chance = counts[field]["same"], counts[field]["chance"]
        sums = sum(same.values()) + 0.5 * len(names), sum(chance.values()) + 0.5 * len(names)
        found[field] = {name: ((same[name] + 0.5) / sums[0], (chance[name] + 0.5) / sums[1]) for name in names}
    return found


def untrained_levels(counts: dict[str, Any]) -> list[str]:
    """Levels seen in fewer than five pairs of either kind together, as `field.level`."""
    return [
        f"{field}.{name}"
        for field, names in LEVELS.items()
        for name in names
        if counts.get(field, {}).get("same", {}).get(name, 0) + counts.get(field, {}).get("chance", {}).get(name, 0) < _LEAST_SEEN
    ]


def weight(same: Doubles, chance: Doubles) -> Doubles:
    """0 to 100 from how often a level comes in true pairs and by chance; 50 says nothing."""
    return np.asarray(np.rint(100 / (1 + np.sqrt(chance / same))))
