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
from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from wayhome.accounts.models import Process
from wayhome.places.bridge import name_keys
from wayhome.places.models import AreaName
from wayhome.registry import naming
from wayhome.registry.actions.checks import phone_key
from wayhome.registry.bridge import names as bridge
from wayhome.registry.models import Contact, DataKey, NameNear, NameWord, Person
from wayhome.registry.queries.candidates import Place, called, words_of
from wayhome.registry.sealing import find_equal
from wayhome.registry.states import SealedKind

MOST_TERMS = 6
MOST_WORDS = 60  # words of the process that one typed word may stand for
MOST_FETCHED = 400  # words looked at for each typed word
MOST_CANDIDATES = 600  # persons ranked
MOST_FOUND = 200
SAME, ALIKE = 0.93, 0.74  # how alike two words are to be one word; to be one with a slip
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
    """Persons in the order of how well they fit, and why each was found when it was not by name."""

    persons: list[Person]
    total: int
    more: bool = False
    by_document: bool = False
    why: dict[int, str] = field(default_factory=dict)


def alike(one: str, other: str) -> float:
    """How alike two words sound, from 0 to 1: letters shared, weighted by vowels less than by consonants."""
    if one == other:
        return 1.0
    letters = JaroWinkler.similarity(one, other)
    bones = fuzz.ratio(_bones(one), _bones(other)) / 100
    return 0.45 * letters + 0.55 * bones if min(len(one), len(other)) > 2 else letters * 0.9


def _bones(sounds: str) -> str:
    return bridge.consonants(sounds)


def terms_of(query: str) -> list[Term]:
    """The typed words, at most six; words without a sound are left out."""
    found = []
    for word in bridge.words(query)[:MOST_TERMS]:
        sounds = bridge.readings(word)
        if sounds:
            found.append(Term(word, sounds))
    return found


def resolve(process: Process, terms: Sequence[Term]) -> None:
    """Find for each term the words of the process it may stand for. Three queries, however many terms."""
    variants: dict[str, set[str]] = {
        sounds: naming.variants_of(sounds) for term in terms for sounds in term.sounds if not sounds.isdigit()
    }
    wanted = {variant for some in variants.values() for variant in some}
    near: dict[str, set[str]] = defaultdict(set)
    for variant, skeleton in NameNear.objects.filter(process=process, variant__in=wanted).values_list("variant", "skeleton"):
        near[variant].add(skeleton)
    skeletons = {skeleton for some in near.values() for skeleton in some}
    exact = {sounds for term in terms for sounds in term.sounds}
    known: dict[str, list[tuple[int, str, int]]] = defaultdict(list)
    rows = NameWord.objects.filter(process=process, skeleton__in=skeletons).order_by("-persons")
    for pk, sounds, skeleton, persons in rows.values_list("pk", "sounds", "skeleton", "persons")[: MOST_FETCHED * len(terms) * 4]:
        known[skeleton].append((pk, sounds, persons))
    starts = _beginnings(process, exact)
    for term in terms:
        weights: dict[int, tuple[float, int]] = {}
        for sounds in term.sounds:
            reach = {skeleton for variant in variants.get(sounds, ()) for skeleton in near[variant]}
            for skeleton in reach:
                for pk, other, persons in known[skeleton]:
                    score = alike(sounds, other)
                    if score >= ALIKE and score > weights.get(pk, (0.0, 0))[0]:
                        weights[pk] = (score, persons)
            for pk, other, persons in starts.get(sounds, ()):
                score = 1.0 if other == sounds else PREFIX
                if score > weights.get(pk, (0.0, 0))[0]:
                    weights[pk] = (score, persons)
        best = sorted(weights.items(), key=lambda row: (-row[1][0], -row[1][1]))[:MOST_WORDS]
        term.words.update({pk: score for pk, (score, _persons) in best})
        term.common.update({pk: persons for pk, (_score, persons) in best})


def _beginnings(process: Process, sounds: set[str]) -> dict[str, list[tuple[int, str, int]]]:
    """Words that begin with what was typed (three letters and more), the commonest first; and the word itself."""
    found: dict[str, list[tuple[int, str, int]]] = {}
    for start in sounds:
        rows = NameWord.objects.filter(process=process)
        if len(start) >= 3 and not start.isdigit():
            rows = rows.filter(sounds__gte=start, sounds__lt=start + "\uffff").order_by("sounds")
        else:
            rows = rows.filter(sounds=start)
        found[start] = list(rows.values_list("pk", "sounds", "persons")[:40])
    return found


def find(process: Process, query: str, *, sealed: bool = False, most: int = MOST_FOUND) -> Found:
    """Persons of the process that fit what was typed, the best first, at most `most`.

    Args:
        sealed: whether document numbers are looked up too, by keyed hash; the caller logs a hit.
    """
    query = " ".join(query.replace("\x00", "").split())[:200]
    if not query:
        return Found([], 0)
    why, by_document = _by_number(process, query, sealed)
    scores: dict[int, float] = dict.fromkeys(why, 3.0)
    terms = terms_of(query)
    resolve(process, terms)
    for pk, score in _by_name(process, terms).items():
        scores.setdefault(pk, score)
    best = sorted(scores, key=lambda pk: (-scores[pk], pk))
    rows = Person.objects.of(process).filter(pk__in=best[:most]).select_related("household").prefetch_related("names")
    order = {pk: place for place, pk in enumerate(best)}
    persons = sorted(rows, key=lambda person: order[person.pk])
    return Found(persons, len(persons), len(best) > most, by_document, why)


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
    candidates: list[int] = []
    if not nameless:
        candidates = _together(named)
    if len(candidates) < 20 and terms:
        places = _places(process, [term for term in terms if len(term.text) > 2])
        candidates += _with_place(process, terms, places, nameless)
    if not candidates and len(named) > 1:
        candidates = _most(named)
    return _ranked(named, dict.fromkeys(candidates))


def _together(terms: Sequence[Term], *, place: Place | None = None) -> list[int]:
    """Persons called by all of these words: first as typed, then with slips, until there are enough."""
    found: dict[int, None] = {}
    for least in (SAME, ALIKE):
        slots = [term.slot(least) for term in sorted(terms, key=lambda term: term.weight(least))]
        found.update(dict.fromkeys(called(slots, most=MOST_CANDIDATES - len(found), place=place)))
        if len(found) >= 20:
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


def _ranked(terms: Sequence[Term], candidates: Iterable[int]) -> dict[int, float]:
    """How well each candidate fits: the likeness of its best word for each term, less a little for words nobody typed."""
    of: dict[int, list[int]] = defaultdict(list)
    for person, word in words_of(candidates):
        of[person].append(word)
    scores = {}
    for person in candidates:
        words = of.get(person, [])
        total = sum(max((term.words.get(word, 0.0) for word in words), default=0.0) for term in terms)
        surplus = max(0, len(words) - len(terms))
        scores[person] = total / max(1, len(terms)) - 0.01 * surplus
    return scores
