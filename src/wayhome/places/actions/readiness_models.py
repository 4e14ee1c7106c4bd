"""Versions of the readiness index: the one that ships, and those that people make from it. None is ever changed."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib import resources
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.engines.readiness import ReadinessError
from wayhome.places.models import Indicator, Mark, ModelIndicator, ReadinessModel
from wayhome.places.readiness_bridge import engine_model

SCALES = [{"code": "services"}, {"code": "safety"}]
CLASSES = [
    {"code": "low", "from": 0, "mark": Mark.OWN},
    {"code": "medium", "from": 35, "mark": Mark.OWN},
    {"code": "high", "from": 65, "mark": Mark.OWN},
]
NAME = "Return Index"
SOURCE = "IOM DTM Return Index: structure from round 3 on; overview of returns 2021"


@dataclass(frozen=True, slots=True)
class Shipped:
    """A row of the table that ships."""

    code: str
    scale: str
    answers: tuple[tuple[str, float], ...]
    weight: float
    weight_mark: str
    mark: str
    answers_mark: str
    source: str


def shipped() -> list[Shipped]:
    """The indicators of the index that ships (`data/return_index.csv`), in their order."""
    text = resources.files("wayhome.places").joinpath("data/return_index.csv").read_text(encoding="utf-8")
    found = []
    for row in csv.DictReader(text.splitlines()):
        pairs = (one.split(":") for one in row["answers"].split())
        answers = tuple((code, float(x)) for code, x in pairs)
        marks = (row["weight_mark"], row["mark"], row["answers_mark"])
        found.append(Shipped(row["code"], row["scale"], answers, float(row["weight"]), *marks, row["source"]))
    return found


@transaction.atomic
def set_up(*, process: Process, actor: Actor) -> ReadinessModel:
    """The first version: the structure that ships, all weights alike. Twice changes nothing.

    Raises: Forbidden without the permission to edit places.
    """
    require_actor(actor, process, Permission.EDIT_PLACES)
    Process.objects.select_for_update().only("pk").get(pk=process.pk)
    known = ReadinessModel.objects.of(process).filter(retired_on=None).first()
    if known is not None:
        return known
    model = ReadinessModel.objects.create(
        process=process, version=1, name=NAME, scales=SCALES, classes=CLASSES, source=SOURCE, made_by_id=actor.user_id
    )
    for n, row in enumerate(shipped(), start=1):
        indicator, _new = Indicator.objects.get_or_create(
            process=process,
            code=row.code,
            retired_at=None,
            defaults={
                "answers": [{"code": code, "x": x} for code, x in row.answers],
                "source": row.source,
                "mark": row.mark,
                "answers_mark": row.answers_mark,
                "shipped": True,
            },
        )
        ModelIndicator.objects.create(
            model=model, indicator=indicator, scale=row.scale, order=n, weight=row.weight, weight_mark=row.weight_mark
        )
    audit.record("readiness.version_made", actor=actor, subject=model, process_id=process.pk, detail={"version": 1, "name": NAME})
    return model


@dataclass(slots=True)
class Draft:
    """What a new version says. `weights` by indicator key: (weight, mark); indicators that are not in it are left out."""

    name: str
    reason: str
    weights: Mapping[int, tuple[float, str]]
    cuts: Sequence[float]
    rule: str
    least_share: float
    together_days: int
    stale_days: int
    expire_days: int
    hotspot_families: int
    note: str = ""
    added: Sequence[tuple[Indicator, str, float]] = field(default_factory=list)


@transaction.atomic
def make_version(
    *, process: Process, actor: Actor, made_from: ReadinessModel, draft: Draft, on: date | None = None
) -> ReadinessModel:
    """Another version, in force from `on` (today); the one before is retired that day and stays as it was.

    Raises: Forbidden; Conflict when `made_from` is no longer in force; InvalidInput for what does not hang together, or no reason.
    """
    require_actor(actor, process, Permission.EDIT_PLACES)
    Process.objects.select_for_update().only("pk").get(pk=process.pk)
    before = ReadinessModel.objects.of(process).filter(retired_on=None).first()
    if before is None or before.pk != made_from.pk:
        raise Conflict(_("Somebody made another version meanwhile."), _("Look at the version in force and begin from it."))
    if not draft.reason.strip():
        raise InvalidInput(_("A new version needs a reason."), _("Write what was learnt or decided."), field="reason")
    on = on or timezone.localdate()
    if before.in_force_from is not None and on < before.in_force_from:
        raise InvalidInput(_("The version before came into force later than that day."), _("Choose a later day."), field="on")
    before.retired_on = on
    before.save(update_fields=["retired_on"])
    model = ReadinessModel(
        process=process,
        version=before.version + 1,
        name=" ".join(draft.name.split())[:150] or before.name,
        scales=before.scales,
        classes=_classes(before, draft.cuts),
        rule=draft.rule,
        least_share=draft.least_share,
        together_days=draft.together_days,
        stale_days=draft.stale_days,
        expire_days=draft.expire_days,
        hotspot_families=draft.hotspot_families,
        source=before.source,
        note=draft.note,
        in_force_from=on,
        reason=draft.reason.strip()[:300],
        made_by_id=actor.user_id,
    )
    parts = []
    for part in before.parts.select_related("indicator"):
        if part.indicator_id in draft.weights:
            weight, mark = draft.weights[part.indicator_id]
            changed = weight != part.weight
            parts.append(
                ModelIndicator(
                    indicator=part.indicator,
                    scale=part.scale,
                    order=part.order,
                    weight=weight,
                    weight_mark=mark if changed else part.weight_mark,
                )
            )
    last = max((part.order for part in parts), default=0)
    for n, (indicator, scale, weight) in enumerate(draft.added, start=1):
        indicator.save()
        parts.append(ModelIndicator(indicator=indicator, scale=scale, order=last + n, weight=weight, weight_mark=Mark.OWN))
    try:
        engine_model(model, parts)
    except ReadinessError as error:
        raise InvalidInput(_said(error), _("Correct it; nothing was saved."), field=_FIELDS.get(error.code)) from None
    model.save()
    for part in parts:
        part.model = model
    ModelIndicator.objects.bulk_create(parts)
    detail = {
        "version": model.version, "name": model.name, "reason": model.reason, "instead_of": before.version,
        "weights": {part.indicator.code: part.weight for part in parts}, "cuts": list(draft.cuts),
    }  # fmt: skip
    audit.record("readiness.version_made", actor=actor, subject=model, process_id=process.pk, detail=detail)
    return model


_FIELDS = {"cuts": "cuts", "weight": "weights", "no_weight": "weights", "days": "expire_days", "least_share": "least_share"}


def _said(error: ReadinessError) -> str:
    """The engine's refusal in the reader's language."""
    words = {
        "no_indicators": _("The version would have no indicators."),
        "weight": _("A weight is below nought or no number."),
        "no_weight": _("All weights are 0: at least one indicator needs a weight above it."),
        "cuts": _("The classes’ beginnings do not rise between 0 and 100."),
        "classes": _("There is not one beginning for each class."),
        "days": _("Values would stop counting before they are old."),
        "least_share": _("The least share lies between 0 and 1."),
        "answers": _("The answers are not two or more, each with a value from 0 to 1."),
        "bounds": _("The indicator has neither answers nor a best and a worst number."),
        "twice": _("An indicator stands twice in the version."),
    }
    return words.get(error.code, error.problem)


def _classes(before: Any, cuts: Sequence[float]) -> list[dict[str, Any]]:
    if len(cuts) != len(before.classes) - 1:
        raise InvalidInput(
            _("There is not one beginning for each class."), _("Give one number less than there are classes."), field="cuts"
        )
    said = [dict(one) for one in before.classes]
    for one, cut in zip(said[1:], cuts, strict=True):
        if one["from"] != cut:
            one["from"], one["mark"] = cut, Mark.OWN
    return said
