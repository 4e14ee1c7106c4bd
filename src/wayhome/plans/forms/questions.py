"""A question to a plan: one change of one thing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from wayhome.plans.models import Run
from wayhome.plans.queries.results import place_names

MORE_MONEY, LESS_MONEY, CREW, WORK, HOMES, SEATS, CLOSED = "more", "less", "crew", "work", "homes", "seats", "closed"
KINDS = [
    (MORE_MONEY, _("there is so many per cent more money from a month on")),
    (LESS_MONEY, _("there is so many per cent less money from a month on")),
    (WORK, _("a work starts by a month")),
    (CREW, _("there are so many more crews")),
    (HOMES, _("there are so many more homes in a place")),
    (SEATS, _("so many more people can travel from a place each month")),
    (CLOSED, _("a place is closed until a month")),
]


class AskForm(forms.Form):
    """`changes` gives what the engine is asked, by the identifiers of the run's instance."""

    kind = forms.ChoiceField(label=_("What if"), choices=KINDS)
    target = forms.ChoiceField(label=_("Which"), required=False)
    n = forms.DecimalField(label=_("How many"), required=False, min_value=0, max_value=100_000, max_digits=8, decimal_places=2)
    month = forms.TypedChoiceField(label=_("Month"), coerce=int, required=False, empty_value=None)

    def __init__(self, run: Run, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.run = run
        places = sorted(place_names(run).items(), key=lambda one: one[1])
        works = [(work.key, work.title or work.key) for work in run.works.all() if not work.expected]
        crews = sorted({work.crew for work in run.works.all() if work.crew})
        hubs = sorted(_hub_names(run).items(), key=lambda one: one[1])
        self.fields["target"].choices = [  # type: ignore[attr-defined]
            ("", "–"),
            (_("Works"), [(f"{WORK}:{key}", title) for key, title in sorted(works, key=lambda one: one[1])]),
            (_("Crews"), [(f"{CREW}:{crew}", crew) for crew in crews]),
            (_("Places"), [(f"place:{key}", name) for key, name in places]),
            (_("Places of displacement"), [(f"{SEATS}:{key}", name) for key, name in hubs]),
        ]
        self.fields["month"].choices = [  # type: ignore[attr-defined]
            (period, date_format(run.month(period), "F Y")) for period in range(run.months)
        ]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        kind = given.get("kind")
        wanted = {WORK: WORK, CREW: CREW, HOMES: "place", CLOSED: "place", SEATS: SEATS}.get(kind or "")
        target = given.get("target") or ""
        if wanted and not target.startswith(f"{wanted}:"):
            words = {
                WORK: _("Choose the work."),
                CREW: _("Choose the crew."),
                "place": _("Choose the place."),
                SEATS: _("Choose the place of displacement."),
            }
            self.add_error("target", words[wanted])
        if kind in {MORE_MONEY, LESS_MONEY, CREW, HOMES, SEATS} and not given.get("n"):
            self.add_error("n", _("Say how many."))
        if kind == LESS_MONEY and given.get("n") and given["n"] > 100:
            self.add_error("n", _("At most 100 per cent can be taken away."))
        return given

    def changes(self) -> list[dict[str, Any]]:
        """The change as it is kept; of a valid form only."""
        given = self.cleaned_data
        kind, key = given["kind"], (given["target"] or "").partition(":")[2]
        n, month = float(given["n"] or 0), given["month"] or 0
        if kind in {MORE_MONEY, LESS_MONEY}:
            factor = round(1 + n / 100 if kind == MORE_MONEY else 1 - n / 100, 6)
            return [{"kind": "BudgetTimes", "factor": factor, "since": month}]
        if kind == WORK:
            return [{"kind": "StartWork", "project_id": key, "by": month}]
        if kind == CREW:
            return [{"kind": "Crew", "crew": key, "units": n}]
        if kind == HOMES:
            return [{"kind": "Places", "area_id": key, "resource": "dwelling", "count": n}]
        if kind == SEATS:
            return [{"kind": "Seats", "hub_id": key, "persons": n, "period": None}]
        return [{"kind": "CloseArea", "area_id": key, "until": month}]


def _hub_names(run: Run) -> dict[str, str]:
    from wayhome.places.queries.areas import labels

    keys: dict[str, int] = run.keys.get("hubs", {})
    names = labels(run.process, keys.values())
    return {key: names.get(pk, key) for key, pk in keys.items()}
