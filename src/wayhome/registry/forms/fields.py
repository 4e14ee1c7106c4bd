"""Fields that several forms share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from wayhome.core.errors import InvalidInput
from wayhome.registry.births import Birth, parse, span_words
from wayhome.registry.models import Household, Person


class DayInput(forms.DateInput):
    """The browser's own date field, which a phone opens with its calendar."""

    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(format="%Y-%m-%d", attrs=attrs)


def day(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DateField:
    """A date."""
    return forms.DateField(label=label, required=required, widget=DayInput(), help_text=help_text)


def line(label: Any, most: int = 250, *, required: bool = False, help_text: Any = "", **attrs: Any) -> forms.CharField:
    """One line of text in any script."""
    widget = forms.TextInput(attrs={"dir": "auto", **attrs})
    return forms.CharField(label=label, max_length=most, required=required, help_text=help_text, widget=widget)


def choice(label: Any, choices: Any, *, required: bool = False, empty: Any = None, help_text: Any = "") -> forms.ChoiceField:
    """One of a list; an empty first line unless it is required."""
    first = [] if required else [("", empty if empty is not None else _("not known"))]
    return forms.ChoiceField(label=label, required=required, choices=[*first, *choices], help_text=help_text)


def languages(label: Any) -> forms.ChoiceField:
    """A language of the product, or another."""
    return choice(label, settings.LANGUAGES, empty=_("another or not known"))


class BirthField(forms.CharField):
    """A day that is known more or less exactly: 31.12.1989, 12.1989, 1989, about 60."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 60)
        kwargs.setdefault("help_text", _("As it is known: 31.12.1989, 12.1989, 1989, or an age, about 60."))
        kwargs.setdefault("widget", forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Birth:
        text = super().clean(value)
        try:
            return parse(text)
        except InvalidInput as error:
            raise forms.ValidationError(str(error)) from None


def birth_as_typed(person: Person) -> str:
    """What the form shows for a birth on file, so that saving it again changes nothing."""
    if person.birth_precision == "day" and person.birth_from:
        return person.birth_text or person.birth_from.strftime("%d.%m.%Y")
    return person.birth_text or span_words(person.birth_from, person.birth_to, person.birth_precision)


class HouseholdField(forms.CharField):
    """A household of the process by its number: H-0412 or 412."""

    process: Any = None

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 12)
        kwargs.setdefault("help_text", _("Its number: H-0412 or 412."))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Household | None:
        text = super().clean(value).upper().replace(" ", "").removeprefix("H-").removeprefix("H")
        if not text:
            return None
        digits = text.isascii() and text.isdigit() and len(text) < 10
        found = Household.objects.of(self.process).filter(number=int(text)).first() if digits else None
        if found is None:
            raise forms.ValidationError(_("There is no household with this number here."))
        return found
