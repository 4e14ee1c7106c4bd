"""Words for the codes that runs and bridges keep: why somebody or something was left out, what is wrong with a table."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LEFT: dict[str, Any] = {
    "no_wish": _("no answer on file"),
    "no_answer": _("asked, and gave no answer"),
    "stay": _("wish to stay where they are"),
    "elsewhere": _("wish to go elsewhere"),
    "undecided": _("undecided"),
    "refused": _("an adult refused or withdrew consent"),
    "no_consent": _("no consent on file"),
    "no_members": _("no member on file"),
    "counted_twice": _("same people as another household, as judged"),
    "place_undecided": _("wish to return, the place is not decided on"),
    "present_unknown": _("where they live now is not known"),
    "no_homes_on_file": _("wish to return where no homes are on file"),
    "no_homes": _("wish to return where no home stands and no work adds one"),
    "gate_closed": _("wish to return where a gate is closed, with no date and no work"),
}
LEFT_REMEDIES: dict[str, Any] = {
    "no_wish": _("Ask them in a survey wave."),
    "no_answer": _("Ask them again."),
    "no_consent": _("Ask for consent on each person’s page."),
    "no_members": _("Register their people."),
    "counted_twice": _("Merge the households."),
    "place_undecided": _("Decide what the words for the place mean."),
    "present_unknown": _("Write down where they live."),
    "no_homes_on_file": _("Count the homes there."),
    "no_homes": _("Plan homes there as a work."),
    "gate_closed": _("Ask the authority for a date, link the works that open the gate, or assume a month."),
}
WORK_LEFT: dict[str, Any] = {
    "work_out": _("left out by this scenario"),
    "work_after_out": _("comes after a work that is left out"),
    "work_cost": _("no cost on file"),
    "work_duration": _("no duration on file"),
    "work_after_cancelled": _("comes after a work that was cancelled"),
    "work_after_unplannable": _("comes after a work that cannot be planned"),
}
NOTES: dict[str, Any] = {
    "gate_expires": _("a gate that is open runs out within the plan and must be renewed"),
    "earliest_and_after": _("the earliest month of a work was not used: the work comes after another; set the month there"),
}
STAGES: dict[str, Any] = {
    "prepare": _("reading what is on file"),
    "bound": _("proving what is possible at most"),
    "search": _("seeking an order of the works"),
    "fill": _("seeking places for the households"),
    "exact": _("trying to prove the best"),
    "finish": _("checking the plan"),
}
DEMANDS: dict[str, Any] = {
    "start_by": _("starts by"),
    "open_by": _("is open by"),
    "work_not_in": _("is not in the plan, so it cannot start"),
    "stays_closed": _("stays closed for the whole plan"),
}
FLAWS: dict[str, tuple[Any, Any]] = {
    "no_rows": (_("The table is empty."), _("Add at least one row.")),
    "missing_file": (_("The table is missing."), _("Add it to the folder.")),
    "missing_column": (_("The column is missing."), _("Add it.")),
    "ragged": (_("The column is shorter than others."), _("Give every row all columns.")),
    "empty": (_("The cell is empty."), _("Fill it in.")),
    "not_a_number": (_("This is no number."), _("Write a number.")),
    "not_whole": (_("This is no whole number."), _("Write a whole number.")),
    "outside": (_("The number is out of range."), _("Correct it.")),
    "negative": (_("The number is negative."), _("Write zero or more.")),
    "negative_money": (_("An amount of money is negative."), _("Write zero or more; refunds are no costs.")),
    "not_0_or_1": (_("A gate is 0 or 1."), _("Write 1 or 0.")),
    "duplicate": (_("This is said twice."), _("Keep one of the rows.")),
    "unknown_id": (_("This is not in the table it refers to."), _("Correct it, or add it there.")),
    "cycle": (_("These works wait for each other."), _("Take out one of the steps “only after”.")),
    "zero_homes": (_("No place has a home and no work adds one."), _("Enter the homes that stand, or works that add homes.")),
    "no_members": (_("A household has at least one member."), _("Enter its members or take the household out.")),
    "more_than_members": (_("There are more of them than members."), _("Correct the household.")),
    "weight_range": (_("A weight is more than 0 and at most 1."), _("Correct it, or take the row out.")),
    "mixed_currencies": (
        _("Money in several currencies cannot be added."),
        _("Enter the rate under “Exchange rates” of the scenario, with its day and source."),
    ),
}
NOTHING = pgettext_lazy("plan", "nothing")


def left(code: str) -> str:
    return str(LEFT.get(code) or WORK_LEFT.get(code) or NOTES.get(code) or code)


def flaw(said: dict[str, Any]) -> dict[str, Any]:
    """A flaw of a table with its words in the active language where there are any."""
    problem, remedy = FLAWS.get(said.get("code", ""), (said.get("problem", ""), said.get("remedy", "")))
    return {**said, "problem": str(problem), "remedy": str(remedy)}
