"""Forms of the room."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.models import Process
from wayhome.places.models import Area, AreaName
from wayhome.places.names import DEFAULT_ORDER
from wayhome.places.periods import check_moment

_YEAR = _("A year, a month (1974-05) or a day; empty if not known.")


def languages() -> list[tuple[str, str]]:
    """Languages of the interface first; any other is typed as its code."""
    return [("", str(_("not said"))), *((code, name) for code, name in settings.LANGUAGES)]


class NameForm(forms.Form):
    """A name by hand: who says so is asked for."""

    text = forms.CharField(label=_("Name"), max_length=250)
    language = forms.RegexField(
        r"^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})?$", label=_("Language"), required=False, max_length=12,
        help_text=_("Two or three letters: en, ar, ku ..."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Kind of name"), choices=AreaName.Kind.choices)
    source = forms.CharField(label=_("Who says so"), max_length=300, help_text=_("A document, a map, the people of the place."))
    valid_from = forms.CharField(label=_("Used from"), required=False, max_length=10, validators=[check_moment], help_text=_YEAR)
    valid_to = forms.CharField(label=_("Used until"), required=False, max_length=10, validators=[check_moment], help_text=_YEAR)


class AreaForm(forms.ModelForm):
    """An area by hand. The area above is given by its number or code."""

    above = forms.CharField(
        label=_("Lies in (code)"),
        required=False,
        max_length=60,
        help_text=_("P-code of the area above it, as the list shows it."),
    )

    class Meta:
        model = Area
        fields = ["kind", "code", "latitude", "longitude", "population", "valid_from", "valid_to"]

    def __init__(self, *args: Any, process: Process, new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.process = process
        self.new = new
        if self.instance.parent is not None:
            self.initial["above"] = self.instance.parent.code or f"#{self.instance.parent.pk}"
        if new:
            self.fields = {
                "name": forms.CharField(label=_("Name"), max_length=250),
                "language": NameForm.base_fields["language"],
                "source": NameForm.base_fields["source"],
                **self.fields,
            }
        self.order_fields(["name", "language", "source", "kind", "above"])

    def clean_above(self) -> Area | None:
        given = self.cleaned_data["above"].strip()
        if not given:
            return None
        rows = Area.objects.of(self.process)
        found = rows.filter(pk=int(given[1:])) if given.startswith("#") and given[1:].isdigit() else rows.filter(code=given)
        if found.count() != 1:
            raise forms.ValidationError(
                _("No single area has the code %(code)s. Copy the code from its page, or write # and its number.")
                % {"code": given}
            )
        return found.get()

    def values(self) -> dict[str, Any]:
        """What the use cases take."""
        said = dict(self.cleaned_data)
        said["parent"] = said.pop("above")
        return said


class ManyFiles(forms.ClearableFileInput):
    """The browser's chooser for several files at once."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files of one field; the value is their list."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFilesField, self).clean(one, initial) for one in given]


class GazetteerForm(forms.Form):
    """A gazetteer file and where it comes from."""

    file = ManyFilesField(
        label=_("File, or files that belong together"),
        help_text=_(
            "A table (COD-AB, GeoNames, HXL; CSV, TSV, XLSX), or boundaries: GeoPackage, GeoJSON, a Shapefile as ZIP or as its "
            "files chosen together (.shp, .dbf, .shx, .prj, .cpg)."
        ),
    )
    name = forms.CharField(
        label=_("Name of the gazetteer"), max_length=150, help_text=_("A later edition is known again by this name.")
    )
    source = forms.CharField(label=_("Who made it"), max_length=300, required=False)
    licence = forms.CharField(label=_("Licence"), max_length=150, required=False)
    edition = forms.CharField(label=_("Edition"), max_length=60, required=False)
    names = forms.FileField(label=_("GeoNames’ alternate names"), required=False, help_text=_("Only with a GeoNames dump."))
    crs = forms.RegexField(
        r"^\s*(?:EPSG|ESRI|epsg|esri):\d{1,7}\s*$",
        label=_("Coordinate system of boundaries"),
        required=False,
        max_length=20,
        help_text=_("Only where the file says none: EPSG:32638."),
        error_messages={"invalid": _("Write an authority and its number, as EPSG:32638.")},
    )
    encoding = forms.CharField(
        label=_("Encoding of a Shapefile’s names"),
        required=False,
        max_length=20,
        help_text=_("Only where names come in wrong: cp1256, cp1251, utf-8."),
    )
    choose = forms.BooleanField(label=_("Let me say first which columns of the boundaries hold what"), required=False)
    good_rows_only = forms.BooleanField(label=_("Bring in what is right although other rows have faults"), required=False)
    dry = forms.BooleanField(label=_("Try only: say what would change"), required=False)


class PolicyForm(forms.Form):
    """Which names are shown: up to five wishes in order."""

    count = forms.TypedChoiceField(
        label=_("Names side by side"), coerce=int, choices=[(1, "1"), (2, "2"), (3, "3")], help_text=_("Different ones only.")
    )

    def __init__(
        self, *args: Any, order: tuple[str, ...] = DEFAULT_ORDER, spoken: list[tuple[str, str]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        wishes = [
            ("", "–"),
            ("reader", _("The reader’s language")),
            ("local", _("What its people call it")),
            ("official", _("An official name")),
            ("romanised", _("A romanised name")),
            *settings.LANGUAGES,
            *(spoken or []),  # further languages that names are in
        ]
        known = {value for value, _title in wishes}
        wishes += [(one, one) for one in order if one not in known]
        for n in range(5):
            label = [_("First"), _("Then"), _("Then"), _("Then"), _("Then")][n]
            self.fields[f"wish{n}"] = forms.ChoiceField(
                label=label, choices=wishes, required=n == 0, initial=order[n] if n < len(order) else ""
            )
        self.order_fields([f"wish{n}" for n in range(5)])

    @property
    def order(self) -> list[str]:
        return [self.cleaned_data[f"wish{n}"] for n in range(5)]
