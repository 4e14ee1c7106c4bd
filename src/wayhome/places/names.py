"""Which names of an area a page shows: the display policy of the process, applied to the names on file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from wayhome.places.models import AreaName, NamePolicy

# Reader's language first, then what its people call it; what is missing falls through to the next.
DEFAULT_ORDER = ("reader", "local", "official", "romanised")
DEFAULT_COUNT = 2
APART = " / "
_SCRIPTS = {
    "ar": "Arab",
    "fa": "Arab",
    "ur": "Arab",
    "ku": "Latn",
    "ckb": "Arab",
    "ru": "Cyrl",
    "uk": "Cyrl",
    "hy": "Armn",
    "ka": "Geor",
    "el": "Grek",
    "he": "Hebr",
}


@dataclass(frozen=True, slots=True)
class Policy:
    """The order in which names are taken and how many different ones stand side by side."""

    order: tuple[str, ...] = DEFAULT_ORDER
    count: int = DEFAULT_COUNT

    @classmethod
    def of(cls, process_id: int) -> Policy:
        """The policy of a process. One query."""
        row = NamePolicy.objects.filter(process_id=process_id).first()
        return cls(tuple(row.order) or DEFAULT_ORDER, row.count) if row is not None else cls()


def _fits(name: AreaName, wish: str, language: str) -> bool:
    if wish in {AreaName.Kind.LOCAL, AreaName.Kind.OFFICIAL, AreaName.Kind.ROMANISED}:
        return name.kind == wish
    wanted = language if wish == "reader" else wish
    # A former name or another spelling is shown for a language only when there is no better one: it comes last in ranked.
    return bool(wanted) and name.language.split("-")[0] == wanted.split("-")[0]


_RANK = {"local": 0, "official": 1, "exonym": 2, "romanised": 3, "variant": 4, "former": 5}


def ranked(names: Iterable[AreaName], on: date | None = None) -> list[AreaName]:
    """Names in use (on a day; today) before those out of use, kinds in order, and always in the same order.

    On a day of the past a former name that was used then, by its own years, comes before the names that say no years.
    """

    def rank(name: AreaName) -> tuple[bool, int, str, str]:
        out = name.period.over if on is None else not name.period.holds(on)
        then = on is not None and name.kind == AreaName.Kind.FORMER and bool(name.valid_to) and not out
        return out, -1 if then else _RANK.get(name.kind, 6), name.language, name.text

    return sorted(names, key=rank)


def shown(names: Iterable[AreaName], policy: Policy, language: str, on: date | None = None) -> list[AreaName]:
    """The names to show to a reader of `language` (as of a day, today), at least one where any is on file."""
    standing = ranked((name for name in names if name.retired_at is None), on)
    chosen: list[AreaName] = []
    for wish in (*policy.order, "*"):
        if len(chosen) >= max(policy.count, 1) or (wish == "*" and chosen):
            break
        found = next((name for name in standing if wish == "*" or _fits(name, wish, language)), None)
        if found is not None and all(found.text.casefold() != one.text.casefold() for one in chosen):
            chosen.append(found)
    script = _SCRIPTS.get(language.split("-", maxsplit=1)[0], "Latn")
    if "reader" in policy.order and chosen and len(chosen) < policy.count and all(name.script != script for name in chosen):
        # A name that the reader's eyes can read, where there is room and one is on file.
        chosen += [
            name for name in standing if name.script == script and not name.period.over and name.kind != AreaName.Kind.FORMER
        ][:1]
    return chosen


def label(names: Sequence[AreaName], policy: Policy, language: str, otherwise: str = "", on: date | None = None) -> str:
    """The shown names side by side as one text, or `otherwise` (the code) for an area without names."""
    return APART.join(name.text for name in shown(names, policy, language, on)) or otherwise
