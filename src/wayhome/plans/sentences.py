"""Reasons of the planning engine in sentences that a family or a donor can read.

A sentence says what is so in the plan and until when; it promises nothing and blames nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from wayhome.engines.planning import changes
from wayhome.engines.planning.blockers import Blocker, Root
from wayhome.engines.planning.reasons import Code, Reason, Standing, WorkCode, WorkNote, WorkReason
from wayhome.plans.models import Run

STANDINGS = {
    Standing.ON_TIME: gettext_lazy("Home in the first month it wished for, at the place it wants most."),
    Standing.LATE: gettext_lazy("Home at the place it wants most, later than it wished."),
    Standing.ELSEWHERE: gettext_lazy("Home at a place on its list that it wants less than another."),
    Standing.WAITS: gettext_lazy("Wants to return and is not home within this plan."),
    Standing.NOT_NOW: gettext_lazy("Said “not now”: no plan moves it."),
    Standing.NO_WISH: gettext_lazy("Has named no place on file: no plan moves it."),
    Standing.AFTER_PLAN: gettext_lazy("Wants to return after the last month of this plan."),
}

PLACES = {
    "dwelling": gettext_lazy("there are %(n)s more homes in %(place)s"),
    "water": gettext_lazy("there is water for %(n)s more people in %(place)s"),
    "school": gettext_lazy("the school in %(place)s has %(n)s more places"),
    "clinic": gettext_lazy("the clinic in %(place)s can look after %(n)s more people"),
}
BLOCKERS = {
    Code.FAMILY: gettext_lazy("Families that go together"),
    Code.GATE: gettext_lazy("%(place)s is closed"),
    Code.DWELLING: gettext_lazy("No free homes in %(place)s"),
    Code.WATER: gettext_lazy("Water in %(place)s"),
    Code.SCHOOL: gettext_lazy("School places in %(place)s"),
    Code.CLINIC: gettext_lazy("Care at the clinic in %(place)s"),
    Code.TRANSPORT: gettext_lazy("Seats from %(hub)s"),
    Code.FAIRNESS: gettext_lazy("Fair shares between groups"),
    Code.FREE: gettext_lazy("Left open by the plan"),
}

_COUNTS = (
    ("gained", ngettext_lazy("%(n)d household more is home", "%(n)d households more are home", "n")),
    ("earlier", ngettext_lazy("%(n)d household is home earlier", "%(n)d households are home earlier", "n")),
    ("later", ngettext_lazy("%(n)d household is home later", "%(n)d households are home later", "n")),
    ("lost", ngettext_lazy("%(n)d household fewer is home", "%(n)d households fewer are home", "n")),
)


@dataclass(slots=True)
class Said:
    """A reason in words. `more` are sentences about the work behind it; `alone` counts months in which nothing else is in the way."""

    words: str
    area_key: str
    code: Code
    more: list[str] = field(default_factory=list)
    alone: int = 0
    work_key: str = ""


class Phrases:
    """Puts reasons of one run into words. `names` maps identifiers of areas, hubs and works to what they are called."""

    def __init__(self, run: Run, *, areas: Mapping[str, str], works: Mapping[str, str], households: Mapping[str, str]) -> None:
        self._run, self._areas, self._works, self._households = run, areas, works, households

    def month(self, period: int) -> str:
        return date_format(self._run.month(period), "F Y")

    def place(self, key: str) -> str:
        return self._areas.get(key, key)

    def reason(self, one: Reason) -> Said:
        said = Said(self._words(one), one.area_id, one.code, alone=one.alone)
        if one.work is not None:
            said.work_key = one.work.project_id
            said.more = self.work(one.work, one.code)
        return said

    def _words(self, one: Reason) -> str:
        place = self._areas.get(one.area_id, one.area_id)
        until = self.month(one.until) if one.until is not None else ""
        given = {
            "place": place,
            "month": until,
            "have": number_format(int(one.have), force_grouping=True),
            "used": number_format(int(one.used), force_grouping=True),
            "need": number_format(int(one.need), force_grouping=True),
            "other": self._households.get(one.other_id, one.other_id),
            "hub": self._areas.get(one.hub_id, one.hub_id),
        }
        always = one.until is None
        match one.code:
            case Code.FAMILY:
                words = _("The family goes together, and %(other)s is not ready before %(month)s.")
                if always:
                    words = _("The family goes together, and %(other)s is not ready within this plan.")
            case Code.GATE:
                words = _("%(place)s is closed until %(month)s.")
                if always:
                    words = _("%(place)s stays closed within this plan.")
            case Code.DWELLING:
                words = _("No home is free in %(place)s before %(month)s: of %(have)s there, %(used)s are taken.")
                if always:
                    words = _("No home becomes free in %(place)s within this plan: of %(have)s there, %(used)s are taken.")
            case Code.WATER:
                words = _("Water in %(place)s is for %(have)s people before %(month)s, and %(used)s need it already.")
                if always:
                    words = _("Water in %(place)s is for %(have)s people, and %(used)s need it already.")
            case Code.SCHOOL:
                words = _(
                    "The school in %(place)s has %(have)s places before %(month)s, and %(used)s are taken; the children need %(need)s."
                )
                if always:
                    words = _("The school in %(place)s has %(have)s places, and %(used)s are taken; the children need %(need)s.")
            case Code.CLINIC:
                words = _(
                    "The clinic in %(place)s can look after %(have)s people before %(month)s, and %(used)s are counted already."
                )
                if always:
                    words = _("The clinic in %(place)s can look after %(have)s people, and %(used)s are counted already.")
            case Code.TRANSPORT:
                words = _("Every seat from %(hub)s is taken before %(month)s.")
                if always:
                    words = _("Every seat from %(hub)s is taken within this plan.")
            case Code.FAIRNESS:
                words = _("One more household of this group would leave another group with less than its share.")
            case _:
                words = _("No rule stands in the way in %(place)s: a longer run may find it a place sooner.")
        return words % given

    def work(self, note: WorkNote, code: Code = Code.FREE) -> list[str]:
        """What the plan does with the work behind a reason, and why not sooner."""
        name = self._works.get(note.project_id, note.project_id)
        if note.start is None:
            words = [_("%(work)s does not start within this plan.") % {"work": name}]
        elif note.end is not None and note.end < self._run.months:
            words = [
                _("%(work)s: from %(start)s, done by %(end)s.")
                % {"work": name, "start": self.month(note.start), "end": self.month(note.end)}
            ]
        else:
            words = [
                _("%(work)s starts in %(start)s and ends after this plan.") % {"work": name, "start": self.month(note.start)}
            ]
        return words + [self._why(one) for one in note.why[:3]]

    def change(self, one: changes.Change) -> str:
        """A change that somebody asks about, as a condition: "the Kul water scheme starts by March 2027"."""
        match one:
            case changes.StartWork(project_id, by):
                return _("%(work)s starts by %(month)s") % {
                    "work": self._works.get(project_id, project_id),
                    "month": self.month(by),
                }
            case changes.Duration(project_id, periods):
                given = {"work": self._works.get(project_id, project_id), "n": periods}
                return ngettext("%(work)s takes %(n)d month", "%(work)s takes %(n)d months", periods) % given
            case changes.Cost(project_id, cost):
                return _("%(work)s costs %(amount)s") % {"work": self._works.get(project_id, project_id), "amount": amount(cost)}
            case changes.Budget(more, period):
                given = {"amount": amount(abs(more)), "month": self.month(period) if period is not None else ""}
                if period is None:
                    return (_("there is %(amount)s more money") if more >= 0 else _("there is %(amount)s less money")) % given
                if more >= 0:
                    return _("%(amount)s more money comes in %(month)s") % given
                return _("%(amount)s less money comes in %(month)s") % given
            case changes.BudgetTimes(factor, since):
                given = {"n": number_format(abs(round(100 * (factor - 1), 1))), "month": self.month(since)}
                if factor >= 1:
                    return _("there is %(n)s %% more money from %(month)s on") % given
                return _("there is %(n)s %% less money from %(month)s on") % given
            case changes.Crew(crew, units):
                given = {"crew": crew, "n": number_format(abs(units))}
                return (_("%(crew)s: %(n)s more at work") if units >= 0 else _("%(crew)s: %(n)s fewer at work")) % given
            case changes.Seats(hub_id, persons, period):
                hub = self._areas.get(hub_id, hub_id)
                given = {
                    "hub": hub,
                    "n": number_format(abs(int(persons))),
                    "month": self.month(period) if period is not None else "",
                }
                if period is None:
                    return _("%(n)s more can leave %(hub)s in every month") % given
                return _("%(n)s more can leave %(hub)s in %(month)s") % given
            case changes.Places(area_id, resource, count):
                given = {"place": self._areas.get(area_id, area_id), "n": number_format(int(count))}
                return PLACES[resource] % given
            case changes.Floor(share):
                return _("the least fair share of a group is %(n)s %%") % {"n": number_format(round(100 * share, 1))}
            case changes.OpenGate(project_id):
                return _("what %(work)s is for were already done") % {"work": self._works.get(project_id, project_id)}
            case changes.CloseArea(area_id, until):
                given = {"place": self._areas.get(area_id, area_id), "month": self.month(until) if until is not None else ""}
                if until is None:
                    return _("%(place)s stays closed") % given
                return _("%(place)s is closed until %(month)s") % given
        raise TypeError(type(one).__name__)

    def asked(self, several: Iterable[changes.Change]) -> str:
        """Several changes in one sentence."""
        several = tuple(several)
        if not several:
            return _("With nothing changed, by a longer run")
        return _("If %(changes)s") % {"changes": _(" and ").join(self.change(one) for one in several)}

    def effect(self, found: Mapping[str, Any]) -> list[str]:
        """What planning again said of a change, in sentences."""
        if not found["kept"]:
            return [_("No plan with this was found.")]
        lines = []
        if "this" in found:
            before, after = found["this"]
            if after is None:
                lines.append(
                    _("This household is not home within the plan then.") if before is not None else _("It is not home even so.")
                )
            elif before is None:
                lines.append(_("This household is home in %(month)s.") % {"month": self.month(after)})
            elif after < before:
                lines.append(_("This household: %(gain)s.") % {"gain": months_earlier(before - after)})
            elif after > before:
                lines.append(
                    ngettext("This household: %(n)d month later.", "This household: %(n)d months later.", after - before)
                    % {"n": after - before}
                )
            else:
                lines.append(_("This household: the same month."))
        for key, words in _COUNTS:
            if n := found[key]:
                lines.append(words % {"n": n})
        return lines or [_("Nobody is home sooner or later.")]

    def blocker(self, one: Blocker) -> str:
        """What holds people back, as the head of a line."""
        place, hub = self._areas.get(one.area_id, one.area_id), self._areas.get(one.hub_id, one.hub_id)
        return BLOCKERS[one.code] % {"place": place, "hub": hub}

    def root(self, one: Root) -> str:
        """What the works that people wait for wait for themselves."""
        works = ", ".join(self._works.get(key, key) for key in one.works[:4])
        if one.code == WorkCode.MONEY:
            return _("Money that comes too late for %(works)s") % {"works": works}
        if one.code == WorkCode.CREW:
            return _("Too few crews: %(crew)s, for %(works)s") % {"crew": one.crew, "works": works}
        return _("The time the works take: %(works)s") % {"works": works}

    def _why(self, one: WorkReason) -> str:
        until = self.month(one.until) if one.until is not None else ""
        match one.code:
            case WorkCode.AFTER:
                given = {"work": self._works.get(one.project_id, one.project_id), "month": until}
                return (_("It waits for %(work)s until %(month)s.") if until else _("It waits for %(work)s.")) % given
            case WorkCode.MONEY:
                given = {"amount": number_format(round(one.lacking), force_grouping=True), "month": until}
                if until:
                    return _("Money for it is short by %(amount)s at the worst before %(month)s.") % given
                return _("Money for it is short by %(amount)s at the worst.") % given
            case WorkCode.CREW:
                given = {"crew": one.crew, "month": until}
                return (_("%(crew)s: all at work until %(month)s.") if until else _("%(crew)s: all at work.")) % given
            case WorkCode.LONG:
                return _("It takes longer than this plan lasts.")
        return _("By the rules it could start sooner; the plan has put other works first.")


def amount(n: float) -> str:
    """Money without its unit, rounded to whole ones."""
    return number_format(round(n), force_grouping=True)


def months_earlier(n: int) -> str:
    """A gain in months."""
    return ngettext("%(n)d month earlier", "%(n)d months earlier", n) % {"n": n}
