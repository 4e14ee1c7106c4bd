"""What words for a place mean: by a person's decision where there is one, else what the machine proposes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from wayhome.accounts.models import Process
from wayhome.engines.gazetteer.types import Candidate
from wayhome.places import bridge
from wayhome.places.models import PlaceMatch


@dataclass(frozen=True, slots=True)
class Resolution:
    """What is known of some words. `decided`: a person said so; then `area_id` is the area, or None for "none on file".

    Otherwise `area_id` is None and `band` and `candidates` are the machine's proposal (`certain`, `likely`, `ambiguous`,
    `none`), which nobody has confirmed.
    """

    text: str
    within: str
    key: str
    decided: bool
    area_id: int | None
    band: str = ""
    candidates: tuple[Candidate, ...] = ()
    match_id: int | None = None

    @property
    def best_id(self) -> int | None:
        """The decided area, or the one that the machine is certain of; None where somebody has to look."""
        if self.decided:
            return self.area_id
        return self.candidates[0].place if self.band == "certain" else None


def resolve(process: Process, text: str, within: str = "") -> Resolution:
    """What `text` means. `within` is what stands in another column, e.g. the district."""
    return resolve_many(process, [(text, within)])[text, within]


def resolve_many(process: Process, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Resolution]:
    """`resolve` for many (text, within), each distinct pair once; four queries and about a millisecond a pair."""
    wanted = list(dict.fromkeys(pairs))
    keys = {pair: bridge.text_key(*pair) for pair in wanted}
    decided = standing_decisions(process, keys.values())
    matcher = bridge.matcher(process.pk) if any(key not in decided for key in keys.values()) else None
    found: dict[tuple[str, str], Resolution] = {}
    for pair in wanted:
        text, within = pair
        match = decided.get(keys[pair])
        if match is not None:
            found[pair] = Resolution(text, within, keys[pair], True, match.area_id, match_id=match.pk)
            continue
        assert matcher is not None
        answer = matcher.resolve(text, within=within)
        found[pair] = Resolution(text, within, keys[pair], False, None, answer.band, answer.candidates)
    return found


def standing_decisions(process: Process, keys: Iterable[str] | None = None) -> dict[str, PlaceMatch]:
    """Decisions that are not retired, by key; all of the process, or those of `keys`."""
    rows = PlaceMatch.objects.of(process).filter(retired_at=None)
    if keys is None:
        return {row.key: row for row in rows}
    wanted, found = list(dict.fromkeys(keys)), {}
    for start in range(0, len(wanted), 500):
        found.update({row.key: row for row in rows.filter(key__in=wanted[start : start + 500])})
    return found
