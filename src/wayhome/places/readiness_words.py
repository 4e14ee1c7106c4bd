"""Words of the index that ships (`data/return_index.csv`): indicators, answers, scales, classes. Own ones carry their own words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

SCALES: dict[str, Any] = {
    "services": _("Livelihoods and basic services"),
    "safety": _("Social cohesion and feeling of safety"),
}
CLASSES: dict[str, Any] = {
    "low": pgettext_lazy("readiness", "low severity"),
    "medium": pgettext_lazy("readiness", "medium severity"),
    "high": pgettext_lazy("readiness", "high severity"),
}
INDICATORS: dict[str, Any] = {
    "homes_destroyed": _("Homes destroyed"),
    "employment": _("Finding work"),
    "water": _("Enough water"),
    "electricity": _("Enough electricity"),
    "agriculture": _("Farming taken up again"),
    "businesses": _("Small businesses open again"),
    "services": _("Services of the state"),
    "civil_servants": _("Civil servants back at work"),
    "reconciliation": _("Reconciliation of communities"),
    "security_actors": _("Several armed or police forces present"),
    "blocked_returns": _("Families kept from returning"),
    "checkpoints": _("Checkpoints held by other forces"),
    "public_life": _("Daily life in public"),
    "occupied_homes": _("Homes occupied by others"),
    "mines": _("Mines and explosive remnants"),
    "violence_feared": _("Fear of violence"),
}
_OF_PEOPLE = {
    "all": _("all who want it"),
    "most": _("most"),
    "some": pgettext_lazy("of residents", "some"),
    "none": _("nobody"),
}
_OF_RESIDENTS = {**_OF_PEOPLE, "all": _("all residents")}
_OF_THINGS = {
    "all": _("all of it, as before"),
    "most": _("most of it"),
    "some": _("some of it"),
    "none": _("none of it"),
}
_ANSWERS: dict[str, dict[str, Any]] = {
    "homes_destroyed": {
        "none": _("none"),
        "under_half": _("less than half"),
        "half": _("about half"),
        "over_half": _("more than half"),
        "all": _("all"),
    },
    "employment": _OF_PEOPLE,
    "water": _OF_RESIDENTS,
    "electricity": _OF_RESIDENTS,
    "agriculture": _OF_THINGS,
    "businesses": _OF_THINGS,
    "services": _OF_THINGS,
    "civil_servants": {
        "all": _("all of them"),
        "most": _("most of them"),
        "some": _("some of them"),
        "none": _("none of them"),
    },
    "reconciliation": {"done": _("done, or not needed"), "under_way": _("under way"), "absent": _("needed and absent")},
    "security_actors": {"one": _("one force"), "several": _("several forces")},
    "blocked_returns": {"nobody": _("no family"), "some": _("some families"), "many": _("many families")},
    "checkpoints": {"no": _("no"), "yes": _("yes")},
    "public_life": {
        "calm": _("calm"),
        "limited": _("limited"),
        "tense": _("tense, nobody in the streets"),
    },
    "occupied_homes": {"none": _("no home"), "some": _("some homes"), "many": _("many homes")},
    "mines": {"none": _("none known"), "suspected": _("suspected"), "confirmed": _("confirmed")},
    "violence_feared": {"none": _("no fear"), "some": _("some fear"), "much": _("much fear")},
}
ANSWERS: dict[tuple[str, str], Any] = {
    (indicator, code): words for indicator, answers in _ANSWERS.items() for code, words in answers.items()
}
