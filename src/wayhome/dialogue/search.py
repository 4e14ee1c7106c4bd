"""Full-text search over asks, commitments, letters, documents and parties, in every language and script.

Words are folded (`core.text.fold`) and separated by blanks before they are stored, so that SQLite's FTS5 and PostgreSQL's
text search see the same words and a query in any case, with or without marks, finds them. The index is kept in step by the
signals below, in the transaction that changes a record; after a bulk write call `index_all`. A query is words, each the
beginning of a word, and phrases in quotation marks; nothing in it is ever read as the database's query language.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.db.models.signals import post_delete, post_save

from wayhome.accounts.models import Process
from wayhome.core.text import fold
from wayhome.dialogue.models import (
    Ask,
    AskPassage,
    Commitment,
    CommitmentPassage,
    Communication,
    Document,
    Party,
    PartyName,
    SearchEntry,
)

Kind = SearchEntry.Kind
_WORD = re.compile(r"[^\W_]+")
_QUOTED = re.compile(r"[\"“”„«»‟]([^\"“”„«»‟]*)[\"“”„«»‟]")
MOST_TERMS = 12
TABLE = "dialogue_search"


def words_of(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return _WORD.findall(fold(text))


def _scope(process_id: int, kind: str, restricted: bool) -> str:
    return f"p{process_id} k{kind} r{int(restricted)}"


# Writing


@dataclass(frozen=True, slots=True)
class _Row:
    process_id: int
    restricted: bool
    text: str


def _asks(ids: Iterable[int]) -> dict[int, _Row]:
    passages: dict[int, list[str]] = defaultdict(list)
    links = AskPassage.objects.filter(ask__in=ids, passage__document__restricted=False)
    for ask_id, exact in links.values_list("ask_id", "passage__exact"):
        passages[ask_id].append(exact)
    return {
        ask.pk: _Row(
            ask.process_id, False, " ".join([ask.ref, ask.action, ask.place, ask.beneficiary, *dict.fromkeys(passages[ask.pk])])
        )
        for ask in Ask.objects.filter(pk__in=ids)
    }


def _commitments(ids: Iterable[int]) -> dict[int, _Row]:
    passages: dict[int, list[str]] = defaultdict(list)
    links = CommitmentPassage.objects.filter(commitment__in=ids, passage__document__restricted=False)
    for commitment_id, exact in links.values_list("commitment_id", "passage__exact"):
        passages[commitment_id].append(exact)
    return {
        row.pk: _Row(row.process_id, False, " ".join([row.ref, row.what, row.instrument_text, *passages[row.pk]]))
        for row in Commitment.objects.filter(pk__in=ids)
    }


def _communications(ids: Iterable[int]) -> dict[int, _Row]:
    return {
        row.pk: _Row(
            row.process_id,
            row.document.restricted if row.document else False,
            " ".join([row.ref, row.title, row.summary, row.reference, row.dated]),
        )
        for row in Communication.objects.filter(pk__in=ids).select_related("document").defer("document__text", "document__zones")
    }


def _documents(ids: Iterable[int]) -> dict[int, _Row]:
    return {
        row.pk: _Row(row.process_id, row.restricted, " ".join([row.ref, row.title, row.name, row.publisher, row.text]))
        for row in Document.objects.filter(pk__in=ids)
    }


def _parties(ids: Iterable[int]) -> dict[int, _Row]:
    rows = Party.objects.filter(pk__in=ids, merged_into=None).prefetch_related("names")
    return {row.pk: _Row(row.process_id, False, " ".join([row.name, *(name.text for name in row.names.all())])) for row in rows}


_GATHER: dict[str, tuple[type[models.Model], Callable[[Iterable[int]], dict[int, _Row]]]] = {
    Kind.ASK: (Ask, _asks),
    Kind.COMMITMENT: (Commitment, _commitments),
    Kind.COMMUNICATION: (Communication, _communications),
    Kind.DOCUMENT: (Document, _documents),
    Kind.PARTY: (Party, _parties),
}


def index(kind: str, ids: Iterable[int]) -> None:
    """Bring the entries of these records in step with the records; entries of records that are gone are removed."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return
    rows = _GATHER[kind][1](wanted)
    entries = [
        SearchEntry(
            process_id=row.process_id,
            kind=kind,
            object_id=pk,
            restricted=row.restricted,
            scope=_scope(row.process_id, kind, row.restricted),
            text=" ".join(words_of(row.text)),
        )
        for pk, row in rows.items()
    ]
    gone = set(wanted) - set(rows)
    if gone:
        SearchEntry.objects.filter(kind=kind, object_id__in=gone).delete()
    if entries:
        SearchEntry.objects.bulk_create(
            entries,
            update_conflicts=True,
            unique_fields=["kind", "object_id"],
            update_fields=["process", "restricted", "scope", "text"],
        )


