"""Forms of readiness: an assessment by hand, a table of them, another version of the index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.models import Process
from wayhome.places.actions.assessment_tables import areas_of
from wayhome.places.actions.readiness_models import Draft
from wayhome.places.models import Area, Assessment, Indicator, Mark, ModelIndicator, ReadinessModel
from wayhome.places.readiness_bridge import Lens


class _Day(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class AssessmentForm(forms.Form):
    """Where, when, who; then one question for each indicator of the version in force, none of them required."""

    area = forms.CharField(label=_("Area"), max_length=250, help_text=_("Its name or its P-code."))
    on = forms.DateField(label=_("Day"), widget=_Day)
    source = forms.CharField(label=_("Source"), max_length=200, help_text=_("The office or people who found it out."))
    method = forms.ChoiceField(label=_("Method"), choices=Assessment.Method.choices)
    assessor = forms.CharField(
        label=_("Assessor"),
        max_length=150,
        required=False,
        help_text=_("Who asked or looked, where two of one source may differ."),
    )
    families = forms.IntegerField(
        label=_("Families living there"), min_value=0, max_value=10_000_000, required=False, help_text=_("As the source says.")
    )
    note = forms.CharField(label=_("Note"), max_length=500, required=False, widget=forms.Textarea({"rows": 2}))
    replace = forms.BooleanField(
        label=_("This corrects what the same source said of that day"), required=False, help_text=_("What it said stays on file.")
    )

    def __init__(self, *args: Any, process: Process, lens: Lens, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.process, self.lens = process, lens
        self.fields["area"].widget.attrs |= {"list": "areas", "autocomplete": "off", "dir": "auto"}
        for part in lens.parts:
            one = part.indicator
            name = f"i{one.pk}"
            if one.answers:
                choices = [*one.choices, ("", _("not measured"))]
                self.fields[name] = forms.ChoiceField(label=one.words, choices=choices, required=False, widget=forms.RadioSelect)
            else:
                self.fields[name] = forms.FloatField(label=f"{one.words} ({one.unit})" if one.unit else one.words, required=False)

    @property
    def asked(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The questions by scale."""
        scales: dict[str, list[forms.BoundField]] = {}
        for part in self.lens.parts:
            scales.setdefault(part.scale, []).append(self[f"i{part.indicator_id}"])
        return [(self.lens.row.scale_words(code), fields) for code, fields in scales.items()]

    @property
    def about(self) -> list[forms.BoundField]:
        return [self[name] for name in ("area", "on", "source", "method", "assessor", "families", "note", "replace")]

    def clean_area(self) -> Area:
        text = " ".join(self.cleaned_data["area"].split())
        found = areas_of(self.process, [(text, "")])[text, ""]
        if found is None:
            raise forms.ValidationError(
                _now("“%(text)s” is no area on file that is certain. Write its P-code as the list of areas shows it.")
                % {"text": text}
            )
        return Area.objects.of(self.process).get(pk=found)

    @property
    def answers(self) -> dict[int, str]:
        """Answers by indicator key; what was not measured is not among them."""
        found = {}
        for part in self.lens.parts:
            said = self.cleaned_data.get(f"i{part.indicator_id}")
            if said not in (None, ""):
                found[part.indicator_id] = f"{said:g}" if isinstance(said, float) else said
        return found


class TableForm(forms.Form):
    """A file, and what its rows leave out."""

    file = forms.FileField(
        label=_("Table"),
        help_text=_("CSV or XLSX: one row an answer, or one row an area and day with a column for each indicator."),
    )
    source = forms.CharField(label=_("Source, where a row names none"), max_length=200, required=False)
    method = forms.ChoiceField(
        label=_("Method, where a row names none"), required=False, choices=[("", "–"), *Assessment.Method.choices]
    )
    assessor = forms.CharField(label=_("Assessor, where a row names none"), max_length=150, required=False)


