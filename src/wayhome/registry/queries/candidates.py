"""Persons called by all of the typed words: the narrow reads of the search, the same SQL on both databases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Sized
from dataclasses import dataclass
from typing import Any

from django.db import connection

from wayhome.registry.models import NameNear, NameWord, Person, PersonWord

_WORDS = PersonWord._meta.db_table
_PERSON = Person._meta.db_table
_NAMES = NameWord._meta.db_table
_NEAR = NameNear._meta.db_table
Slot = Sequence[int]  # keys of words, any of which will do


@dataclass(frozen=True, slots=True)
class Place:
    """A typed word that names a place: areas called so, and the word as it may stand in what was written."""

    areas: tuple[int, ...]
    text: str

    def condition(self, alias: str) -> tuple[str, list[Any]]:
        """SQL on the person's origin and present place, with its parameters."""
        escaped = self.text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        parts, params = [], []
        for name in ("origin", "present"):
            if self.areas:
                parts.append(f"{alias}.{name}_id IN ({_marks(self.areas)})")
                params += self.areas
            parts.append(f"LOWER({alias}.{name}_text) LIKE %s ESCAPE '\\'")
            params.append(f"%{escaped.lower()}%")
        return f"({' OR '.join(parts)})", params


def _marks(values: Sized) -> str:
    return ", ".join(["%s"] * len(values))


def _rows(sql: str, params: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def near(process_id: int, variants: Sequence[str]) -> list[tuple[str, str]]:
    """(variant, skeleton) of the process for these variants."""
    if not variants:
        return []
    sql = f"SELECT variant, skeleton FROM {_NEAR} WHERE process_id = %s AND variant IN ({_marks(variants)})"  # noqa: S608
    return _rows(sql, [process_id, *variants])


def words(process_id: int, skeletons: Sequence[str], most: int) -> list[tuple[int, str, str, int]]:
    """(key, sounds, skeleton, persons) of the words with these skeletons, the commonest first."""
    if not skeletons:
        return []
    sql = (
        f"SELECT id, sounds, skeleton, persons FROM {_NAMES} WHERE process_id = %s AND skeleton IN ({_marks(skeletons)}) "  # noqa: S608
        "ORDER BY persons DESC LIMIT %s"
    )
    return _rows(sql, [process_id, *skeletons, most])


def beginnings(process_id: int, starts: Sequence[str], most: int) -> list[tuple[str, int, str, int]]:
    """(start, key, sounds, persons) of words that begin so, or are so where the start is short or a number."""
    if not starts:
        return []
    parts, params = [], []
    for start in starts:
        whole = len(start) < 3 or start.isdigit()
        condition = "sounds = %s" if whole else "sounds >= %s AND sounds < %s"
        one = f"SELECT %s AS start, id, sounds, persons FROM {_NAMES} WHERE process_id = %s AND {condition} LIMIT %s"  # noqa: S608
        parts.append(f"SELECT * FROM ({one}) AS s{len(parts)}")  # noqa: S608
        params += [start, process_id, *([start] if whole else [start, start + "\uffff"]), most]
    return _rows(" UNION ALL ".join(parts), params)


def called(slots: Sequence[Slot], *, most: int, place: Place | None = None) -> list[int]:
    """Keys of persons who have a word of every slot; the slots come rarest first. At most `most`, in no order.

    The first slot is read from the index by word, the others are looked up by person: a person has a handful of words, a slot
    dozens, so that `+` keeps both databases from looking each of them up. CROSS JOIN keeps SQLite to that order.
    """
    if not slots or not all(slots):
        return []
    joins, wheres, params = [], [f"w0.word_id IN ({_marks(slots[0])})"], list(slots[0])
    for n, slot in enumerate(slots[1:], 1):
        joins.append(f"CROSS JOIN {_WORDS} w{n}")
        wheres.append(f"w{n}.person_id = w0.person_id AND +w{n}.word_id IN ({_marks(slot)})")
        params += slot
    if place is not None:
        joins.append(f"CROSS JOIN {_PERSON} p")
        condition, more = place.condition("p")
        wheres.append(f"p.id = w0.person_id AND {condition}")
        params += more
    sql = f"SELECT w0.person_id FROM {_WORDS} w0 {' '.join(joins)} WHERE {' AND '.join(wheres)} LIMIT %s"  # noqa: S608
    return list(dict.fromkeys(row[0] for row in _rows(sql, [*params, most])))


def words_of(persons: Iterable[int]) -> list[tuple[int, int]]:
    """(person, word) of these persons."""
    wanted = list(persons)
    if not wanted:
        return []
    return _rows(f"SELECT person_id, word_id FROM {_WORDS} WHERE person_id IN ({_marks(wanted)})", wanted)  # noqa: S608
