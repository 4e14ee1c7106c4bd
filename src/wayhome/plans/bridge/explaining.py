"""Why a household is not home sooner, asked of the engine for a run's stored instance and plan."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache

from wayhome.engines.planning.blockers import Blocker, Root, blockers, roots
from wayhome.engines.planning.explain import explain_all, explain_household
from wayhome.engines.planning.reasons import HouseholdReasons
from wayhome.places.queries.areas import labels
from wayhome.plans.bridge.keeping import Opened, opened
from wayhome.plans.models import Run
from wayhome.plans.sentences import Phrases


@dataclass(frozen=True, slots=True)
class Explained:
    """What the engine says of one household, and who puts it into words."""

    reasons: HouseholdReasons
    phrases: Phrases
    opened: Opened


def phrases_of(run: Run) -> Phrases:
    """Names of the run's areas, hubs and works for its sentences. Households are called by their numbers."""
    keys: dict[str, int] = {**run.keys.get("hubs", {}), **run.keys.get("areas", {})}
    names = labels(run.process, keys.values())
    works = dict(run.works.values_list("key", "title"))
    return Phrases(
        run,
        areas={key: names.get(pk, key) for key, pk in keys.items()},
        works={key: title or key for key, title in works.items()},
        households={},
    )


def household(run: Run, key: str) -> Explained | None:
    """The household's place in the plan and what keeps it from being sooner; None where the instance has no such household."""
    found = opened(run)
    if not (found.instance.household_ids == key).any():
        return None
    return Explained(explain_household(found.instance, found.result, key), phrases_of(run), found)


@dataclass(frozen=True, slots=True)
class HeldBack:
    """What keeps most people from being home sooner. Counts, no household."""

    blockers: tuple[Blocker, ...]
    roots: tuple[Root, ...]


def held_back(run: Run) -> HeldBack:
    """Added up over all households of the run; kept for an hour, as a run does not change."""
    name = f"plans.held.{run.process_id}.{run.result_digest}"
    found: HeldBack | None = cache.get(name)
    if found is None:
        plan = opened(run)
        table = explain_all(plan.instance, plan.result)
        found = HeldBack(blockers(plan.instance, plan.result, table), roots(plan.instance, plan.result, table))
        cache.set(name, found, 3600)
    return found
