"""Commitments as their list and their page read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from wayhome.accounts.models import Process
from wayhome.dialogue import search
from wayhome.dialogue.models import Assessment, Commitment, CommitmentPassage, Evidence, Party
from wayhome.dialogue.queries.passages import Citation, cite, speaking
from wayhome.dialogue.words import short_date

VIEWS: dict[str, Any] = {
    "all": gettext_lazy("All"),
    "standing": pgettext_lazy("commitments", "Standing"),
    "due_soon": gettext_lazy("Due soon"),
    "overdue": gettext_lazy("Date passed"),
    "ungraded": gettext_lazy("Not graded"),
    "carried_out": gettext_lazy("Carried out"),
    "withdrawn": gettext_lazy("Withdrawn"),
}
SORTS = {
    "number": gettext_lazy("No."),
    "what": gettext_lazy("What"),
    "who": gettext_lazy("Whose"),
    "kind": gettext_lazy("Kind"),
    "grade": gettext_lazy("Grade"),
    "due": gettext_lazy("Due"),
}


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address asks for; anything unknown is left out."""

    view: str = "all"
    words: str = ""
    who: int | None = None
    kind: str = ""
    instrument: int | None = None
    sort: str = "number"
    descending: bool = False

    @classmethod
    def read(cls, query: QueryDict) -> Filter:
        def number(name: str) -> int | None:
            value = query.get(name, "")
            return int(value) if value.isascii() and value.isdigit() and len(value) < 12 else None

        def one_of(name: str, known: Iterable[str], default: str = "") -> str:
            return query.get(name, "") if query.get(name, "") in set(known) else default

        sort = query.get("sort", "number")
        return cls(
            view=one_of("view", VIEWS, "all"),
            words=query.get("q", "").replace("\x00", "")[:200],
            who=number("who"),
            kind=one_of("kind", Commitment.Kind.values),
            instrument=number("instrument"),
            sort=sort.lstrip("-") if sort.lstrip("-") in SORTS else "number",
            descending=sort.startswith("-"),
        )

    @property
    def narrowed(self) -> bool:
        return bool(self.words.strip() or self.who or self.kind or self.instrument)


def _graded(process: Process, *, restricted: bool) -> QuerySet[Commitment]:
    latest = Assessment.objects.filter(commitment=OuterRef("pk")).order_by("-on", "-id").values("grade")[:1]
    return (
        Commitment.objects.of(process)
        .readable(restricted=restricted)
        .annotate(grade=Subquery(latest, output_field=IntegerField()))
    )


def view_condition(view: str, process: Process, today: date) -> Q:
    standing = Q(withdrawn_on=None)
    match view:
        case "standing":
            return standing & (Q(grade=None) | Q(grade__lt=3))
        case "due_soon":
            return standing & Q(due_on__gte=today, due_on__lte=today + timedelta(days=process.soon_days)) & ~Q(grade=3)
        case "overdue":
            return standing & Q(due_on__lt=today) & (Q(grade=None) | Q(grade__lt=3))
        case "ungraded":
            return standing & Q(grade=None)
        case "carried_out":
            return standing & Q(grade=3)
        case "withdrawn":
            return Q(withdrawn_on__isnull=False)
    return Q()


def counts(process: Process, today: date, *, restricted: bool) -> dict[str, int]:
    """How many commitments each view has; one query."""
    return dict(
        _graded(process, restricted=restricted).aggregate(
            **{view: Count("pk", filter=view_condition(view, process, today)) for view in VIEWS if view != "all"}, all=Count("pk")
        )
    )


def commitments(process: Process, wanted: Filter, today: date, *, restricted: bool) -> QuerySet[Commitment]:
    rows = (
        _graded(process, restricted=restricted)
        .filter(view_condition(wanted.view, process, today))
        .select_related("who", "instrument", "communication")
    )
    if wanted.words.strip():
        terms = search.parse(wanted.words)
        rows = rows.filter(search.matching_commitments(process, terms, restricted=restricted))
    if wanted.who:
        rows = rows.filter(who=wanted.who)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.instrument:
        rows = rows.filter(instrument=wanted.instrument)
    name = {"who": "who__name", "due": "due_on"}.get(wanted.sort, wanted.sort)
    order = F(name).desc(nulls_last=True) if wanted.descending else F(name).asc(nulls_last=True)
    return rows.order_by(order, "number")


@dataclass(slots=True)
class Row:
    """One commitment as the list shows it."""

    commitment: Commitment
    citation: Citation | None
    claimed: int
    verified: int
    due: str
    tone: str


def due_words(commitment: Commitment, grade: int | None, today: date, soon_days: int) -> tuple[str, str]:
    """What the date of a commitment says, and its tone."""
    if commitment.withdrawn_on:
        return _("withdrawn %(date)s") % {"date": short_date(commitment.withdrawn_on, today)}, ""
    if commitment.due_on is None:
        return _("no date"), ""
    left = (commitment.due_on - today).days
    if grade == 3 or left > soon_days:
        return short_date(commitment.due_on, today), "ok" if grade == 3 else ""
    if left < 0:
        return ngettext("%(n)d day past its date", "%(n)d days past its date", -left) % {"n": -left}, "late"
    return ngettext("%(n)d day left", "%(n)d days left", left) % {"n": left}, "soon"


def present(found: list[Commitment], process: Process, today: date, *, restricted: bool) -> list[Row]:
    """Rows with the stating passage and the standing of evidence; three queries whatever their number."""
    ids = [row.pk for row in found]
    links: dict[int, Citation] = {}
    passages = list(
        CommitmentPassage.objects.filter(commitment__in=ids, use="states")
        .select_related("passage__document")
        .defer("passage__document__text", "passage__document__zones")
        .order_by("id")
    )
    spoken = speaking(link.passage.document_id for link in passages)
    for link in passages:
        if link.commitment_id not in links:
            links[link.commitment_id] = cite(
                link.passage, spoken.get(link.passage.document_id), restricted=restricted, slug=process.slug
            )
    standing: dict[int, dict[str, int]] = {}
    for row in Evidence.objects.filter(commitment__in=ids).values("commitment", "standing").annotate(n=Count("pk")).order_by():
        standing.setdefault(row["commitment"], {})[row["standing"]] = row["n"]
    rows = []
    for commitment in found:
        words, tone = due_words(commitment, commitment.grade, today, process.soon_days)  # type: ignore[attr-defined]
        says = standing.get(commitment.pk, {})
        rows.append(Row(commitment, links.get(commitment.pk), says.get("claimed", 0), says.get("verified", 0), words, tone))
    return rows


def parties(process: Process, *, restricted: bool) -> list[Party]:
    """Whose commitments are on file; one query."""
    theirs = Commitment.objects.of(process).readable(restricted=restricted).filter(who=OuterRef("pk"))
    return list(Party.objects.of(process).filter(Exists(theirs)).only("pk", "name").order_by("name"))


def get(process: Process, number: int, *, restricted: bool) -> Commitment | None:
    """One commitment; None outside the process, or where the person may not read its words."""
    return (
        Commitment.objects.of(process)
        .readable(restricted=restricted)
        .filter(number=number)
        .select_related("process", "who", "toward", "instrument", "communication", "added_by")
        .first()
    )