def index_all(process: Process | None = None, *, batch: int = 500) -> int:
    """Index every record anew, of one process or of all; the number indexed. After a bulk import or a restored copy."""
    stale = SearchEntry.objects.all() if process is None else SearchEntry.objects.filter(process=process)
    stale.delete()
    count = 0
    for kind, (model, _gather) in _GATHER.items():
        rows = model._default_manager.all() if process is None else model._default_manager.filter(process=process)
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(ids), batch):
            index(kind, ids[start : start + batch])
        count += len(ids)
    return count


# Asking


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must stand together in this order; the last may be only the beginning of a word unless quoted."""

    words: tuple[str, ...]
    prefix: bool = True


def parse(query: str) -> list[Term]:
    """The terms of what a person typed: every word, and phrases in any kind of quotation marks. At most 12."""
    terms = [Term(tuple(words), prefix=False) for quoted in _QUOTED.findall(query) if (words := words_of(quoted))]
    for chunk in _QUOTED.sub(" ", query).split():
        words = words_of(chunk)
        if words:  # "L-101" is one term of two words
            terms.append(Term(tuple(words)))
    return terms[:MOST_TERMS]


def _fts5(term: Term) -> str:
    # Only letters and digits come through `words_of`, so that nothing in the string can end it.
    return f'"{" ".join(term.words)}"{"*" if term.prefix else ""}'


def _tsquery(term: Term) -> str:
    last = len(term.words) - 1
    return " <-> ".join(f"'{word}'{':*' if term.prefix and n == last else ''}" for n, word in enumerate(term.words))


def _sql(process: Process, kind: str, terms: list[Term], restricted: bool) -> tuple[str, list[Any]]:
    """Ids of matching records of one kind, as a subquery with its parameters."""
    if connection.vendor == "sqlite":
        scope = f'scope : "p{process.pk}" AND scope : "k{kind}"' + ("" if restricted else ' AND scope : "r0"')
        match = " AND ".join([scope, *(f"text : {_fts5(term)}" for term in terms)])
        return (
            f"SELECT e.object_id FROM {TABLE} f JOIN dialogue_searchentry e ON e.id = f.rowid WHERE {TABLE} MATCH %s",  # noqa: S608
            [match],
        )
    clause = "" if restricted else " AND NOT restricted"
    match = " & ".join(f"({_tsquery(term)})" for term in terms)
    return (
        "SELECT object_id FROM dialogue_searchentry WHERE process_id = %s AND kind = %s "  # noqa: S608
        f"AND vector @@ to_tsquery('simple', %s){clause}",
        [process.pk, kind, match],
    )


def matching(process: Process, kind: str, terms: list[Term], *, restricted: bool) -> Q:
    """Records of a kind that hold every term, as a condition. `restricted`: whether the person may see restricted documents."""
    if not terms:
        return Q(pk__in=[])
    sql, params = _sql(process, kind, terms, restricted)
    return Q(pk__in=RawSQL(sql, params))  # noqa: S611 - built of letters and digits alone, values are parameters


def matching_asks(process: Process, terms: list[Term], *, restricted: bool) -> Q:
    """Asks in which every term stands in their own words or in a name, in any language, of their addressee or asker."""
    return _with_parties(process, Kind.ASK, terms, ("addressee", "asker"), restricted)


def matching_commitments(process: Process, terms: list[Term], *, restricted: bool) -> Q:
    """Commitments in which every term stands in their own words or in a name of the party that committed itself."""
    return _with_parties(process, Kind.COMMITMENT, terms, ("who",), restricted)


def _with_parties(process: Process, kind: str, terms: list[Term], fields: tuple[str, ...], restricted: bool) -> Q:
    """One query on parties for each term, whatever the number of rows."""
    if not terms:
        return Q(pk__in=[])
    condition = Q()
    for term in terms:
        one = matching(process, kind, [term], restricted=restricted)
        sql, params = _sql(process, Kind.PARTY, [term], restricted)
        with connection.cursor() as cursor:
            cursor.execute(sql + " LIMIT 200", params)
            parties = [row[0] for row in cursor.fetchall()]
        if parties:
            for field in fields:
                one |= Q(**{f"{field}__in": parties})
        condition &= one
    return condition


# Showing


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text as written, and whether it is a word that was searched for."""

    text: str
    hit: bool


