"""Forms of a household: registering it with its people, changing it, splitting, merging and moving."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wayhome.registry.forms.fields import BirthField, HouseholdField, choice, day, line
from wayhome.registry.forms.persons import NAMES
from wayhome.registry.models import Household, Person
from wayhome.registry.states import Relation, Sex


class HouseholdForm(forms.Form):
    """What concerns all of its people. `MAIN` is asked first; the rest folds away on a phone."""

    MAIN: tuple[str, ...] = ("origin_text", "present_text")

    origin_text = line(_("Place of origin"), help_text=_("As the family says it, in any language."))
    present_text = line(_("Present place"))
    name = line(_("Name of the household"), 200, help_text=_("Left empty, the head's family name."))
    size_stated = forms.IntegerField(label=_("People, as stated"), required=False, min_value=0, max_value=200)
    list_name = line(_("List"), 120)
    list_key = line(_("Number in the list"), 80)
    registered_on = day(_("Registered on"))
    note = forms.CharField(
        label=_("Note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"})
    )

    @property
    def first(self) -> list[forms.BoundField]:
        return [self[name] for name in self.MAIN]

    @property
    def more(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in self.MAIN]


class ChangeHouseholdForm(HouseholdForm):
    """Changes, with the reason, which is kept."""

    MAIN = ("origin_text", "present_text", "name", "reason")

    reason = line(_("Why"), help_text=_("Kept in the history."))

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        names = ("origin_text", "present_text", "name", "size_stated", "list_name", "list_key", "registered_on", "note")
        super().__init__(*args, initial={name: getattr(household, name) for name in names}, **kwargs)


class MemberForm(forms.Form):
    """One person of a new household, short enough for a phone; everything else is added on the person's own page."""

    given_name = line(_("Given name"), 150)
    patronymic = line(_("Father's name"), 150)
    family_name = line(_("Family name"), 150)
    relation = choice(_("Relation to the head"), Relation.choices)
    sex = choice(_("Sex"), Sex.choices, empty=_("not recorded"))
    birth = BirthField(label=_("Born"), help_text=_("31.12.1989, 12.1989, 1989, or about 60"))
    phone = line(_("Telephone"), 40, inputmode="tel", autocomplete="off")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.has_changed() and not self.errors and not any(values.get(name) for name in NAMES):
            self.add_error("given_name", _("Write at least one part of the name, in any script."))
        return values


MemberFormSet = forms.formset_factory(MemberForm, extra=0, min_num=1, max_num=40, absolute_max=60)


class _Members(forms.Form):
    """A form that chooses among the people of a household."""

    def __init__(self, *args: Any, members: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._members = {str(person.pk): person for person in members}
        choices = [
            (key, f"{person}, {person.get_relation_display()}" if person.relation else str(person))
            for key, person in self._members.items()
        ]
        for name in ("leaving", "head", "person"):
            if name in self.fields:
                self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_head(self) -> Person:
        return self._members[self.cleaned_data["head"]]

    def clean_person(self) -> Person:
        return self._members[self.cleaned_data["person"]]


class SplitForm(_Members):
    """Some of its people become a household of their own."""

    leaving = forms.MultipleChoiceField(label=_("Who leaves"), widget=forms.CheckboxSelectMultiple)
    head = forms.ChoiceField(label=_("Head of the new household"))
    reason = line(_("Why"))

    def clean_leaving(self) -> list[Person]:
        return [self._members[key] for key in self.cleaned_data["leaving"]]


class HeadForm(_Members):
    """Another head."""

    head = forms.ChoiceField(label=_("New head"))
    reason = line(_("Why"))


class MoveForm(_Members):
    """One person goes to another household."""

    person = forms.ChoiceField(label=_("Who"))
    to = HouseholdField(label=_("To household"), required=False, help_text=_("H-0412 or 412. Left empty: to none."))
    relation = choice(_("Relation to the head there"), Relation.choices)
    reason = line(_("Why"))


class OtherForm(forms.Form):
    """Another household: to merge with, or of the same family."""

    other = HouseholdField(label=_("The other household"))
    reason = line(_("Why"))
