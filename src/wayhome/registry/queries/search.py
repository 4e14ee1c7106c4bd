"""Finding a person: by any name in any script, with slips of the pen, by number, telephone, document, household or place.

    typed words -> words of the process that sound alike (`NameWord`, some 100,000) -> persons called so -> ranked

Slips are tolerated on the distinct words alone, so that a search reads some thousand narrow rows however many persons there are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

from wayhome.accounts.models import Process
from wayhome.places.bridge import name_keys
from wayhome.places.models import AreaName
from wayhome.registry import naming
from wayhome.registry.actions.checks import phone_key
from wayhome.registry.bridge import names as bridge
from wayhome.registry.models import Contact, DataKey, Person
from wayhome.registry.queries import candidates
from wayhome.registry.queries.candidates import Place, called, words_of
from wayhome.registry.sealing import find_equal
from wayhome.registry.states import SealedKind

MOST_TERMS = 6
MOST_WORDS = 40  # words of the process that one typed word may stand for
MOST_FETCHED = 800  # words looked at for each typed word
MOST_BEGINNINGS = 40
MOST_CANDIDATES = 400  # persons ranked
MOST_FOUND = 200
MOST_REORDERED = 100
WRITTEN = 0.03  # how much the very spelling counts beside the sound
ENOUGH = 20  # persons; no further way is tried then
EXACT, SAME, ALIKE = 0.999, 0.93, 0.74  # how alike two words are to be the very one; to be one; to be one with a slip
PREFIX = 0.86


@dataclass(frozen=True, slots=True)
class Term:
    """One typed word: its readings as sounds, and the words of the process it may stand for, with how alike they are."""

    text: str
    sounds: tuple[str, ...]
    words: dict[int, float] = field(default_factory=dict)
    common: dict[int, int] = field(default_factory=dict)

    def slot(self, least: float) -> list[int]:
        """Words at least this much alike, the best first."""
        return [pk for pk, score in self.words.items() if score >= least]

    def weight(self, least: float) -> int:
        """About how many persons those words name."""
        return sum(self.common[pk] for pk in self.slot(least))


@dataclass(slots=True)
class Found:
    """Keys of persons in the order of how well they fit, and why each was found when it was not by name."""

    ids: list[int]
    more: bool = False
    by_document: bool = False
    why: dict[int, str] = field(default_factory=dict)

    def persons(self, first: int = 0, most: int | None = None) -> list[Person]:
        """The persons from the place `first` on, with their household and other names. Two queries."""
        wanted = self.ids[first : None if most is None else first + most]
        rows = Person.objects.filter(pk__in=wanted).select_related("household").prefetch_related("names").in_bulk()
        return [rows[pk] for pk in wanted if pk in rows]


def alike(sounds: str, others: Sequence[str]) -> list[float]:
    """How alike a word sounds to each of the others, from 0 to 1: the letters, and the consonants, which count for more."""
    letters = process.cdist([sounds], others, scorer=JaroWinkler.similarity)[0]
    if len(sounds) <= 2:
        return [float(one) * 0.9 if other != sounds else 1.0 for one, other in zip(letters, others, strict=True)]
    bones = process.cdist([bridge.consonants(sounds)], [bridge.consonants(other) for other in others], scorer=fuzz.ratio)[0]
    return [float(score) for score in 0.45 * letters + 0.0055 * bones]


def terms_of(query: str) -> list[Term]:
    """The typed words, at most six; words without a sound are left out."""
    found = []
    for word in bridge.words(query)[:MOST_TERMS]:
        sounds = bridge.readings(word)
        if sounds:
            found.append(Term(word, sounds))
    return found


def resolve(of: Process, terms: Sequence[Term]) -> None:
    """Find for each term the words of the process it may stand for. Three queries, however many terms."""
    variants = {sounds: naming.variants_of(sounds) for term in terms for sounds in term.sounds if not sounds.isdigit()}
    reach: dict[str, set[str]] = defaultdict(set)
    for variant, skeleton in candidates.near(of.pk, sorted({variant for some in variants.values() for variant in some})):
        reach[variant].add(skeleton)
    skeletons = sorted({skeleton for some in reach.values() for skeleton in some})
    known: dict[str, list[tuple[int, str, int]]] = defaultdict(list)
    for pk, other, skeleton, persons in candidates.words(of.pk, skeletons, MOST_FETCHED * len(terms)):
        known[skeleton].append((pk, other, persons))
    starts: dict[str, list[tuple[int, str, int]]] = defaultdict(list)
    for start, pk, other, persons in candidates.beginnings(
        of.pk, sorted({s for term in terms for s in term.sounds}), MOST_BEGINNINGS
    ):
        starts[start].append((pk, other, persons))
    for term in terms:
        weights: dict[int, tuple[float, int]] = {}
        for sounds in term.sounds:
            near = [row for skeleton in {s for v in variants.get(sounds, ()) for s in reach[v]} for row in known[skeleton]]
            scores = alike(sounds, [other for _pk, other, _persons in near]) if near else []
            for (pk, _other, persons), score in zip(near, scores, strict=True):
                if score >= ALIKE and score > weights.get(pk, (0.0, 0))[0]:
                    weights[pk] = (score, persons)
            for pk, other, persons in starts[sounds]:
                score = 1.0 if other == sounds else PREFIX
                if score > weights.get(pk, (0.0, 0))[0]:
                    weights[pk] = (score, persons)
        best = sorted(weights.items(), key=lambda row: (-row[1][0], -row[1][1]))[:MOST_WORDS]
        term.words.update({pk: score for pk, (score, _persons) in best})
        term.common.update({pk: persons for pk, (_score, persons) in best})


def find(of: Process, query: str, *, sealed: bool = False, most: int = MOST_FOUND) -> Found:
    """Persons of the process that fit what was typed, the best first, at most `most`.

    Args:
        sealed: whether document numbers are looked up too, by keyed hash; the caller logs a hit.
    """
    query = " ".join(query.replace("\x00", "").split())[:200]
    if not query:
        return Found([])
    why, by_document = _by_number(of, query, sealed)
    scores: dict[int, float] = dict.fromkeys(why, 3.0)
    terms = terms_of(query)
    resolve(of, terms)
    for pk, score in _by_name(of, terms).items():
        scores.setdefault(pk, score)
    best = _as_written(query, scores, sorted(scores, key=lambda pk: (-scores[pk], pk)))
    return Found(best[:most], len(best) > most, by_document, why)


def _as_written(query: str, scores: dict[int, float], best: list[int]) -> list[int]:
    """The order once more, of the first hundred: of two names that sound the same, the one written as typed comes first."""
    if len(best) < 2:
        return best
    rows = Person.objects.filter(pk__in=best[:MOST_REORDERED]).values_list("pk", "given_name", "patronymic", "family_name")
    typed = query.casefold()
    written = {pk: fuzz.token_sort_ratio(typed, " ".join(filter(None, names)).casefold()) / 100 for pk, *names in rows}
    head = sorted(best[:MOST_REORDERED], key=lambda pk: (-scores[pk] - WRITTEN * written.get(pk, 0.0), pk))
    return head + best[MOST_REORDERED:]


_REF = re.compile(r"([PHph])\s?-?\s?0*(\d{1,9})")
_DIGITS = re.compile(r"\d")


def _by_number(process: Process, query: str, sealed: bool) -> tuple[dict[int, str], bool]:
    """Persons by a number: theirs, their household's, the list's, a telephone, a document. Key to how it was found."""
    if not _DIGITS.search(query):
        return {}, False
    found: dict[int, str] = {}
    persons = Person.objects.of(process)

    def add(rows: Iterable[int], why: str) -> None:
        for pk in rows:
            found.setdefault(pk, why)

    ref = _REF.fullmatch(query)
    plain = query.isascii() and query.isdigit() and len(query) <= 9
    if plain or (ref and ref[1].upper() == "P"):
        add(persons.filter(number=int(query if plain else ref[2])).values_list("pk", flat=True), "number")  # type: ignore[index]
    if plain or (ref and ref[1].upper() == "H"):
        number = int(query if plain else ref[2])  # type: ignore[index]
        members = persons.filter(household__process=process, household__number=number).order_by("number")
        add(members.values_list("pk", flat=True)[:50], "household")
    add(persons.filter(list_key=query).values_list("pk", flat=True)[:50], "list")
    key = phone_key(query)
    if key:
        add(persons.filter(phone_key=key).values_list("pk", flat=True)[:50], "phone")
        contacts = Contact.objects.filter(key=key, person__process=process)
        add(contacts.values_list("person_id", flat=True)[:50], "phone")
    by_document = False
    if sealed and len(query) >= 4 and DataKey.objects.filter(process=process).exists():
        holders = [value.person_id for value in find_equal(process, SealedKind.DOCUMENT_NUMBER, query)[:50]]  # type: ignore[index]
        by_document = bool(holders)
        add(holders, "document")
    return found, by_document


def _places(process: Process, terms: Sequence[Term]) -> dict[str, Place]:
    """Which typed words name an area of the process, and which may stand in what was written. One query."""
    keys = {term.text: name_keys(term.text)[0] for term in terms}
    areas: dict[str, set[int]] = defaultdict(set)
    rows = AreaName.objects.filter(process=process, retired_at=None, key__in=[key for key in keys.values() if key])
    for key, area in rows.values_list("key", "area_id")[:500]:
        areas[key].add(area)
    return {text: Place(tuple(sorted(areas.get(key, ()))[:50]), text) for text, key in keys.items()}


def _by_name(process: Process, terms: Sequence[Term]) -> dict[int, float]:
    """Persons by names, and by a place among the typed words; how well each fits, from 0 to 1."""
    named = [term for term in terms if term.words]
    nameless = [term for term in terms if not term.words and not term.text.isdigit()]
    fitting = [] if nameless else _together(named)
    if len(fitting) < ENOUGH and terms:
        places = _places(process, [term for term in terms if len(term.text) > 2])
        fitting += _with_place(process, terms, places, nameless)
    if not fitting and len(named) > 1:
        fitting = _most(named)
    return _ranked(named, dict.fromkeys(fitting))


def _together(terms: Sequence[Term], *, place: Place | None = None) -> list[int]:
    """Persons called by all of these words: first as typed, then with slips, until there are enough."""
    found: dict[int, None] = {}
    if len(terms) == 1:  # many are called so: the likest word first
        for word in terms[0].slot(ALIKE):
            found.update(dict.fromkeys(called([[word]], most=MOST_FOUND - len(found), place=place)))
            if len(found) >= MOST_FOUND:
                break
        return list(found)
    for least in (EXACT, SAME, ALIKE):
        slots = [term.slot(least) for term in sorted(terms, key=lambda term: term.weight(least))]
        found.update(dict.fromkeys(called(slots, most=MOST_CANDIDATES - len(found), place=place)))
        if len(found) >= ENOUGH:
            break
    return list(found)


def _with_place(process: Process, terms: Sequence[Term], places: dict[str, Place], nameless: Sequence[Term]) -> list[int]:
    """One of the typed words is a place and the others are names; or all that was typed is a place."""
    chosen = nameless or [term for term in terms if term.text in places and places[term.text].areas]
    if not chosen or len(nameless) > 1:
        return []
    if len(terms) == 1:
        areas = places[terms[0].text].areas if terms[0].text in places else ()
        if not areas:
            return []
        rows = Person.objects.of(process).filter(Q(origin__in=areas) | Q(present__in=areas))
        return list(rows.values_list("pk", flat=True)[:MOST_FOUND])
    found: list[int] = []
    for place in chosen[:2]:
        others = [term for term in terms if term is not place and term.words]
        if place.text in places and others:
            found += _together(others, place=places[place.text])
    return found


def _most(terms: Sequence[Term]) -> list[int]:
    """Persons called by all of the words but one, or by the rarest of two."""
    ordered = sorted(terms, key=lambda term: term.weight(SAME))
    if len(ordered) == 2:
        return called([ordered[0].slot(SAME)], most=50)
    found: list[int] = []
    for left_out in range(len(ordered)):
        slots = [term.slot(ALIKE) for n, term in enumerate(ordered) if n != left_out]
        found += called(slots, most=100)
    return found


def _ranked(terms: Sequence[Term], fitting: Iterable[int]) -> dict[int, float]:
    """How well each candidate fits: the likeness of its best word for each term, less a little for words nobody typed."""
    of: dict[int, list[int]] = defaultdict(list)
    for person, word in words_of(fitting):
        of[person].append(word)
    scores = {}
    for person in fitting:
        words = of.get(person, [])
        total = sum(max((term.words.get(word, 0.0) for word in words), default=0.0) for term in terms)
        surplus = max(0, len(words) - len(terms))
        scores[person] = total / max(1, len(terms)) - 0.01 * surplus
    return scores