def pieces(text: str, terms: list[Term], *, around: int = 90) -> list[Piece]:
    """The text around the first match, with the matching words marked; the beginning of the text when nothing matches."""
    starts = [(word, term.prefix and n == len(term.words) - 1) for term in terms for n, word in enumerate(term.words)]

    def hits(token: str) -> bool:
        folded = "".join(words_of(token))
        return bool(folded) and any(folded.startswith(word) if prefix else folded == word for word, prefix in starts)

    spans = []
    for found in _WORD.finditer(text):
        if hits(found.group()):
            spans.append(found.span())
            if len(spans) >= 40:
                break
    first = spans[0][0] if spans else 0
    begin = max(0, first - around)
    if begin:
        begin = text.find(" ", begin, first) + 1 or begin
    end = min(len(text), (spans[0][1] if spans else 0) + 2 * around)
    shown: list[Piece] = [Piece("… ", False)] if begin else []
    at = begin
    for start, stop in spans:
        if start < begin or stop > end:
            continue
        if start > at:
            shown.append(Piece(text[at:start], False))
        shown.append(Piece(text[start:stop], True))
        at = stop
    shown.append(Piece(text[at:end], False))
    if end < len(text):
        shown.append(Piece(" …", False))
    return [piece for piece in shown if piece.text]


# Keeping in step


def _changed(kind: str, fields: frozenset[str]) -> Callable[..., None]:
    def receive(sender: Any, instance: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        if kwargs.get("raw"):  # an import indexes everything at its end
            return
        if update_fields is None or fields & set(update_fields):
            index(kind, [instance.pk])

    return receive


def _removed(kind: str) -> Callable[..., None]:
    def receive(sender: Any, instance: Any, **kwargs: Any) -> None:
        SearchEntry.objects.filter(kind=kind, object_id=instance.pk).delete()

    return receive


def _name_changed(sender: Any, instance: PartyName, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        index(Kind.PARTY, [instance.party_id])


def _ask_passage_changed(sender: Any, instance: AskPassage, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        index(Kind.ASK, [instance.ask_id])


def _commitment_passage_changed(sender: Any, instance: CommitmentPassage, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        index(Kind.COMMITMENT, [instance.commitment_id])


def _document_changed(sender: Any, instance: Document, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
    """A document that becomes restricted takes its words out of the asks, commitments and letters it speaks through."""
    if not kwargs.get("raw") and (update_fields is None or "restricted" in set(update_fields)):
        _index_speakers([instance.pk])


def _index_speakers(documents: list[int]) -> None:
    index(Kind.ASK, AskPassage.objects.filter(passage__document__in=documents).values_list("ask_id", flat=True))
    index(
        Kind.COMMITMENT,
        CommitmentPassage.objects.filter(passage__document__in=documents).values_list("commitment_id", flat=True),
    )
    index(Kind.COMMUNICATION, Communication.objects.filter(document__in=documents).values_list("pk", flat=True))


def restriction_changed(documents: Iterable[int]) -> None:
    """Index documents anew whose restriction was changed by a bulk update, with everything that quotes them."""
    ids = list(documents)
    index(Kind.DOCUMENT, ids)
    _index_speakers(ids)


_FIELDS: dict[str, frozenset[str]] = {
    Kind.ASK: frozenset({"action", "place", "beneficiary", "number"}),
    Kind.COMMITMENT: frozenset({"what", "instrument_text", "number"}),
    Kind.COMMUNICATION: frozenset({"title", "summary", "reference", "dated", "document", "number"}),
    Kind.DOCUMENT: frozenset({"title", "name", "publisher", "text", "restricted", "number"}),
    Kind.PARTY: frozenset({"name", "merged_into"}),
}


def connect() -> None:
    """Connect the signals; called once when the app is ready."""
    for kind, (model, _gather) in _GATHER.items():
        uid = f"search-{kind}"
        post_save.connect(_changed(kind, _FIELDS[kind]), sender=model, weak=False, dispatch_uid=uid)
        post_delete.connect(_removed(kind), sender=model, weak=False, dispatch_uid=uid)
    post_save.connect(_document_changed, sender=Document, dispatch_uid="search-restricted")
    for model, receive in (
        (PartyName, _name_changed),
        (AskPassage, _ask_passage_changed),
        (CommitmentPassage, _commitment_passage_changed),
    ):
        post_save.connect(receive, sender=model, dispatch_uid=f"search-{model.__name__}")
        post_delete.connect(receive, sender=model, dispatch_uid=f"search-{model.__name__}")