class VersionForm(forms.Form):
    """Another version: begins with what the one in force says. Weights, beginnings of classes, days; one indicator more."""

    name = forms.CharField(label=_("Name"), max_length=150)
    rule = forms.ChoiceField(label=_("When sources differ, the score takes"), choices=ReadinessModel.Rule.choices)
    least_share = forms.IntegerField(
        label=_("Least share measured for a class, in per cent of all weight"), min_value=0, max_value=100
    )
    together_days = forms.IntegerField(label=_("Days within which sources count together"), min_value=0, max_value=3650)
    stale_days = forms.IntegerField(label=_("Days after which a value is old"), min_value=0, max_value=3650)
    expire_days = forms.IntegerField(label=_("Days after which it no longer counts"), min_value=0, max_value=36500)
    hotspot_families = forms.IntegerField(label=_("Families that make a hotspot"), min_value=0, max_value=10_000_000)
    new_name = forms.CharField(label=_("What is asked"), max_length=200, required=False)
    new_scale = forms.ChoiceField(label=_("Scale"), required=False)
    new_weight = forms.FloatField(label=_("Weight"), min_value=0, max_value=1000, required=False, initial=1)
    new_answers = forms.CharField(
        label=_("Answers, from the best to the worst"),
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("One a line. They are spaced evenly from 0 to 1."),
    )
    reason = forms.CharField(
        label=_("Why this version"), max_length=300, help_text=_("Kept with the version and in the audit log.")
    )

    def __init__(self, *args: Any, row: ReadinessModel, parts: Sequence[ModelIndicator], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row, self.parts = row, parts
        for name in ("name", "rule", "together_days", "stale_days", "expire_days", "hotspot_families"):
            self.fields[name].initial = getattr(row, name)
        self.fields["least_share"].initial = round(row.least_share * 100)
        self.fields["new_scale"].choices = [(one["code"], row.scale_words(one["code"])) for one in row.scales]
        for n, one in enumerate(row.classes[1:], start=1):
            label = _now("“%(name)s” begins at") % {"name": row.class_words(one["code"])}
            self.fields[f"cut{n}"] = forms.FloatField(label=label, min_value=0, max_value=100, initial=one["from"])
        for part in parts:
            self.fields[f"w{part.indicator_id}"] = forms.FloatField(
                label=part.indicator.words, min_value=0, max_value=1000, required=False, initial=part.weight,
                widget=forms.NumberInput({"step": "any", "aria-label": _now("Weight of “%(name)s”") % {"name": part.indicator.words}}),
            )  # fmt: skip

    @property
    def weights(self) -> list[tuple[ModelIndicator, forms.BoundField]]:
        return [(part, self[f"w{part.indicator_id}"]) for part in self.parts]

    @property
    def cuts(self) -> list[forms.BoundField]:
        return [self[f"cut{n}"] for n in range(1, len(self.row.classes))]

    @property
    def settings(self) -> list[forms.BoundField]:
        return [self[name] for name in ("rule", "least_share", "together_days", "stale_days", "expire_days", "hotspot_families")]

    @property
    def added(self) -> list[forms.BoundField]:
        return [self[name] for name in ("new_name", "new_scale", "new_weight", "new_answers")]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        lines = [line.strip()[:100] for line in said.get("new_answers", "").splitlines() if line.strip()]
        if said.get("new_name") and not 2 <= len(dict.fromkeys(lines)) == len(lines) <= 12:
            self.add_error("new_answers", _now("An indicator needs 2 to 12 answers, each another."))
        if said.get("new_name") and not said.get("new_scale"):
            self.add_error("new_scale", _now("Choose a scale."))
        if lines and not said.get("new_name"):
            self.add_error("new_name", _now("Say what is asked."))
        said["new_lines"] = lines
        return said

    def draft(self, process: Process) -> Draft:
        """What the use case takes."""
        said = self.cleaned_data
        weights = {
            part.indicator_id: (said[f"w{part.indicator_id}"], str(Mark.OWN))
            for part in self.parts
            if said[f"w{part.indicator_id}"] is not None
        }
        return Draft(
            name=said["name"],
            reason=said["reason"],
            weights=weights,
            cuts=[said[f"cut{n}"] for n in range(1, len(self.row.classes))],
            rule=said["rule"],
            least_share=said["least_share"] / 100,
            together_days=said["together_days"],
            stale_days=said["stale_days"],
            expire_days=said["expire_days"],
            hotspot_families=said["hotspot_families"],
            added=self._added(process),
        )

    def _added(self, process: Process) -> list[tuple[Indicator, str, float]]:
        said = self.cleaned_data
        if not said["new_name"]:
            return []
        lines = said["new_lines"]
        answers = [{"code": f"a{n}", "x": round(n / (len(lines) - 1), 6), "name": line} for n, line in enumerate(lines)]
        code = slugify(said["new_name"])[:50] or "asked"
        taken = set(Indicator.objects.of(process).values_list("code", flat=True))
        free = next(name for name in (code, *(f"{code}-{n}" for n in range(2, 1000))) if name not in taken)
        made = Indicator(process=process, code=free, name=said["new_name"], answers=answers, source=said["reason"][:300])
        weight = 1.0 if said["new_weight"] is None else said["new_weight"]
        return [(made, said["new_scale"], weight)]
