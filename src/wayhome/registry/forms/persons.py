"""Forms of a person: the record, and every part that is added to it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wayhome.registry.births import is_child
from wayhome.registry.forms.fields import BirthField, birth_as_typed, choice, day, languages, line
from wayhome.registry.models import Person
from wayhome.registry.needs import table
from wayhome.registry.states import Cause, Channel, DisplacementStatus, Given, NameKind, Purpose, Relation, SealedKind, Sex

NAMES = ("given_name", "patronymic", "family_name")


class PersonForm(forms.Form):
    """The record of a person. Names in whatever script they are given."""

    given_name = line(_("Given name"), 150)
    patronymic = line(_("Father's name"), 150)
    family_name = line(_("Family name"), 150)
    sex = choice(_("Sex"), Sex.choices, empty=_("not recorded"))
    birth = BirthField(label=_("Born"))
    relation = choice(_("Relation to the head"), Relation.choices)
    phone = line(_("Telephone"), 40, inputmode="tel", autocomplete="off")
    origin_text = line(_("Place of origin"), help_text=_("As the person says it; left empty, the household's."))
    present_text = line(_("Present place"), help_text=_("Left empty, the household's."))
    status = choice(_("Status"), DisplacementStatus.choices)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and not any(values.get(name) for name in NAMES):
            self.add_error("given_name", _("Write at least one part of the name, in any script."))
        return values


class ChangePersonForm(PersonForm):
    """Changes of a record, with the reason, which is kept; `on_request` when the person asked for it to be set right."""

    died_on = day(_("Died on"))
    list_key = line(_("Number in the list"), 80)
    reason = line(_("Why"), help_text=_("Kept in the history."))
    on_request = forms.BooleanField(label=_("The person asked for this to be set right"), required=False)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        shown = (*NAMES, "sex", "phone", "origin_text", "present_text", "died_on", "list_key")
        initial = {name: getattr(person, name) for name in shown}
        super().__init__(*args, initial={**initial, "birth": birth_as_typed(person)}, **kwargs)
        del self.fields["relation"], self.fields["status"]
        self.fields["origin_text"].help_text = self.fields["present_text"].help_text = ""


class NameForm(forms.Form):
    """Another name."""

    kind = choice(_("Kind of name"), NameKind.choices, required=True)
    given_name = line(_("Given name"), 150)
    patronymic = line(_("Father's name"), 150)
    family_name = line(_("Family name"), 150)
    language = languages(_("Language"))


class StatusForm(forms.Form):
    """Status on a date."""

    status = choice(_("Status"), DisplacementStatus.choices, required=True)
    on = day(_("On"), required=True)
    basis = line(_("According to"), help_text=_("A certificate, a register, the person's own word."))


class DocumentForm(forms.Form):
    """A document; the number is sealed when it is saved."""

    kind = line(_("Kind of document"), 60)
    number = line(
        _("Number"), 80, help_text=_("Sealed when it is saved: found by a search, read only for a purpose."), autocomplete="off"
    )
    issuer = line(_("Issued by"), 120)
    issued_on = day(_("Issued on"))
    expires_on = day(_("Valid until"))
    lost = forms.BooleanField(label=_("Lost or left behind"), required=False)


def need_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Codes by category; those that were not read in their source say so."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for need in table().values():
        mark = "" if need.confirmed else f" ({_('not confirmed in its source')})"
        groups.setdefault(need.category, []).append((need.code, f"{need.code} {need.meaning}{mark}"))
    return list(groups.items())


class NeedForm(forms.Form):
    """A specific need by code."""

    code = forms.ChoiceField(label=_("Need"), choices=need_choices, help_text=_("Which one it is, is sealed when it is saved."))
    since = day(_("Since"))
    until = day(_("Until"))


class NoteForm(forms.Form):
    """A health or protection note."""

    kind = choice(_("About"), [(kind.value, kind.label) for kind in (SealedKind.HEALTH, SealedKind.PROTECTION)], required=True)
    text = forms.CharField(
        label=_("Note"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        help_text=_("Sealed when it is saved. Write what is needed and no more."),
    )


class ContactForm(forms.Form):
    """One way to reach the person."""

    channel = choice(_("Channel"), Channel.choices, required=True)
    value = line(_("Number, address or name"), autocomplete="off")
    safe = forms.BooleanField(label=_("The person says that this is safe"), required=False)
    preferred = forms.BooleanField(label=_("The person wants to be reached this way first"), required=False)
    note = line(_("When and how"))


class DisplacementForm(forms.Form):
    """From where, when, why, to where."""

    from_text = line(_("From"))
    left = BirthField(label=_("Left"), help_text=_("As it is known: 31.12.1989, 12.1989, 1989."))
    cause = choice(_("Why"), Cause.choices)
    to_text = line(_("To"))
    note = line(_("Note"), 500)


class _Answer(forms.Form):
    """An answer of a person. For a child, the adults of the household can be chosen as guardian; an adult has none."""

    purpose = choice(pgettext_lazy("consent", "For what"), Purpose.choices, required=True)
    partner = line(_("With whom"), 200, help_text=_("For sharing: the partner's name. Ask again for another partner."))
    on = day(_("On"), required=True)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        initial = {"on": timezone.localdate(), **(kwargs.pop("initial", None) or {})}
        super().__init__(*args, initial=initial, **kwargs)
        if is_child(person) is False:
            del self.fields["by_guardian"]
            return
        beside = Person.objects.filter(household=person.household_id).exclude(pk=person.pk) if person.household_id else []
        self._adults = {str(one.pk): one for one in beside if is_child(one) is not True}
        choices = [("", _("nobody: the person is of age")), *((key, str(one)) for key, one in self._adults.items())]
        self.fields["by_guardian"].choices = choices  # type: ignore[attr-defined]

    def clean_by_guardian(self) -> Person | None:
        return self._adults.get(self.cleaned_data["by_guardian"])


class ConsentForm(_Answer):
    """A yes."""

    given = choice(_("How"), Given.choices, required=True)
    language = languages(_("Explained in"))
    witness = line(_("Witness"), 150, help_text=_("Needed for an oral yes."))
    by_guardian = choice(_("Parent or guardian who decides with the child"), [])
    expires_on = day(_("Valid until"))


class RefusalForm(_Answer):
    """A no, so that nobody asks twice."""

    language = languages(_("Explained in"))
    by_guardian = choice(_("Parent or guardian who decides with the child"), [])


class OpeningForm(forms.Form):
    """What a sealed value is opened for."""

    purpose = line(_("What for"), 200, required=True, help_text=_("Kept in the log with your name."), minlength=4)


class PhotographForm(forms.Form):
    """A photograph."""

    photo = forms.FileField(label=_("Photograph, JPEG or PNG"), widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"}))
