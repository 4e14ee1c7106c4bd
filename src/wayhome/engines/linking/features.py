"""What is measured of a pair. First what numbers, frequencies and one comparison tell (cheap, for every candidate), then how alike the words are."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler, Levenshtein

from wayhome.engines.linking.records import TOKENS, WORDS, Records
from wayhome.engines.linking.types import NAMES, Codes, Floats

_WORD_MATCHES = 0.7
_RARITY_OF_DAY = 10.0
_RARITY_OF_DAY_AND_MONTH = 8.0
_RARITY_OF_YEAR = 4.0
_RARITY_OF_NEAR_YEAR = 3.0

DATE_SAME, DATE_SWAPPED, DATE_DAY_AND_MONTH, DATE_PART, DATE_YEAR_ONLY = 8, 7, 6, 5, 4
YEAR_SAME, YEAR_NEAR, YEAR_DIFFERENT, YEAR_UNKNOWN = 3, 2, 1, 0

CHEAP = (
    *(f"{kind}_{name}" for name in NAMES for kind in ("shared", "rarest")),
    "tokens_rarity",
    "tokens_shared",
    "tokens_least",
    "years_apart",
    "year",
    "date",
    "days_known",
    "chance",
    "sex",
    "place",
    "places_known",
    "place_rarity",
    "phone",
    "document",
    "same_list",
    "same_household",
    "scripts_differ",
    "script_low",
    "script_high",
    "block",
    "rules",
    "all_classes",
    "bigrams_classes",
    "bigrams_consonants",
    "bigrams_place",
)


def cheap(records: Records, left: Codes, right: Codes, rules: Codes, smallest: Codes, workers: int) -> Floats:
    """Columns `CHEAP`, a row a pair; nan where a side has nothing."""
    count = len(left)
    out = np.empty((count, len(CHEAP)), dtype=np.float32)
    put = {name: out[:, at] for at, name in enumerate(CHEAP)}
    class_id = records.sounds.class_id
    for name in NAMES:
        codes, frequency = records.name[name], records.frequency[name]
        one, other = class_id[codes[left]], class_id[codes[right]]
        put[f"shared_{name}"][:] = np.where((one == other) & (one > 0), frequency[left], np.nan)
        put[f"rarest_{name}"][:] = np.fmin(frequency[left], frequency[right])
    _tokens(records, left, right, put)
    _dates(records, left, right, put)
    put["sex"][:] = _equal(records.sex, left, right)
    place = _equal(records.place, left, right)
    put["place"][:] = place
    put["places_known"][:] = records.place_known[left].astype(np.int8) + records.place_known[right]
    put["place_rarity"][:] = np.where(place == 1, records.frequency["place"][left], np.nan)
    put["phone"][:] = _equal(records.phone, left, right)
    put["document"][:] = _equal(records.document, left, right)
    same_list = records.lists[left] == records.lists[right]
    put["same_list"][:] = same_list
    put["same_household"][:] = np.where(same_list, _equal(records.household, left, right), np.nan)
    one, other = records.script[left], records.script[right]
    put["scripts_differ"][:] = one != other
    put["script_low"][:] = np.minimum(one, other)
    put["script_high"][:] = np.maximum(one, other)
    put["block"][:] = smallest
    put["rules"][:] = np.bitwise_count(rules)
    alike = process.cpdist(
        records.everything_classes[records.everything[left]],
        records.everything_classes[records.everything[right]],
        scorer=Levenshtein.normalized_similarity,
        workers=workers,
        dtype=np.float32,
    )
    put["all_classes"][:] = alike
    for name, marks in records.bigrams.items():
        one_marks, other_marks = marks[left], marks[right]
        union = np.bitwise_count(one_marks | other_marks)
        put[f"bigrams_{name}"][:] = np.where(union > 0, np.bitwise_count(one_marks & other_marks) / np.maximum(union, 1), np.nan)
    return out


def _equal(codes: Codes, left: Codes, right: Codes) -> Floats:
    """1 equal, 0 different, nan where a side has none."""
    one, other = codes[left], codes[right]
    return np.where((one == 0) | (other == 0), np.float32(np.nan), (one == other).astype(np.float32))


def _tokens(records: Records, left: Codes, right: Codes, put: dict[str, Floats]) -> None:
    """How rare the name skeletons are that both have, wherever each stands."""
    rarity = np.concatenate([np.log(records.count / np.maximum(records.token_frequency, 1)), [0]]).astype(np.float32)
    tokens = records.tokens
    total = np.where(tokens >= 0, rarity[tokens], 0).sum(axis=1).astype(np.float32)
    shared = np.zeros(len(left), dtype=np.float32)
    number = np.zeros(len(left), dtype=np.int8)
    columns = [tokens[right, at] for at in range(TOKENS)]
    for at in range(TOKENS):
        own = tokens[left, at]
        if not (own >= 0).any():
            break
        hit = np.zeros(len(left), dtype=bool)
        for column in columns:
            hit |= column == own
        hit &= own >= 0
        shared += np.where(hit, rarity[own], 0)
        number += hit
    put["tokens_rarity"][:] = shared
    put["tokens_shared"][:] = number
    put["tokens_least"][:] = np.minimum(total[left], total[right])
    put["chance"][:] = np.log(records.count) - shared


def _dates(records: Records, left: Codes, right: Codes, put: dict[str, Floats]) -> None:
    year_l, year_r = records.year[left], records.year[right]
    known = (year_l > 0) & (year_r > 0)
    apart = np.where(known, np.abs(year_l - year_r), -1)
    put["years_apart"][:] = np.where(known, apart, np.nan)
    put["year"][:] = np.where((year_l > 0) | (year_r > 0), np.maximum(year_l, year_r), np.nan)
    level = date_levels(records, left, right, apart)
    put["date"][:] = level
    put["days_known"][:] = records.real[left].astype(np.int8) + records.real[right]
    rarity = np.select(
        [level == DATE_SAME, level >= DATE_PART, level >= YEAR_SAME, level == YEAR_NEAR],
        [_RARITY_OF_DAY, _RARITY_OF_DAY_AND_MONTH, _RARITY_OF_YEAR, _RARITY_OF_NEAR_YEAR],
        0.0,
    )
    # Log of the number of records expected to agree as much by accident: the same evidence says less among more people.
    put["chance"] -= rarity.astype(np.float32)


def date_levels(records: Records, left: Codes, right: Codes, apart: Codes) -> Codes:
    """One of `DATE_...` or `YEAR_...` a pair. `apart`: years between them, -1 unknown."""
    both = records.real[left] & records.real[right]
    month_l, month_r, day_l, day_r = records.month[left], records.month[right], records.day[left], records.day[right]
    same_day, same_month, same_year = day_l == day_r, month_l == month_r, apart == 0
    out = np.select(
        [
            both & same_year & same_day & same_month,
            both & same_year & (month_l == day_r) & (day_l == month_r),
            both & same_day & same_month,
            both & same_year & (same_day | same_month),
            both & same_year,
            same_year,
            apart == 1,
            apart > 1,
        ],
        [DATE_SAME, DATE_SWAPPED, DATE_DAY_AND_MONTH, DATE_PART, DATE_YEAR_ONLY, YEAR_SAME, YEAR_NEAR, YEAR_DIFFERENT],
        YEAR_UNKNOWN,
    )
    return out.astype(np.int32)


_CROSSED = (("given_name", "patronymic"), ("given_name", "family_name"), ("patronymic", "family_name"))

TEXT = (
    *(f"{kind}_{name}" for name in NAMES for kind in ("sounds", "edits", "consonants", "classes")),
    *(f"{kind}_{one}_{other}" for one, other in _CROSSED for kind in ("crossed", "crossed_least")),
    "all_sounds",
    "words_matched",
    "words_mean",
    "words_worst",
    "words_fewest",
    "date_digits",
    "place_sounds",
    "document_signs",
)

CHEAP_AND_TEXT = CHEAP + TEXT


def text(records: Records, left: Codes, right: Codes, workers: int) -> Floats:
    """Columns `TEXT`, a row a pair: likeness 0 to 1, nan where a side has nothing."""
    sounds = records.sounds
    out = np.empty((len(left), len(TEXT)), dtype=np.float32)
    put = {name: out[:, at] for at, name in enumerate(TEXT)}
    edits = Levenshtein.normalized_similarity

    def compare(strings: npt.NDArray[np.object_], one: Codes, other: Codes, scorer: Any) -> Floats:
        found = process.cpdist(strings[one], strings[other], scorer=scorer, workers=workers, dtype=np.float32)
        found[(one == 0) | (other == 0)] = np.nan
        return found

    for name in NAMES:
        one, other = records.name[name][left], records.name[name][right]
        put[f"sounds_{name}"][:] = compare(sounds.fine, one, other, JaroWinkler.similarity)
        put[f"edits_{name}"][:] = compare(sounds.fine, one, other, edits)
        put[f"consonants_{name}"][:] = compare(sounds.consonants, one, other, edits)
        put[f"classes_{name}"][:] = compare(sounds.classes, one, other, edits)
    for first, second in _CROSSED:
        forth = compare(sounds.classes, records.name[first][left], records.name[second][right], edits)
        back = compare(sounds.classes, records.name[second][left], records.name[first][right], edits)
        put[f"crossed_{first}_{second}"][:] = np.fmax(forth, back)
        put[f"crossed_least_{first}_{second}"][:] = np.fmin(forth, back)
    one, other = records.everything[left], records.everything[right]
    fine = records.everything_fine
    put["all_sounds"][:] = process.cpdist(fine[one], fine[other], scorer=fuzz.ratio, workers=workers, dtype=np.float32) / 100
    _words(records, one, other, put, workers)
    put["date_digits"][:] = _digits(records, left, right)
    put["place_sounds"][:] = compare(sounds.fine, records.place_sounds[left], records.place_sounds[right], JaroWinkler.similarity)
    put["document_signs"][:] = np.where(
        (records.document[left] > 0) & (records.document[right] > 0),
        process.cpdist(
            records.document_text[left], records.document_text[right], scorer=edits, workers=workers, dtype=np.float32
        ),
        np.nan,
    )
    return out


def _words(records: Records, one: Codes, other: Codes, put: dict[str, Floats], workers: int) -> None:
    """Each word of the record with fewer words beside its likest of the other's, wherever it stands: how many match, how well on the
    whole and at worst."""
    sounds, words = records.sounds, records.everything_words
    left, right = words[one], words[other]
    best_l = np.zeros(left.shape, dtype=np.float32)
    best_r = np.zeros(right.shape, dtype=np.float32)
    for a in range(WORDS):
        for b in range(WORDS):
            rows = np.flatnonzero((left[:, a] > 0) & (right[:, b] > 0))
            if not len(rows):
                continue
            x, y = left[rows, a], right[rows, b]
            found = process.cpdist(
                sounds.consonants[x],
                sounds.consonants[y],
                scorer=Levenshtein.normalized_similarity,
                workers=workers,
                dtype=np.float32,
            )
            found = np.maximum(found, np.where(sounds.class_id[x] == sounds.class_id[y], np.float32(0.9), np.float32(0)))
            best_l[rows, a] = np.maximum(best_l[rows, a], found)
            best_r[rows, b] = np.maximum(best_r[rows, b], found)
    count_l, count_r = (left > 0).sum(axis=1), (right > 0).sum(axis=1)
    fewer = count_l <= count_r
    best = np.where(fewer[:, None], best_l, best_r)
    present = np.where(fewer[:, None], left, right) > 0
    number = np.maximum(present.sum(axis=1), 1)
    put["words_matched"][:] = ((best >= _WORD_MATCHES) & present).sum(axis=1)
    put["words_mean"][:] = np.where(present, best, 0).sum(axis=1) / number
    put["words_worst"][:] = np.where(present, best, 2).min(axis=1)
    put["words_fewest"][:] = present.sum(axis=1)


def _digits(records: Records, left: Codes, right: Codes) -> Floats:
    """Share of the eight digits of two dates that are equal in place; nan unless both have a day of their own."""
    number = records.year * 10_000 + records.month * 100 + records.day
    one, other = number[left], number[right]
    same = np.zeros(len(left), dtype=np.int8)
    for _ in range(8):
        same += one % 10 == other % 10
        one, other = one // 10, other // 10
    return np.where(records.real[left] & records.real[right], same / 8, np.nan).astype(np.float32)
