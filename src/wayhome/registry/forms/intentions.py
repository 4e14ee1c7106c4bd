"""Forms of waves and intentions. The one for an answer is filled in on a telephone, one household after the other."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wayhome.accounts.models import Process
from wayhome.dialogue.forms.fields import day_field
from wayhome.places.models import Area
from wayhome.places.queries.areas import labels
from wayhome.registry import claim_tables
from wayhome.registry.actions.intentions import Named, SaidBy, parse_period
from wayhome.registry.models import Household, Intention, Person
from wayhome.registry.wish_states import Asked, Frame, Presence, Silence, Wish

_ADULT = 18


def areas_of_households(process: Process) -> QuerySet[Area]:
    """Areas that households come from or live in."""
    used = Household.objects.of(process)
    return Area.objects.of(process).filter(
        Q(pk__in=used.exclude(origin=None).values("origin")) | Q(pk__in=used.exclude(present=None).values("present"))
    )


class AreasField(forms.ModelMultipleChoiceField):
    """Several areas of the process, under the names that its policy shows."""

    names: dict[int, str] = {}

    def narrow(self, process: Process, rows: QuerySet[Area]) -> None:
        self.queryset = rows
        self.names = labels(process, rows.values_list("pk", flat=True))

    def label_from_instance(self, obj: Any) -> str:
        return self.names.get(obj.pk, str(obj))


class WaveForm(forms.Form):
    """A new wave: when, in which language, and whom it asks."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, help_text=gettext_lazy("As people speak of it: March 2026")
    )
    starts_on = day_field(gettext_lazy("From"))
    ends_on = day_field(gettext_lazy("To"))
    language = forms.ChoiceField(label=gettext_lazy("Language of the questions"), choices=settings.LANGUAGES)
    frame = forms.ChoiceField(label=gettext_lazy("Who is asked"), choices=Frame.choices, widget=forms.RadioSelect)
    areas = AreasField(
        queryset=Area.objects.none(),
        required=False,
        label=gettext_lazy("Which places"),
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text=gettext_lazy("only where households of some places are asked"),
    )
    share = forms.IntegerField(
        label=gettext_lazy("Of a hundred households draw"),
        required=False,
        min_value=1,
        max_value=100,
        help_text=gettext_lazy("only for a random sample"),
    )
    seed = forms.IntegerField(
        label=gettext_lazy("Seed of the draw"),
        required=False,
        min_value=1,
        max_value=2_000_000_000,
        help_text=gettext_lazy("left empty, one is chosen and written down, so that the draw can be repeated"),
    )
    frame_note = forms.CharField(
        label=gettext_lazy("Who is asked, in words"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=gettext_lazy("stands beside every figure of the wave"),
    )

    def __init__(self, *args: Any, process: Process, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("frame", Frame.EVERY)
        self.initial.setdefault("starts_on", timezone.localdate())
        self.initial.setdefault("language", process.language)
        self.fields["areas"].narrow(process, areas_of_households(process))


def adults_of(household: Household, on: date) -> list[Person]:
    """People of a household who are of age on a day or whose age is not known, the head first."""
    youngest = date(on.year - _ADULT, on.month, min(on.day, 28))
    rows = household.persons.filter(died_on=None).filter(Q(birth_from=None) | Q(birth_from__lte=youngest)).order_by("number")
    return sorted(rows, key=lambda person: person.pk != household.head_id)


class AnswerForm(forms.Form):
    """One household's answer. Fields that do not fit the wish are left out of what is saved, and the page says so."""

    wish = forms.ChoiceField(label=gettext_lazy("What does the household wish?"), choices=Wish.choices, widget=forms.RadioSelect)
    silence = forms.ChoiceField(label=gettext_lazy("Why there is no answer"), choices=[], required=False)
    where = forms.ChoiceField(label=gettext_lazy("Where"), required=False, widget=forms.RadioSelect)
    place_text = forms.CharField(
        label=gettext_lazy("Another place, in their words"),
        required=False,
        max_length=250,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    when_text = forms.CharField(
        label=gettext_lazy("When, in their words"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=gettext_lazy("a year, a month or a span fills the two dates: 2027, 2027-06, 2027-06 to 2027-09, after 2028"),
    )
    when_from = day_field(gettext_lazy("Not before"), required=False)
    when_to = day_field(gettext_lazy("Not after"), required=False)
    conditions = forms.MultipleChoiceField(
        label=gettext_lazy("On which conditions"), required=False, widget=forms.CheckboxSelectMultiple
    )
    first = forms.ChoiceField(label=gettext_lazy("Named first, or called the most important"), required=False)
    own_words = forms.CharField(
        label=gettext_lazy("Another condition, in their words"),
        required=False,
        max_length=250,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    how = forms.ChoiceField(label=gettext_lazy("How asked"), choices=Asked.choices, required=False, widget=forms.RadioSelect)
    presence = forms.ChoiceField(
        label=gettext_lazy("Who else heard the answer"), choices=Presence.choices, required=False, widget=forms.RadioSelect
    )
    asked_on = day_field(gettext_lazy("Asked on"), required=False)
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"})
    )

    ORIGIN, PRESENT, OTHER = "origin", "present", "other"

    def __init__(self, *args: Any, household: Household, held: Intention | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.household = household
        today = timezone.localdate()
        names = labels(household.process, [household.origin_id, household.present_id])
        where = [("", _("not said"))]
        if household.origin_id:
            where.append((self.ORIGIN, _("%(place)s, where they come from") % {"place": names[household.origin_id]}))
        if household.present_id:
            where.append((self.PRESENT, _("%(place)s, where they live now") % {"place": names[household.present_id]}))
        where.append((self.OTHER, _("another place")))
        self.fields["where"].choices = where
        self.fields["silence"].choices = [("", "–"), *Silence.choices]
        table = claim_tables.conditions()
        codes = [(code, row.words) for code, row in table.items() if code != "own_words"]
        self.fields["conditions"].choices = codes
        self.fields["first"].choices = [("", "–"), *codes]
        self.adults = adults_of(household, today)
        for person in self.adults:
            self.fields[f"adult{person.pk}"] = forms.ChoiceField(
                label=person.full_name or person.ref,
                required=False,
                choices=[("", _("not asked")), ("same", _("as the household")), *Wish.choices],
            )
        self.initial.setdefault("asked_on", today)
        if held is not None:
            self._show(held)

    def _show(self, held: Intention) -> None:
        """Begin with the answer on file."""
        same = {self.ORIGIN: self.household.origin_id, self.PRESENT: self.household.present_id}
        where = next((name for name, area in same.items() if area and area == held.area_id), "")
        named = list(held.conditions.all())
        self.initial |= {
            **{name: getattr(held, name) for name in ("wish", "silence", "place_text", "when_text", "when_from", "when_to")},
            **{name: getattr(held, name) for name in ("how", "presence", "asked_on", "note")},
            "where": where or (self.OTHER if held.place_text or held.area_id else ""),
            "conditions": [row.code for row in named if row.code != "own_words"],
            "first": named[0].code if len(named) > 1 and named[0].code != "own_words" else "",
            "own_words": next((row.words for row in named if row.code == "own_words"), ""),
        }
        for said in held.adult_wishes.all():
            self.initial[f"adult{said.person_id}"] = said.wish

    @property
    def adult_fields(self) -> list[Any]:
        return [self[f"adult{person.pk}"] for person in self.adults]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("where") == self.OTHER and not data.get("place_text", "").strip():
            self.add_error("place_text", _("Write the place in their words."))
        if data.get("first") and data["first"] not in data.get("conditions", []):
            data["conditions"] = [data["first"], *data.get("conditions", [])]
        return data

    def values(self) -> dict[str, Any]:
        """What `actions.intentions.record` takes."""
        from wayhome.registry.placing import area_of

        data = self.cleaned_data
        wish = data["wish"]
        said = [
            SaidBy(person, wish if value == "same" else value)
            for person in self.adults
            if (value := data.get(f"adult{person.pk}"))
        ]
        shared = {
            "wish": wish,
            "how": data["how"],
            "presence": data["presence"],
            "asked_on": data["asked_on"],
            "note": data["note"],
        }
        if wish == Wish.NO_ANSWER:
            return {**shared, "silence": data["silence"]}
        area, text = None, ""
        if data["where"] == self.ORIGIN:
            area = self.household.origin
        elif data["where"] == self.PRESENT:
            area = self.household.present
        elif data["where"] == self.OTHER:
            text = data["place_text"].strip()
            area = area_of(self.household.process, text)
        begins, ends = data["when_from"], data["when_to"]
        if data["when_text"] and begins is None and ends is None:
            begins, ends = parse_period(data["when_text"])
        first = data["first"]
        codes = sorted(data["conditions"], key=lambda code: code != first)
        named = [Named(code) for code in codes]
        if data["own_words"].strip():
            named.append(Named("own_words", data["own_words"].strip()))
        return {
            **shared,
            "area": area,
            "place_text": text,
            "when_text": data["when_text"].strip(),
            "when_from": begins,
            "when_to": ends,
            "conditions": named,
            "said": said,
        }
