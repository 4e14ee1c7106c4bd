"""The linking engine's reasons in the reader's language, by their stable codes; a code without words here shows its English ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

# The wording of the engine's data/reasons.tsv, in our catalogues; a test keeps the codes complete.
WORDS: dict[str, Any] = {
    "name_same_spelling": _("written alike"),
    "name_same_sounds": _("the same name, written in two ways"),
    "name_two_scripts": _("the same name in two scripts"),
    "name_two_spellings": _("two spellings that can be one name"),
    "name_near": _("nearly the same; a sound or two differ"),
    "name_part": _("one record has only a part of the name"),
    "name_elsewhere": _("stands in another name field of the other record"),
    "name_different": _("different names"),
    "name_missing": _("not given in both records"),
    "date_same": _("the same day"),
    "date_swapped": _("day and month stand the other way round"),
    "date_day_and_month": _("the same day and month, %(years)s years apart"),
    "date_part": _("the same year; the day or the month differs"),
    "date_year_only": _("the same year, another day"),
    "year_same": _("the same year; one record has no day of its own"),
    "year_near": _("a year apart"),
    "year_different": _("%(years)s years apart"),
    "date_missing": _("not given in both records"),
    "sex_same": _("the same"),
    "sex_different": _("different"),
    "sex_missing": _("not given in both records"),
    "place_same": _("the same place"),
    "place_two_spellings": _("the same place, written in two ways"),
    "place_near": _("place names that sound nearly alike"),
    "place_different": _("different places"),
    "place_missing": _("not given in both records"),
    "phone_same": _("the same number; families share phones"),
    "phone_different": _("different numbers; people have several"),
    "phone_missing": _("not given in both records"),
    "document_same": _("the same number"),
    "document_near": _("one sign differs"),
    "document_different": _("different numbers; one may have been renewed"),
    "document_missing": _("not given in both records"),
    "household_agrees": _("%(others)s of %(members)s other members are found in the other household"),
    "household_differs": _("no other member is found in the other household"),
    "household_same": _("both are in one household of one list, where a person stands once"),
    "household_missing": _("no household on one side, or no other member"),
}


def words_for(reason: Mapping[str, Any]) -> str:
    """The sentence of a reason; its parameters are put in."""
    words = WORDS.get(str(reason.get("code", "")))
    if words is None:
        return str(reason.get("words", ""))
    try:
        return str(words) % dict(reason.get("params") or {})
    except (KeyError, TypeError, ValueError):
        return str(reason.get("words", ""))


DIRECTIONS: dict[str, Any] = {
    "for": _("speaks for"),
    "against": _("speaks against"),
    "neither": _("says little"),
}
