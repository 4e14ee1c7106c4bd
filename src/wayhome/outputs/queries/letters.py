"""Letters, and the asks that a letter can take up. Every query is scoped to a process that the caller fetched."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Prefetch, Q, QuerySet

from wayhome.accounts.models import Process
from wayhome.dialogue.models import Ask, AskEvent, AskPassage, Communication, CommunicationParty, Letter, LetterVersion, Party
from wayhome.dialogue.queries.asks import silent
from wayhome.dialogue.states import Outcome, Position


def letters(process: Process, *, restricted: bool) -> QuerySet[Letter]:
    """The letters of a process, newest first, with what a list shows."""
    return (
        Letter.objects.of(process)
        .readable(restricted=restricted)
        .select_related("sender", "addressee", "communication", "written_by")
        .annotate(asks_count=Count("asks", distinct=True), latest=Count("versions", distinct=True))
        .order_by("-number")
    )


def subjects(found: Iterable[Letter]) -> dict[int, LetterVersion]:
    """The newest version of each letter, in one query."""
    versions = LetterVersion.objects.filter(letter__in=[letter.pk for letter in found]).order_by("letter_id", "version")
    return {version.letter_id: version for version in versions.select_related("by")}


def letter(process: Process, number: int, *, restricted: bool) -> Letter | None:
    """One letter of the process that this person may read, or None."""
    return (
        Letter.objects.of(process)
        .readable(restricted=restricted)
        .select_related("process", "sender", "addressee", "communication", "communication__document", "written_by")
        .filter(number=number)
        .first()
    )


def ours() -> Q:
    """Asks of the community: what others ask of us or of each other is not ours to put again."""
    return Q(asker__ours=True) | Q(asker=None)


def of_others(process: Process, *, restricted: bool) -> QuerySet[Ask]:
    """Asks of a party that is not marked as ours."""
    return Ask.objects.of(process).readable(restricted=restricted).exclude(ours()).select_related("asker").order_by("number")


def may_be_put(process: Process, *, restricted: bool) -> QuerySet[Ask]:
    """Asks of ours that a letter can put or put again: neither closed nor ended."""
    return (
        Ask.objects.of(process)
        .readable(restricted=restricted)
        .filter(ours())
        .exclude(position=Position.CLOSED)
        .filter(outcome__in=[Outcome.NONE, Outcome.PARTLY])
        .select_related("addressee", "asker")
        .order_by("addressee__name", "number")
    )


def silent_by_addressee(process: Process, *, restricted: bool) -> QuerySet[Party]:
    """Addressees with asks on which no reply is on file, with their number as `n`, most first."""
    without_reply = Ask.objects.of(process).readable(restricted=restricted).filter(silent()).filter(ours())
    return (
        Party.objects.of(process)
        .filter(asks_received__in=without_reply, ours=False)
        .annotate(n=Count("asks_received", filter=Q(asks_received__in=without_reply), distinct=True))
        .order_by("-n", "name")
    )


def silent_asks(process: Process, addressee: Party, *, restricted: bool) -> QuerySet[Ask]:
    """All asks to this addressee on which no reply is on file."""
    rows = Ask.objects.of(process).readable(restricted=restricted)
    return rows.filter(silent(), addressee=addressee).filter(ours()).order_by("number")


def for_composing(asks: QuerySet[Ask]) -> list[Ask]:
    """The asks with everything that a letter says of them, in a constant number of queries, in the order of their numbers."""
    communications = Communication.objects.select_related("document").prefetch_related(
        Prefetch("parts", CommunicationParty.objects.select_related("party"))
    )
    return list(
        asks.select_related(
            "process", "asker", "addressee", "escalated_from", "escalated_from__addressee", "escalated_from__process"
        )
        .prefetch_related(
            Prefetch("communication", communications),
            Prefetch("escalated_from__communication", communications),
            Prefetch("addressee__names"),
            Prefetch(
                "events",
                AskEvent.objects.order_by("id").prefetch_related(Prefetch("communication", communications)),
            ),
            Prefetch("passages", AskPassage.objects.select_related("passage__document").order_by("id")),
            Prefetch("escalated_from__passages", AskPassage.objects.select_related("passage__document").order_by("id")),
        )
        .order_by("number")
    )


def parties(process: Process) -> QuerySet[Party]:
    """Parties that a letter can go to, come from or be copied to: none that is merged into another."""
    return Party.objects.of(process).filter(merged_into=None).order_by("name")
