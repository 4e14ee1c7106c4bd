"""What the pages of "Who is who" show: the queue, one pair field by field, what was said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.registry import births
from wayhome.registry.models import CandidatePair, Judgement, LinkRun, MergeRule, Person
from wayhome.registry.reasons import DIRECTIONS, words_for
from wayhome.registry.spelling import Run, marked
from wayhome.registry.states import PairState

VIEWS: dict[str, tuple[PairState, ...]] = {
    "open": (PairState.OPEN,),
    "second": (PairState.SECOND, PairState.DISPUTED),
    "ask": (PairState.ASK, PairState.UNSURE),
    "same": (PairState.SAME,),
    "different": (PairState.DIFFERENT,),
}


def listing(process: Process, view: str) -> QuerySet[CandidatePair]:
    """Pairs of a view in the order of the queue; judged ones newest first."""
    pairs = CandidatePair.objects.filter(process=process, state__in=VIEWS[view])
    order = ["-value", "id"] if view in {"open", "second", "ask"} else ["-id"]
    return pairs.select_related("left__household", "right__household").order_by(*order)


def counts(process: Process) -> dict[str, int]:
    """How many pairs each view holds. One query."""
    found = CandidatePair.objects.filter(process=process).aggregate(
        **{name: Count("pk", filter=Q(state__in=states)) for name, states in VIEWS.items()},
        auto=Count("pk", filter=Q(state=PairState.OPEN, band="auto")),
    )
    return {name: int(value) for name, value in found.items()}


def following(pair: CandidatePair) -> CandidatePair | None:
    """The open pair after this one in the queue; the first when this was the last."""
    queue = (
        CandidatePair.objects.filter(process=pair.process_id, state=PairState.OPEN).exclude(pk=pair.pk).order_by("-value", "id")
    )
    after = queue.filter(Q(value__lt=pair.value) | Q(value=pair.value, pk__gt=pair.pk)).first()
    return after or queue.first()


def place_in_queue(pair: CandidatePair) -> int:
    """How many open pairs come before this one, plus one."""
    ahead = Q(value__gt=pair.value) | Q(value=pair.value, pk__lt=pair.pk)
    return CandidatePair.objects.filter(ahead, process=pair.process_id, state=PairState.OPEN).count() + 1


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field of both records: runs of letters with the differing ones marked, and what the engine made of it."""

    title: str
    left: list[Run]
    right: list[Run]
    left_small: list[Run]
    right_small: list[Run]
    sealed: bool = False
    weight: int | None = None
    direction: str = ""
    direction_words: Any = ""
    words: str = ""


def _household(person: Person, others: dict[int, list[Person]]) -> str:
    members = [p for p in others.get(person.household_id or 0, []) if p.pk != person.pk]
    named = [f"{p.get_relation_display()} {p.given_name}".strip() if p.relation else p.given_name for p in members[:6]]
    more = len(members) - len(named)
    return ", ".join(named) + (f" +{more}" if more > 0 else "")


def field_rows(pair: CandidatePair) -> list[FieldRow]:
    """The two records side by side. Two queries: the members of both households."""
    left, right = pair.left, pair.right
    others: dict[int, list[Person]] = {}
    for member in Person.objects.filter(household__in={left.household_id, right.household_id} - {None}).order_by(
        "birth_from", "pk"
    ):
        others.setdefault(member.household_id or 0, []).append(member)
    by_field = {str(reason.get("field")): reason for reason in pair.reasons}
    rows = []
    for name, title, value in (
        ("given_name", _("Given name"), lambda p: p.given_name),
        ("patronymic", _("Father’s name"), lambda p: p.patronymic),
        ("family_name", _("Family name"), lambda p: p.family_name),
        ("sex", _("Sex"), lambda p: p.get_sex_display() if p.sex else ""),
        ("birth", _("Born"), lambda p: births.words(p) or p.birth_text),
        ("origin_place", _("From"), lambda p: p.origin_text),
        ("phone", _("Telephone"), lambda p: p.phone),
        ("document_number", _("Document"), lambda p: ""),
        ("household", _("Household"), lambda p: _household(p, others)),
    ):
        reason: dict[str, Any] = by_field.get(name, {})
        first, second = marked(value(left), value(right))
        if name == "household":  # who agrees stands in the reason; marks would fall on the relations' words
            first, second = ([Run(text, False)] if (text := value(person)) else [] for person in (left, right))
        sealed = name == "document_number"
        if not (first or second or reason):
            continue
        romanised = name in {"given_name", "patronymic", "family_name", "origin_place"}
        small = marked(str(reason.get("left", "")), str(reason.get("right", ""))) if romanised else ([], [])
        rows.append(
            FieldRow(
                title,
                first,
                second,
                *small,
                sealed,
                reason.get("weight"),
                str(reason.get("direction", "")),
                DIRECTIONS.get(str(reason.get("direction", "")), ""),
                words_for(reason) if reason else "",
            )
        )
    return rows


def judgements(pair: CandidatePair) -> list[Judgement]:
    """Everything said of the two records, taken back or not, oldest first."""
    return list(
        Judgement.objects.filter(left=pair.left_id, right=pair.right_id).select_related("by", "retired_by", "rule").order_by("id")
    )


def last_run(process: Process) -> LinkRun | None:
    return LinkRun.objects.filter(process=process).order_by("-number").first()


def rules(process: Process) -> QuerySet[MergeRule]:
    """Rules of the process with how many judgements of theirs stand."""
    return (
        MergeRule.objects.filter(process=process)
        .select_related("switched_on_by", "switched_off_by")
        .annotate(standing=Count("judgements", filter=Q(judgements__retired_at=None)))
        .order_by("switched_off_at", "-id")
    )
