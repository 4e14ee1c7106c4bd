"""Why two records are, or are not, thought to be one person: field by field, in words, with codes a page can translate."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from importlib import resources

import numpy as np

from wayhome.engines.linking import levels
from wayhome.engines.linking.records import Records
from wayhome.engines.linking.types import NAMES, Codes, Direction, Floats, Pairs, Reason

FIELD_WORDS = {
    "given_name": "given name",
    "patronymic": "father's name",
    "family_name": "family name",
    "birth": "born",
    "sex": "sex",
    "origin_place": "from",
    "phone": "phone",
    "document_number": "document",
    "household": "household",
}
_SPELLED = {"S": "sh", "Z": "zh", "C": "ch", "J": "j", "X": "kh", "G": "gh", "c": "ts"}
_SHOWN_AS = str.maketrans(_SPELLED)
_AGREEING = frozenset({"name_same_spelling", "name_same_sounds", "name_two_scripts", "place_same", "place_two_spellings"})
_NEUTRAL = range(46, 55)


@functools.cache
def sentences() -> dict[str, str]:
    """Reason codes and their English sentence."""
    text = resources.files(__package__).joinpath("data", "reasons.tsv").read_text(encoding="utf-8")
    return dict(line.split("\t", 1) for line in text.splitlines() if line and not line.startswith("#"))


def spelled(sounds: str) -> str:
    """Romanised sounds in plain Latin letters."""
    return sounds.translate(_SHOWN_AS)


def _weights(records: Records, pairs: Pairs, field: str, found: Codes) -> Codes:
    """The weight of each pair's level. A rare name says more than a common one: where values agree, chance is their own share of the
    records."""
    names = levels.LEVELS[field]
    shares = levels.table()[field]
    same = np.array([shares[name][0] for name in names])[found]
    chance = np.array([shares[name][1] for name in names])[found]
    agreeing = np.array([name in _AGREEING for name in names])[found]
    if agreeing.any():
        frequency = records.frequency["place" if field == "origin_place" else field]
        own = np.exp(np.fmin(frequency[pairs.left], frequency[pairs.right]))
        chance = np.where(agreeing & ~np.isnan(own), np.clip(own, 1e-6, 1.0), chance)
    missing = np.array([name.endswith("_missing") for name in names])[found]
    return np.where(missing, 50, levels.weight(same, chance)).astype(np.int32)


@dataclass(frozen=True, slots=True)
class Explainer:
    """Explains the pairs of one run on demand. Documents and phones are never among the values shown."""

    records: Records
    pairs: Pairs
    found: dict[str, Codes]
    weights: dict[str, Codes]
    household_others: Floats
    household_members: Floats

    @classmethod
    def of(cls, records: Records, pairs: Pairs, columns: tuple[str, ...], features: Floats) -> Explainer:
        measured = {name: features[:, at] for at, name in enumerate(columns)}
        found = levels.of_pairs(records, pairs.left.astype(np.int32), pairs.right.astype(np.int32), measured)
        weights = {field: _weights(records, pairs, field, found[field]) for field in levels.LEVELS}
        return cls(records, pairs, found, weights, measured["household_others"], measured["household_least"] - 1)

    def reasons(self, pair: int) -> tuple[Reason, ...]:
        """All fields of one pair, the one that says most first."""
        left, right = int(self.pairs.left[pair]), int(self.pairs.right[pair])
        made = [self._reason(field, pair, left, right) for field in levels.LEVELS]
        return tuple(sorted(made, key=lambda reason: (-abs(reason.weight - 50), reason.field)))

    def sentence(self, pair: int) -> str:
        """The reasons in one line: what speaks for it, then what speaks against it, with weights."""
        parts: dict[Direction, list[str]] = {Direction.FOR: [], Direction.AGAINST: []}
        for reason in self.reasons(pair):
            if reason.direction in parts:
                values = f" {reason.left} / {reason.right}," if reason.left and reason.right and reason.field in NAMES else ""
                parts[reason.direction].append(f"{FIELD_WORDS[reason.field]}:{values} {reason.words} ({reason.weight})")
        said = [
            f"{word} {'; '.join(parts[side])}"
            for side, word in ((Direction.FOR, "For:"), (Direction.AGAINST, "Against:"))
            if parts[side]
        ]
        return ". ".join(said) + "." if said else "Nothing speaks for or against it."

    def _reason(self, field: str, pair: int, left: int, right: int) -> Reason:
        code = levels.LEVELS[field][self.found[field][pair]]
        weight = int(self.weights[field][pair])
        params: dict[str, str | int] = {}
        if field == "birth" and code in {"year_different", "date_day_and_month"}:
            params["years"] = abs(int(self.records.year[left]) - int(self.records.year[right]))
        if field == "household" and code == "household_agrees":
            members = int(self.household_members[pair])
            params.update(others=min(members, max(1, round(float(self.household_others[pair])))), members=members)
        direction = Direction.NEITHER if weight in _NEUTRAL else Direction.FOR if weight > 50 else Direction.AGAINST
        one, other = self._values(field, left, right)
        return Reason(field, code, direction, weight, one, other, sentences()[code].format(**params), params)

    def _values(self, field: str, left: int, right: int) -> tuple[str, str]:
        records = self.records
        if field in NAMES:
            fine = records.sounds.fine
            return spelled(fine[records.name[field][left]]), spelled(fine[records.name[field][right]])
        if field == "origin_place":
            fine = records.sounds.fine
            return spelled(fine[records.place_sounds[left]]), spelled(fine[records.place_sounds[right]])
        if field == "birth":
            return self._date(left), self._date(right)
        if field == "sex":
            letters = records.sex_letters
            return letters[records.sex[left]], letters[records.sex[right]]
        return "", ""

    def _date(self, at: int) -> str:
        records = self.records
        year, month, day = int(records.year[at]), int(records.month[at]), int(records.day[at])
        if not year:
            return ""
        return f"{year:04}-{month:02}-{day:02}" if month else f"{year:04}"
