"""Records of the tabular engine into persons, households, documents, needs, contacts, displacements: one chunk, one transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, Max
from django.utils import timezone

from wayhome.accounts.models import Process
from wayhome.engines.tabular.records import Record
from wayhome.registry import naming
from wayhome.registry.actions.checks import phone_key
from wayhome.registry.bulk.tables import insert, moment, take_ids, uids
from wayhome.registry.models import (
    Contact,
    Displacement,
    Household,
    IdentityDocument,
    Import,
    NameWord,
    Person,
    PersonName,
    PersonWord,
    RegistrySettings,
    SealedValue,
    SourceCells,
    SpecificNeed,
    StatusRecord,
)
from wayhome.registry.sealing import Sealer
from wayhome.registry.states import Channel, SealedKind

_SEX = {"female": "f", "male": "m", "other": "x", "": ""}
_PERSON = (
    *("id", "process_id", "uid", "created_at", "number", "given_name", "patronymic", "family_name", "name_key", "sex"),
    *("birth_from", "birth_to", "birth_precision", "birth_text", "status", "status_on", "household_id", "relation"),
    *(
        "origin_text",
        "present_text",
        "phone",
        "phone_key",
        "photo",
        "sensitive",
        "source_id",
        "source_row",
        "list_name",
        "list_key",
    ),
    *("row_digest", "retain_until", "changed_at"),
)
_HOUSEHOLD = (
    *("id", "process_id", "uid", "created_at", "number", "name", "head_id", "size_stated", "origin_text", "present_text"),
    *("registered_on", "confirmed_on", "source_id", "list_name", "list_key", "note"),
)
_DISPLACEMENT = (
    *("process_id", "uid", "created_at", "household_id", "person_id", "left_from", "left_to", "left_precision", "left_text"),
    *("cause", "from_text", "to_text", "note"),
)


@dataclass(slots=True)
class Written:
    """What a chunk wrote. `first` and `last` are the numbers of the persons."""

    persons: int = 0
    households: int = 0
    first: int = 0
    last: int = 0
    on_file: int = 0
    ids: list[int] = field(default_factory=list)


class PeopleWriter:
    """Writes the chunks of one import. Make one for each run; it remembers the households it has seen."""

    def __init__(self, process: Process, source: Import, at: date) -> None:
        self.process, self.source, self.at = process, source, at.isoformat()
        self._sealer = Sealer(process)
        self._book = naming.WordBook(process)
        self._keys: dict[str, str] = {"": ""}
        self._standing: tuple[Any, ...] | None = None
        self._households: dict[str, tuple[int, bool]] = {}
        self._list = source.list_name
        # Rows of this list may be on file already: from an earlier import, or from this one before it was interrupted.
        self._fresh = not (
            Import.objects.of(process).filter(list_name=self._list).exclude(pk=source.pk).exists()
            or Person.objects.filter(source=source).exists()
        )
        rules = RegistrySettings.objects.filter(process=process).first()
        self._retain = _months_later(at, rules.retention_months) if rules and rules.retention_months else None

    def write(self, records: Sequence[Record]) -> Written:
        """Write one chunk; rows that are on file already change nothing. In the caller's transaction."""
        written = Written()
        if not self._fresh:
            known = self._on_file([record[1] for record in records])
            written.on_file = sum(1 for record in records if record[1] in known)
            records = [record for record in records if record[1] not in known]
        if not records:
            return written
        Process.objects.select_for_update().only("pk").get(pk=self.process.pk)
        self._look_again()
        now = moment(timezone.now())
        ids = take_ids(Person, len(records))
        written.households = self._write_households(records, ids, now)
        written.ids, written.persons = ids, len(records)
        written.first = _next(Person, self.process)
        written.last = written.first + len(records) - 1
        self._write_persons(records, ids, written.first, now)
        self._standing = self._stands()
        return written

    def _stands(self) -> tuple[Any, ...]:
        """What this writer remembers between chunks, as numbers: words of names, households of the list."""
        words = NameWord.objects.filter(process=self.process).aggregate(n=Count("pk"), top=Max("pk"))
        households = Household.objects.filter(source=self.source).aggregate(n=Count("pk"), top=Max("pk"))
        return (words["n"], words["top"], households["n"], households["top"])

    def _look_again(self) -> None:
        """Between two chunks somebody may have erased a household or the last bearer of a name: then nothing remembered counts."""
        if self._standing is not None and self._standing != self._stands():
            self._book = naming.WordBook(self.process)
            self._households.clear()
            self._fresh = False

    def _on_file(self, digests: list[str]) -> set[str]:
        known: set[str] = set()
        for start in range(0, len(digests), 500):
            part = digests[start : start + 500]
            rows = Person.objects.filter(process=self.process, row_digest__in=part)
            known.update(rows.values_list("row_digest", flat=True))
        return known

    def _write_persons(self, records: Sequence[Record], ids: list[int], number: int, now: str) -> None:
        process, source, at, list_name, retain = self.process.pk, self.source.pk, self.at, self._list, self._retain
        sqlite = connection.vendor == "sqlite"
        no, yes = (0, 1) if sqlite else (False, True)
        households = self._households
        keys = self._name_keys(records)
        words: list[Any] = []
        sealer, key = self._sealer, self._sealer.key_id
        document_kind, need_kind = str(SealedKind.DOCUMENT_NUMBER), str(SealedKind.NEED)
        persons: list[Any] = []
        names: list[Any] = []
        statuses: list[Any] = []
        contacts: list[Any] = []
        sealed: list[Any] = []
        documents: list[Any] = []
        needs_found: list[Any] = []
        beside: list[Any] = []
        alone: list[Any] = []
        sealed_of: list[tuple[str, int, Any]] = []
        for record, pk, uid in zip(records, ids, uids(len(ids)), strict=True):
            (
                row, digest, list_key, household_key, _head, _father, _mother, given, patronymic, family, others, sex,
                birth_from, birth_to, precision, birth_text, relation, status, registered, document_type, document_number,
                phones, email, origin, present, left_from, left_to, left_precision, left_text, cause, needs, _size, kept,
            ) = record  # fmt: skip
            household = households[household_key][0] if household_key else None
            persons.append(
                (
                    pk, process, uid, now, number, given, patronymic, family,
                    " ".join(filter(None, (keys[given], keys[patronymic], keys[family])))[:300], _SEX[sex],
                    birth_from or None, birth_to or None, precision, birth_text, status, (registered or at) if status else None,
                    household, relation, origin, present, phones[0][:40] if phones else "", phone_key(phones[0]) if phones else "", "", yes if needs else no,
                    source, row, list_name, list_key, digest, retain, now,
                )
            )  # fmt: skip
            number += 1
            called = (given, patronymic, family)
            for kind, other_given, other_patronymic, other_family in others:
                called = (*called, other_given, other_patronymic, other_family)
                other_key = naming.key_of(other_given, other_patronymic, other_family)
                names.append((pk, kind, other_given, other_patronymic, other_family, "", other_key))
            words += self._book.rows(pk, *called)
            if status:
                statuses.append((pk, status, registered or at, list_name))
            for phone in phones:
                contacts.append((pk, "phone", phone, phone_key(phone), no, no, ""))
            if email:
                contacts.append((pk, str(Channel.EMAIL), email[:250], "", no, no, ""))
            if document_number:
                secret = sealer.encrypt(document_number, person_uid=_dashed(uid), kind=document_kind)
                sealed.append((process, pk, document_kind, key, secret, sealer.digest(document_number, document_kind)))
                sealed_of.append(("document", pk, document_type))
            for code in needs:
                secret = sealer.encrypt(code, person_uid=_dashed(uid), kind=need_kind)
                sealed.append((process, pk, need_kind, key, secret, sealer.digest(code, need_kind)))
                sealed_of.append(("need", pk, None))
            if kept:
                beside.append((pk, json.dumps(kept, ensure_ascii=False)))
            if not household_key and (left_text or cause):
                alone.append((None, pk, left_from, left_to, left_precision, left_text, cause, origin, present))
        insert(Person, _PERSON, persons)
        if sealed:
            sealed_ids = take_ids(SealedValue, len(sealed))
            columns = ("id", "uid", "created_at", "process_id", "person_id", "kind", "key_id", "ciphertext", "digest")
            rows = ((pk, uid, now, *rest) for pk, uid, rest in zip(sealed_ids, uids(len(sealed)), sealed, strict=True))
            insert(SealedValue, columns, rows)
            for pk, (what, person, kind) in zip(sealed_ids, sealed_of, strict=True):
                if what == "document":
                    documents.append((person, kind, "", no, pk))
                else:
                    needs_found.append((person, pk))
        for model, columns, found in (
            (PersonName, ("person_id", "kind", "given_name", "patronymic", "family_name", "language", "name_key"), names),
            (StatusRecord, ("person_id", "status", "on", "basis"), statuses),
            (Contact, ("person_id", "channel", "value", "key", "safe", "preferred", "note"), contacts),
            (IdentityDocument, ("person_id", "kind", "issuer", "lost", "number_id"), documents),
            (SpecificNeed, ("person_id", "code_id"), needs_found),
            (SourceCells, ("person_id", "cells"), beside),
            (PersonWord, ("person_id", "word_id"), words),
        ):
            if found:
                insert(model, columns, found)
        self._write_displacements(alone, now)

    def finish(self) -> None:
        """After the last chunk: how many people each word of a name names."""
        self._book.count()

    def _name_keys(self, records: Sequence[Record]) -> dict[str, str]:
        """Each part of a name to its romanised key; the words of all names get their numbers."""
        parts = {part for record in records for part in record[7:10]}
        others = {part for record in records for other in record[10] for part in other[1:]}
        keys = self._keys
        if len(keys) > 500_000:
            keys.clear()
            keys[""] = ""
        keys.update({part: naming.key_of(part) for part in parts if part not in keys})
        self._book.prepare(parts | others)
        return keys

    # --- households ---

    def _write_households(self, records: Sequence[Record], ids: list[int], now: str) -> int:
        """Make the households of this chunk that are not there yet, with what their head, or else their first member, says."""
        first: dict[str, tuple[Record, int]] = {}
        heads: dict[str, tuple[Record, int]] = {}
        for record, pk in zip(records, ids, strict=True):
            household_key = record[3]
            if household_key:
                first.setdefault(household_key, (record, pk))
                if record[16] == "head":
                    heads.setdefault(household_key, (record, pk))
        unknown = [each for each in first if each not in self._households]
        if unknown and not self._fresh:
            self._find_households(unknown)
            unknown = [each for each in unknown if each not in self._households]
        new_ids = take_ids(Household, len(unknown))
        number = _next(Household, self.process) if unknown else 0
        households: list[Any] = []
        left: list[Any] = []
        for pk, uid, household_key in zip(new_ids, uids(len(new_ids)), unknown, strict=True):
            record, _person = heads.get(household_key) or first[household_key]
            head = heads.get(household_key)
            registered = record[18] or None
            households.append(
                (
                    pk, self.process.pk, uid, now, number, record[9][:200], head[1] if head else None, record[31],
                    record[23], record[24], registered, registered or self.at, self.source.pk, self._list, household_key, "",
                )
            )  # fmt: skip
            number += 1
            self._households[household_key] = (pk, head is not None)
            if record[28] or record[29]:
                left.append((pk, None, *record[25:30], record[23], record[24]))
        if households:
            insert(Household, _HOUSEHOLD, households)
        late = [(pk, self._households[key][0]) for key, (_r, pk) in heads.items() if not self._households[key][1]]
        if late:
            with connection.cursor() as cursor:
                # A household made by an earlier chunk, whose head comes only now.
                cursor.executemany("UPDATE registry_household SET head_id = %s WHERE id = %s AND head_id IS NULL", late)
            for household_key in heads:
                self._households[household_key] = (self._households[household_key][0], True)
        self._write_displacements(left, now)
        return len(households)

    def _find_households(self, keys: list[str]) -> None:
        rows = Household.objects.filter(process=self.process, list_name=self._list)
        for start in range(0, len(keys), 500):
            part = rows.filter(list_key__in=keys[start : start + 500]).values_list("list_key", "pk", "head_id")
            self._households.update({list_key: (pk, head is not None) for list_key, pk, head in part})

    def _write_displacements(self, found: list[Any], now: str) -> None:
        if found:
            rows = [
                (
                    self.process.pk,
                    uid,
                    now,
                    household,
                    person,
                    first or None,
                    last or None,
                    precision,
                    words,
                    cause,
                    origin,
                    to,
                    "",
                )
                for uid, (household, person, first, last, precision, words, cause, origin, to) in zip(
                    uids(len(found)), found, strict=True
                )
            ]
            insert(Displacement, _DISPLACEMENT, rows)


def _next(model: type[Person] | type[Household], process: Process) -> int:
    return (model.objects.filter(process=process).aggregate(top=Max("number"))["top"] or 0) + 1


def _dashed(uid: str) -> str:
    """A UUID as `str(uuid)` writes it: sealed values are bound to that text."""
    return f"{uid[:8]}-{uid[8:12]}-{uid[12:16]}-{uid[16:20]}-{uid[20:]}"


def _months_later(day: date, months: int) -> str:
    year, month = divmod(day.month - 1 + months, 12)
    return date(day.year + year, month + 1, min(day.day, 28)).isoformat()
