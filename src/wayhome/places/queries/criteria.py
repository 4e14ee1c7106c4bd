"""Criteria as they count in a process: the process's own version of a rule where there is one, else the latest that ships."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.places.models import Rule, Standard
from wayhome.places.models.standards import Comparison


def rules(process: Process, keys: Iterable[str] | None = None) -> dict[str, Rule]:
    """Every rule that counts in the process, by key, in order; two queries with the answers that rules allow."""
    found: dict[str, Rule] = {}
    rows = Rule.objects.filter(Q(process=None) | Q(process=process)).select_related("standard").prefetch_related("options")
    if keys is not None:
        rows = rows.filter(key__in=list(keys))
    for row in rows:
        known = found.get(row.key)
        if known is None or (row.process_id is not None, row.version) > (known.process_id is not None, known.version):
            found[row.key] = row
    return found


def rule(process: Process, key: str) -> Rule | None:
    """The version of a rule that counts in the process today."""
    return rules(process, [key]).get(key)


def versions(process: Process, key: str) -> list[Rule]:
    """Every version that the process can see, the one that counts first."""
    rows = list(
        Rule.objects.filter(Q(process=None) | Q(process=process), key=key)
        .select_related("standard", "editor")
        .prefetch_related("options")
    )
    if not rows:
        raise Http404
    return sorted(rows, key=lambda row: (row.process_id is not None, row.version), reverse=True)


def figure(row: Rule) -> str:
    """The figure of a rule with its unit, taken as it is meant: "at least 15 litres". A rule nobody read is "about", never a duty."""
    if not row.value:
        return ""
    if not row.confirmed and row.comparison != Comparison.TEXT:
        return _("about %(value)s %(unit)s, to be checked") % {"value": row.value, "unit": row.unit}
    words = {
        Comparison.LEAST: _("at least %(value)s %(unit)s"),
        Comparison.MOST: _("at most %(value)s %(unit)s"),
        Comparison.RANGE: _("between %(value)s %(unit)s"),
    }
    said = {"value": row.value.replace("-", "–"), "unit": row.unit}
    return (words.get(Comparison(row.comparison), "%(value)s %(unit)s") % said).strip()


def binding(row: Rule | None) -> bool:
    """Whether a rule may be shown as a duty: somebody read it in its source."""
    return row is not None and row.confirmed


@dataclass
class Group:
    """A standard with the rules of it that are shown."""

    standard: Standard
    rules: list[Rule] = field(default_factory=list)

    @property
    def unread(self) -> int:
        """Rules shown that nobody read in their source."""
        return sum(not one.confirmed for one in self.rules)


@dataclass
class Listing:
    groups: list[Group]
    shown: int
    total: int
    unread: int
    own: int


def listing(process: Process, *, words: str = "", unread: bool = False, standard: str = "") -> Listing:
    """The rules by standard: all, those nobody read, those with these words."""
    every = list(rules(process).values())
    every.sort(key=lambda row: (row.standard.position, row.standard.key, row.position, row.key))
    folded = words.casefold().strip()
    groups: dict[int, Group] = {}
    shown = 0
    for row in every:
        row.figure = figure(row)  # type: ignore[attr-defined]
        if unread and row.confirmed:
            continue
        if standard and row.standard.key != standard:
            continue
        said = " ".join((row.statement, row.number, row.value, row.unit, row.note, row.source, row.key, row.standard.title))
        if folded and folded not in said.casefold():
            continue
        groups.setdefault(row.standard_id, Group(row.standard)).rules.append(row)
        shown += 1
    return Listing(
        list(groups.values()),
        shown,
        len(every),
        sum(not row.confirmed for row in every),
        sum(row.process_id is not None for row in every),
    )
