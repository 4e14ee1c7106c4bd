"""What a made world is like: the figures the linking contract states of its unseen data, so that one can be set beside the other."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict

from wayhome.engines.population.worlds import PEOPLE_COLUMNS, Made

SCRIPTS = {
    "Cyrl": re.compile("[\u0400-\u052f]"),
    "Arab": re.compile("[\u0600-\u06ff]"),
    "Armn": re.compile("[\u0530-\u058f]"),
    "Ethi": re.compile("[\u1200-\u137f]"),
    "Geor": re.compile("[\u10a0-\u10ff]"),
}
_AT = {name: i for i, name in enumerate(PEOPLE_COLUMNS)}


def script_of(names: str) -> str:
    """Script of most letters, Latn where none of the others has more than half."""
    for script, letters in SCRIPTS.items():
        if len(letters.findall(names)) * 2 > len(names):
            return script
    return "Latn"


def _digits(text: str) -> str:
    return "".join(c for c in text.upper() if c.isalnum())[-8:]


def measure(made: Made) -> dict[str, float | int | dict[str, int]]:
    """Counts and shares of a world: records, persons, true pairs, shares across lists and scripts, evidence shared, pairs by scripts."""
    at = _AT
    groups: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    scripts: dict[str, str] = {}
    for row, true in zip(made.people, made.truth, strict=True):
        groups[true[1]].append(row)
        scripts[row[0]] = script_of(row[at["given_name"]] + row[at["patronymic"]] + row[at["family_name"]])
    pairs = across_lists = across_scripts = bare = same_text = 0
    by_scripts: Counter[str] = Counter()
    for rows in groups.values():
        for a, b in itertools.combinations(rows, 2):
            pairs += 1
            across_lists += a[1] != b[1]
            one, two = sorted((scripts[a[0]], scripts[b[0]]))
            by_scripts[f"{one}-{two}"] += 1
            same_text += all(a[at[k]] == b[at[k]] for k in ("given_name", "family_name"))
            if one != two:
                across_scripts += 1
                year = a[at["birth_year"]] and a[at["birth_year"]] == b[at["birth_year"]]
                document = a[at["document_number"]] and _digits(a[at["document_number"]]) == _digits(b[at["document_number"]])
                phone = a[at["phone"]] and _digits(a[at["phone"]]) == _digits(b[at["phone"]])
                bare += not (year or document or phone)
    n = len(made.people)
    return {
        "records": n,
        "persons": len(groups),
        "repeated_records": round(1 - len(groups) / n, 4),
        "true_pairs": pairs,
        "across_lists": round(across_lists / max(1, pairs), 4),
        "across_scripts": round(across_scripts / max(1, pairs), 4),
        "across_scripts_without_year_document_phone": round(bare / max(1, across_scripts), 4),
        "same_given_and_family_text": round(same_text / max(1, pairs), 4),
        "records_by_script": dict(Counter(scripts.values()).most_common()),
        "pairs_by_scripts": dict(by_scripts.most_common()),
        "empty": {c: sum(not r[at[c]] for r in made.people) for c in PEOPLE_COLUMNS[2:]},
    }
