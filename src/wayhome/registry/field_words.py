"""What a column can be read as, in words and groups, for the page of the columns."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wayhome.engines.tabular import KEEP

GROUPS: tuple[tuple[Any, tuple[tuple[str, Any], ...]], ...] = (
    (
        _("Names"),
        (
            ("full_name", _("Full name in one cell")),
            ("given_name", _("Given name")),
            ("patronymic", _("Father's name")),
            ("family_name", _("Family name")),
            ("former_name", _("Former family name")),
            ("latin_name", _("Name in Latin letters")),
        ),
    ),
    (
        _("Person"),
        (
            ("sex", _("Sex")),
            ("birth_date", _("Date of birth")),
            ("birth_year", _("Year of birth")),
            ("birth_month", _("Month of birth")),
            ("birth_day", _("Day of birth")),
            ("age", _("Age")),
            ("status", _("Status: displaced, refugee, returned …")),
            ("phone", _("Telephone")),
            ("email", _("E-mail")),
        ),
    ),
    (
        _("Numbers in the list"),
        (
            ("record_id", _("Number of the person")),
            ("household_id", _("Number of the household")),
            ("head_id", _("Number of the head of household")),
            ("father_id", _("Number of the father")),
            ("mother_id", _("Number of the mother")),
        ),
    ),
    (
        _("Household"),
        (
            ("relation", _("Relation to the head")),
            ("is_head", _("Head of household: yes or no")),
            ("household_size", _("Number of people, as stated")),
        ),
    ),
    (
        _("Places and displacement"),
        (
            ("origin_place", _("Place of origin")),
            ("origin_admin", _("District or region of origin")),
            ("present_place", _("Present place")),
            ("displaced_on", _("Displaced on")),
            ("displacement_reason", _("Reason of displacement")),
            ("registered_on", _("Registered on")),
        ),
    ),
    (
        _("Sealed"),
        (
            ("document_number", _("Document number")),
            ("document_type", _("Kind of document")),
            ("specific_needs", _("Specific needs, by code")),
        ),
    ),
    (
        _("Kept beside the record, as written"),
        (
            ("mother_name", _("Mother's name")),
            ("birth_place", _("Place of birth")),
            ("marital_status", _("Marital status")),
            ("nationality", _("Nationality")),
            ("languages", _("Languages")),
            ("occupation", _("Occupation")),
            ("intention", _("Intention")),
            ("consent", pgettext_lazy("column", "Consent")),
            ("note", _("Note")),
            (KEEP, _("Anything else worth keeping")),
        ),
    ),
)
ORDERS = (
    ("dmy", _("day, month, year")),
    ("mdy", _("month, day, year")),
    ("ymd", _("year, month, day")),
)
CALENDARS = (
    ("gregorian", _("Gregorian")),
    ("hijri", _("Hijri")),
    ("solar_hijri", _("Solar Hijri")),
    ("ethiopian", _("Ethiopian")),
)
NAME_ORDERS = (
    ("family_given_patronymic", _("family name, given name, father's name")),
    ("given_family", _("given name, family name")),
    ("given_patronymic_family", _("given name, father's name, family name")),
    ("whole", _("keep in one piece")),
)
ENCODINGS = (
    *("utf-8", "utf-16", "cp1251", "cp1252", "cp1254", "cp1256", "cp1250", "cp866", "koi8-r"),
    *("iso8859-6", "mac-cyrillic", "armscii-8", "cp1253", "cp1255"),
)
DATES = frozenset(("birth_date", "birth_year", "displaced_on", "registered_on"))
LANGUAGES = {
    "en": _("English"),
    "fr": _("French"),
    "ru": _("Russian"),
    "az": _("Azerbaijani"),
    "hy": _("Armenian"),
    "ar": _("Arabic"),
    "odk": _("phone forms"),
    "hxl": "HXL",
}


def names() -> dict[str, Any]:
    """Field to its words."""
    return {field: words for _group, fields in GROUPS for field, words in fields}


def reason_words(reason: str, params: dict[str, Any]) -> str:
    """Why a column was guessed so."""
    if reason == "tag":
        return str(_("by its HXL tag %(tag)s") % params)
    if reason in {"heading", "heading_only", "taken"} and params.get("phrase"):
        language = LANGUAGES.get(str(params.get("language", "")), "")
        words = str(_("by its heading, like “%(phrase)s”") % params)
        more = f" ({language})" if language else ""
        if reason == "heading_only":
            return f"{words}{more}; {_('its cells look like something else')}"
        return words + more
    return str(_("by what stands in its cells"))
