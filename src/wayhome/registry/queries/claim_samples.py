"""What samples of claims show: how often a second reader would decide otherwise, with the uncertainty of the sample's size."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from wayhome.registry.claim_states import Finding
from wayhome.registry.models import ClaimSample


@dataclass(frozen=True, slots=True)
class Result:
    """Counts of findings. `low` and `high` bound the share of claims a second reader would decide otherwise (95 %, Wilson)."""

    drawn: int
    read: int
    agrees: int
    differs: int
    unclear: int
    low: float | None
    high: float | None

    @property
    def share(self) -> float | None:
        return self.differs / self.read if self.read else None


def wilson(hits: int, n: int, z: float = 1.96) -> tuple[float, float] | None:
    """The Wilson score interval of a share (E. B. Wilson, 1927), which stays within 0 and 1 for few cases; None for no case."""
    if n == 0:
        return None
    share = hits / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def result(sample: ClaimSample) -> Result:
    """The findings of a sample; one query, none where its items were fetched."""
    found = [item.finding for item in sample.items.all()]
    read = [finding for finding in found if finding != Finding.OPEN]
    bounds = wilson(read.count(Finding.DIFFERS), len(read))
    return Result(
        drawn=len(found),
        read=len(read),
        agrees=read.count(Finding.AGREES),
        differs=read.count(Finding.DIFFERS),
        unclear=read.count(Finding.UNCLEAR),
        low=bounds[0] if bounds else None,
        high=bounds[1] if bounds else None,
    )
