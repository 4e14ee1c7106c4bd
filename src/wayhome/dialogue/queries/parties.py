"""Scoped reads of parties: the list with how much each says and is asked, one party with all that concerns it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import Access
from wayhome.accounts.scoped import ScopedQuerySet
from wayhome.core.text import fold
from wayhome.dialogue.models import Ask, Commitment, Communication, CommunicationParty, Party, PartyMerge, PartyName
from wayhome.dialogue.names import analyse, share
from wayhome.dialogue.queries.letters import communications

MOST = 100  # rows of each kind on a party's page


def _counted(rows: QuerySet[Any], field: str, what: str) -> Coalesce:
    """How many different of these rows point at the party by `field`."""
    rows = rows.filter(**{field: OuterRef("pk")}).order_by().values(field).annotate(n=Count(what, distinct=True)).values("n")
    return Coalesce(Subquery(rows, output_field=IntegerField()), 0)


def count(process: Process, *, words: str = "", kind: str = "") -> int:
    """How many the list holds, without counting for each."""
    return _matching(process, words, kind).count()


def parties(process: Process, access: Access, *, words: str = "", kind: str = "") -> ScopedQuerySet[Party]:
    """Records that stand, with counts of what this access may see; `words` are looked for in every name, in any script and without marks."""
    restricted = access.may(Permission.VIEW_RESTRICTED)
    letters = CommunicationParty.objects.filter(communication__in=communications(process, access))
    return (
        _matching(process, words, kind)
        .select_related("of")
        .annotate(
            letter_count=_counted(letters, "party", "communication"),
            asked_count=_counted(Ask.objects.of(process).readable(restricted=restricted), "addressee", "pk"),
            commitment_count=_counted(Commitment.objects.of(process).readable(restricted=restricted), "who", "pk"),
        )
        .order_by("name", "pk")
    )


def _matching(process: Process, words: str, kind: str) -> ScopedQuerySet[Party]:
    rows = Party.objects.of(process).filter(merged_into=None)
    if kind:
        rows = rows.filter(kind=kind)
    for word in words.split():
        key = fold(word)
        names = PartyName.objects.filter(Q(party=OuterRef("pk")) | Q(party__merged_into=OuterRef("pk")), key__contains=key)
        rows = rows.filter(Exists(names))
    return rows


def party(process: Process, pk: int) -> Party:
    """One record by its key, merged ones too, or 404."""
    found = Party.objects.of(process).select_related("of", "process", "merged_into").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@dataclass(slots=True)
class Shown:
    """A party's page."""

    party: Party
    names: list[PartyName]
    members: list[Party]
    letters: list[Communication]
    letter_count: int
    asked_of: list[Ask]
    asked_by: list[Ask]
    commitments: list[Commitment]
    merges: list[PartyMerge]
    alike: list[Party]


def shown(party: Party, access: Access) -> Shown:
    """Everything on a party's page; a constant number of queries."""
    process = party.process
    restricted = access.may(Permission.VIEW_RESTRICTED)
    asks = Ask.objects.readable(restricted=restricted)
    promised = party.commitments.readable(restricted=restricted)
    letters = communications(process, access).filter(parts__party=party).distinct()
    return Shown(
        party=party,
        names=list(
            PartyName.objects.filter(Q(party=party) | Q(party__merged_into=party))
            .select_related("party")
            .order_by("use", "language", "text")
        ),
        members=list(Party.objects.filter(of=party, merged_into=None).order_by("name")),
        letters=list(letters.prefetch_related("parts__party").defer("summary").order_by("-day", "-number")[:MOST]),
        letter_count=letters.count(),
        asked_of=list(asks.filter(addressee=party).select_related("asker").order_by("-asked_on", "-number")[:MOST]),
        asked_by=list(asks.filter(asker=party).select_related("addressee").order_by("-asked_on", "-number")[:MOST]),
        commitments=list(promised.select_related("instrument").order_by("-made_on", "-number")[:MOST]),
        merges=list(PartyMerge.objects.filter(kept=party, undone_at=None).select_related("gone", "by").order_by("-pk")),
        alike=alike(party),
    )


def alike(party: Party) -> list[Party]:
    """Other records that may be the same party, by their names; for the person who merges. At most eight."""
    mine = analyse(party.name)
    found = []
    for other in Party.objects.of(party.process).filter(merged_into=None).exclude(pk=party.pk).order_by("name"):
        theirs = analyse(other.name)
        if mine.title and theirs.title and mine.title != theirs.title:
            continue
        both = min(share(mine.words, theirs.words), share(theirs.words, mine.words))
        one = max(share(mine.words, theirs.words), share(theirs.words, mine.words))
        persons = bool(mine.person & theirs.person)
        if both >= 0.5 or persons or (one == 1.0 and len(mine.words & theirs.words) >= 2):
            found.append((-both - persons, other.name, other))
    found.sort(key=lambda row: row[:2])
    return [other for _score, _name, other in found[:8]]
