"""The only place of the registry that calls the linking engine: records -> a table -> the engine -> plain proposals.

Nothing here writes to the database. Document numbers stay sealed: the engine gets their keyed digests, which are equal exactly
when the numbers are.
"""

from __future__ import annotations

import csv
import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db.models import OuterRef, Subquery

from wayhome.accounts.models import Process
from wayhome.places.models import AreaName
from wayhome.registry.models import CandidatePair, Person, SealedValue
from wayhome.registry.states import PairState, Precision, SealedKind


@dataclass(frozen=True, slots=True)
class Proposal:
    """A pair the engine proposes: keys of the two records, `left < right`, and why, field by field."""

    left: int
    right: int
    probability: float
    band: str
    reasons: list[dict[str, Any]]


@dataclass(slots=True)
class Linked:
    """What a run gave. `digest` is the SHA-256 of what went in."""

    proposals: Iterator[Proposal]
    records: int
    digest: str
    engine: str
    report: dict[str, Any] = field(default_factory=dict)


def _people(process: Process, path: Path) -> int:
    """Write every record of the process as the engine's table; returns how many."""
    from wayhome.engines.linking.types import COLUMNS

    number = (
        SealedValue.objects.filter(person=OuterRef("pk"), kind=SealedKind.DOCUMENT_NUMBER).order_by("id").values("digest")[:1]
    )
    rows = (
        Person.objects.filter(process=process)
        .order_by("pk")
        .annotate(number_digest=Subquery(number))
        .values_list(
            *("pk", "list_name", "given_name", "patronymic", "family_name", "sex", "birth_from", "birth_to", "birth_precision"),
            *("origin_text", "origin_id", "phone", "number_digest", "household_id", "source_id"),
        )
    )
    # A place that people decided about stands as one name of its area, however the list wrote it.
    decided = dict(AreaName.objects.filter(process=process, retired_at=None).order_by("-pk").values_list("area_id", "text"))
    written = 0
    with path.open("w", encoding="utf-8", newline="") as handle:
        out = csv.writer(handle)
        out.writerow(COLUMNS)
        for (
            pk,
            list_name,
            given,
            patronymic,
            family,
            recorded_sex,
            first,
            last,
            precision,
            written_origin,
            area,
            phone,
            digest,
            household,
            source,
        ) in rows.iterator(chunk_size=5000):
            # A year the person may or may not be born in says nothing; the engine takes "no year" for that.
            year = first.year if first is not None and (last - first).days < 400 else ""
            day = first.isoformat() if precision == Precision.DAY and first is not None else ""
            origin = decided.get(area, written_origin)
            listed = f"{list_name} {source or ''}".strip() or "registered by hand"
            sex = recorded_sex if recorded_sex in {"f", "m"} else ""
            out.writerow((pk, listed, given, patronymic, family, sex, day, year, origin, phone, digest or "", household or ""))
            written += 1
    return written


def _gazetteer(process: Process, path: Path) -> int:
    names = (
        AreaName.objects.filter(process=process, retired_at=None)
        .order_by("pk")
        .values_list("area_id", "text", "language", "script")
    )
    written = 0
    with path.open("w", encoding="utf-8", newline="") as handle:
        out = csv.writer(handle)
        out.writerow(("place_id", "name", "language", "script"))
        for row in names.iterator(chunk_size=5000):
            out.writerow(row)
            written += 1
    return written


def _decided(process: Process) -> Iterator[tuple[int, int, bool]]:
    pairs = CandidatePair.objects.filter(process=process, state__in=[PairState.SAME, PairState.DIFFERENT])
    for left, right, state in pairs.values_list("left_id", "right_id", "state").iterator(chunk_size=5000):
        yield left, right, state == PairState.SAME


def _digest(*paths: Path) -> str:
    total = hashlib.sha256()
    for path in paths:
        with path.open("rb") as handle:
            while block := handle.read(1 << 20):
                total.update(block)
    return total.hexdigest()


def link(
    process: Process,
    *,
    seed: int,
    focus: Iterable[int] = (),
    stop: Callable[[], bool] | None = None,
    params: dict[str, Any] | None = None,
) -> Linked:
    """Run the engine over the records of a process.

    Args:
        focus: records to look at, an import's say, against everything; empty: everything against everything.
        stop: asked between stages.
        params: of the engine, by name; recorded with the run.

    Raises:
        wayhome.engines.linking.errors.LinkingError: with the problem and the remedy.
    """
    from wayhome.engines.linking.run import run
    from wayhome.engines.linking.types import Band, Judgement, LinkingData, Params

    with tempfile.TemporaryDirectory(prefix="wayhome-link-") as folder:
        people, gazetteer = Path(folder) / "people.csv", Path(folder) / "gazetteer.csv"
        records = _people(process, people)
        named = _gazetteer(process, gazetteer)
        digest = _digest(people, gazetteer)
        data = LinkingData(
            people=[people],
            gazetteer=[gazetteer] if named else [],
            focus=frozenset(str(pk) for pk in focus),
            judgements=[Judgement(str(left), str(right), same) for left, right, same in _decided(process)],
        )
        result = run(data, params=Params(**(params or {})), seed=seed, stop=stop)

    def proposals() -> Iterator[Proposal]:
        ids: Sequence[Any] = result.record_ids
        for row in range(len(result.pairs)):
            probability = float(result.pairs.probability[row])
            band = result.band(probability)
            if band == Band.UNLIKELY:
                return  # likeliest first: nothing that needs a judge comes after
            one, other = int(ids[result.pairs.left[row]]), int(ids[result.pairs.right[row]])
            reasons = [
                {
                    "field": reason.field,
                    "code": reason.code,
                    "direction": str(reason.direction),
                    "weight": reason.weight,
                    "left": reason.left if one < other else reason.right,
                    "right": reason.right if one < other else reason.left,
                    "words": reason.words,
                    "params": dict(reason.params),
                }
                for reason in result.reasons(row)
            ]
            yield Proposal(min(one, other), max(one, other), probability, str(band), reasons)

    report = {name: value for name, value in result.report.items() if isinstance(value, (int, float, str, dict, list))}
    return Linked(proposals(), records, digest, f"linking {result.report.get('engine', '')}".strip(), report)
