"""What households of the register want, by survey wave, and the homes and land they claim."""

from __future__ import annotations

import functools
from datetime import date, timedelta
from random import Random

from wayhome.engines.population.families import LAST_YEAR, Household, Person
from wayhome.engines.population.tables import data_rows

WAVES = (
    (date(2024, 10, 5), "Oct 2024"),
    (date(2025, 3, 8), "Mar 2025"),
    (date(2025, 9, 13), "Sep 2025"),
    (date(2026, 3, 7), "Mar 2026"),
)
INTENTION_COLUMNS = (
    "list", "household", "wave", "asked_on", "wish", "where", "when", "conditions", "asked", "presence", "adults_agreeing", "adults", "silence",
)  # fmt: skip
CLAIM_COLUMNS = (
    "claim", "list", "household", "claimant_row", "claimant", "share", "lodged_on", "property", "village", "address", "area_m2", "old_cadastral_number",
    "right", "loss_event", "lost_on", "evidence", "occupied_by", "competes_with",
)  # fmt: skip


@functools.cache
def _choices(kind: str) -> tuple[list[str], list[float], dict[str, str]]:
    rows = [r for r in data_rows("lirva/wishes") if r["kind"] == kind]
    return [r["key"] for r in rows], [float(r["weight"]) for r in rows], {r["key"]: r["en"] for r in rows}


def _pick(kind: str, rng: Random) -> str:
    keys, weights, words = _choices(kind)
    return words[rng.choices(keys, weights)[0]]


def adults_of(house: Household) -> list[Person]:
    return [m for m in house.members if m.birth[0] <= LAST_YEAR - 18]


def intentions(house: Household, list_key: str, local: str, village: str, elsewhere: str, rng: Random) -> list[list[str]]:
    """One row a wave the household was asked in; wishes drift towards return as waves pass. No answer is a row of its own."""
    adults = len(adults_of(house))
    leaning = rng.gauss(0.1, 1.0)
    wanted = [c for c, w in zip(*_choices("condition")[:2], strict=True) if rng.random() < w]
    words = _choices("condition")[2]
    rows = []
    for i, (day, wave) in enumerate(WAVES):
        if rng.random() < 0.22:
            continue  # not asked in this wave
        asked = day + timedelta(days=rng.randrange(21))
        how = rng.choice(("phone", "phone", "in_person", "in_person", "form", "group"))
        presence = rng.choice(("alone", "family", "family", "neighbours", "leader", "official", ""))
        if rng.random() < 0.16:
            silence = rng.choice(("not_reached", "not_reached", "declined", "moved", "stopped", "not_safe", "unknown"))
            rows.append([list_key, local, wave, asked.isoformat(), "no_answer", "", "", "", how, "", "", str(adults), silence])
            continue
        feeling = leaning + 0.35 * i + rng.gauss(0, 0.5)
        wish = "return" if feeling > 0.4 else "undecided" if feeling > -0.4 else "stay" if feeling > -1.2 else "elsewhere"
        where = village if wish == "return" else elsewhere if wish == "elsewhere" else ""
        when = rng.choice(("within a year", "summer", "not before 2028", "when the school opens", "")) if wish == "return" else ""
        conditions = "; ".join(words[c] for c in wanted if rng.random() < 0.85) if wish in ("return", "undecided") else ""
        agree = adults if rng.random() < 0.7 else max(1, adults - rng.randint(1, max(1, adults - 1))) if adults else 0
        rows.append(
            [list_key, local, wave, asked.isoformat(), wish, where, when, conditions, how, presence, str(agree), str(adults), ""]
        )
    return rows


def claims(
    house: Household,
    list_key: str,
    local: str,
    claimant: str,
    claimant_row: int,
    village: str,
    lost_on: str,
    number: int,
    rng: Random,
) -> list[list[str]]:
    """The household's claims: mostly one house, sometimes land beside it; a few compete with the claim before."""
    rows = []
    for i in range(1 if rng.random() < 0.75 else 2):
        kinds, weights, words = _choices("property")
        kind = words["house"] if i == 0 and rng.random() < 0.7 else words[rng.choices(kinds, weights)[0]]
        evidence_keys, evidence_weights, evidence = _choices("evidence")
        held = [
            f"{evidence[k]} {rng.randint(1951, 2019)}" if k in ("deed", "tax", "book") else evidence[k]
            for k, w in zip(evidence_keys, evidence_weights, strict=True)
            if rng.random() < w
        ]
        lodged = date(2025, 1, 10) + timedelta(days=rng.randrange(460))
        area = rng.randint(60, 240) if kind in ("house", "flat") else rng.randint(300, 9000)
        rows.append(
            [
                f"C-{number + i:05d}", list_key, local, str(claimant_row), claimant, rng.choice(("1", "1", "1", "1/2", "1/3")), lodged.isoformat(), kind, village,
                f"house {rng.randint(1, 220)}" if kind in ("house", "flat") else f"field {rng.randint(1, 90)}", str(area),
                f"{rng.randint(10, 99)}-{rng.randint(100, 999)}-{rng.randint(1, 9999):04d}" if rng.random() < 0.5 else "", _pick("right", rng),
                rng.choice(("left in flight", "left in flight", "destroyed", "taken while absent", "sold under duress")), lost_on, "; ".join(held),
                _pick("occupant", rng), f"C-{number - rng.randint(1, 9):05d}" if number > 20 and rng.random() < 0.03 else "",
            ]
        )  # fmt: skip
    return rows
