"""Name keys: what makes a name findable in any script and with a slip of the pen.

A name is split into words, each word read as sounds (`bridge.names`). The distinct words of a process form a small table
(`NameWord`) with a consonant skeleton each; slips are tolerated there, on some 100,000 words, and never on a million persons.
`PersonWord` says who is called so. `WordBook` writes both: for one person, or for a whole import.

    book = WordBook(process)
    book.prepare(distinct names of the chunk)         # adds the words not seen before, in bulk
    rows = book.rows(person_id, given, patronymic, family)   # (person_id, word_id), for COPY or executemany
    ...
    book.count()                                      # at the end of the import
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.db.models import Count, Exists, OuterRef

from wayhome.accounts.models import Process
from wayhome.registry.bridge import names as bridge
from wayhome.registry.models import NameNear, NameWord, Person, PersonWord

MOST_WORDS = 16  # of one person, all names together
_KEY = 300
_BATCH = 5_000


def sounds_of(*names: str) -> list[str]:
    """The distinct sounds of all words of these names, each reading once, in order."""
    found: dict[str, None] = {}
    for name in names:
        if name:
            for word in bridge.words(name):
                found.update(dict.fromkeys(bridge.readings(word)))
    return list(found)


def key_of(*names: str) -> str:
    """The romanised, folded name for `name_key`: the first reading of each word."""
    read = (bridge.readings(word) for name in names if name for word in bridge.words(name))
    return " ".join(sounds[0] for sounds in read if sounds)[:_KEY]


def near(skeleton: str) -> set[str]:
    """The skeleton and, from four consonants on, every one with a consonant less: shorter ones lie near to everything."""
    if len(skeleton) < 4:
        return {skeleton}
    return {skeleton, *(skeleton[:at] + skeleton[at + 1 :] for at in range(len(skeleton)))}


def variants_of(sounds: str) -> set[str]:
    """Under which keys a word's skeleton can be found."""
    classes, loose = bridge.skeletons(sounds)
    return {variant for variant in (near(classes) | {loose}) if variant}


class WordBook:
    """The words of one process and their numbers. `prepare` writes inside the caller's transaction."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self._ids: dict[str, int] = {}
        self._names: dict[str, tuple[int, ...]] = {}

    def prepare(self, names: Iterable[str]) -> int:
        """Make sure that every word of these names has a number; return how many were new."""
        wanted = {sounds for name in set(names) if name and name not in self._names for sounds in sounds_of(name)}
        missing = sorted(wanted - self._ids.keys())
        self._fetch(missing)
        new = [sounds for sounds in missing if sounds not in self._ids]
        if new:
            NameWord.objects.bulk_create(
                [NameWord(process=self.process, sounds=sounds, skeleton=bridge.skeletons(sounds)[0]) for sounds in new],
                batch_size=_BATCH,
                ignore_conflicts=True,
            )
            pairs = {(variant, bridge.skeletons(sounds)[0]) for sounds in new for variant in variants_of(sounds)}
            NameNear.objects.bulk_create(
                [NameNear(process=self.process, variant=variant, skeleton=skeleton) for variant, skeleton in sorted(pairs)],
                batch_size=_BATCH,
                ignore_conflicts=True,
            )
            self._fetch(new)
        return len(new)

    def _fetch(self, sounds: list[str]) -> None:
        for start in range(0, len(sounds), _BATCH):
            rows = NameWord.objects.filter(process=self.process, sounds__in=sounds[start : start + _BATCH])
            self._ids.update(rows.values_list("sounds", "id"))

    def words(self, name: str) -> tuple[int, ...]:
        """The numbers of a name's words; the name was prepared before."""
        known = self._names.get(name)
        if known is None:
            known = self._names[name] = tuple(self._ids[sounds] for sounds in sounds_of(name))
        return known

    def rows(self, person_id: int, *names: str) -> list[tuple[int, int]]:
        """(person_id, word_id) for every distinct word of all names of a person."""
        words = dict.fromkeys(word for name in names if name for word in self.words(name))
        return [(person_id, word) for word in list(words)[:MOST_WORDS]]

    def count(self) -> None:
        """Count anew how many persons each word names; once at the end of an import."""
        word, person, quote = NameWord._meta.db_table, PersonWord._meta.db_table, connection.ops.quote_name
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {quote(word)} SET persons = (SELECT COUNT(*) FROM {quote(person)} p WHERE p.word_id = {quote(word)}.id) "  # noqa: S608
                "WHERE process_id = %s",
                [self.process.pk],
            )


def index(persons: Iterable[Person]) -> None:
    """Bring the words of these persons in step with their names. One process; inside the caller's transaction."""
    rows = list(persons)
    if not rows:
        return
    book = WordBook(rows[0].process)
    called = {person.pk: names_of(person) for person in rows}
    book.prepare(name for names in called.values() for name in names)
    for person in rows:
        wanted = {word for _person, word in book.rows(person.pk, *called[person.pk])}
        had = set(PersonWord.objects.filter(person=person).values_list("word_id", flat=True))
        if had - wanted:
            PersonWord.objects.filter(person=person, word_id__in=had - wanted).delete()
        PersonWord.objects.bulk_create([PersonWord(person=person, word_id=word) for word in sorted(wanted - had)])
        _recount(had ^ wanted)
        forget(rows[0].process, had - wanted)


def names_of(person: Person) -> list[str]:
    """Every name on file of a person, part by part."""
    parts = [person.given_name, person.patronymic, person.family_name]
    for name in person.names.all():
        parts += [name.given_name, name.patronymic, name.family_name]
    return [part for part in parts if part]


def _recount(words: Iterable[int]) -> None:
    counted = dict(
        PersonWord.objects.filter(word_id__in=words).values("word_id").annotate(n=Count("person_id")).values_list("word_id", "n")
    )
    for word in words:
        NameWord.objects.filter(pk=word).update(persons=counted.get(word, 0))


def forget(process: Process, words: Iterable[int] | None = None) -> int:
    """Take away words that nobody is called any more, of these or of all; return how many. After erasing, and undoing imports."""
    rows = NameWord.objects.filter(process=process).filter(~Exists(PersonWord.objects.filter(word_id=OuterRef("pk"))))
    if words is not None:
        rows = rows.filter(pk__in=list(words))
    gone = list(rows.values_list("pk", "skeleton"))
    if not gone:
        return 0
    for start in range(0, len(gone), _BATCH):
        NameWord.objects.filter(pk__in=[pk for pk, _skeleton in gone[start : start + _BATCH]]).delete()
    skeletons = sorted({skeleton for _pk, skeleton in gone})
    for start in range(0, len(skeletons), _BATCH):
        some = skeletons[start : start + _BATCH]
        still = set(NameWord.objects.filter(process=process, skeleton__in=some).values_list("skeleton", flat=True))
        NameNear.objects.filter(process=process, skeleton__in=set(some) - still).delete()
    return len(gone)
