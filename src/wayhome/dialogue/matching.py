"""Which finding of a new reading is which proposal of an earlier one. Pure; the writer is `actions.reading`.

Rules: a decided proposal is never touched; a proposal that a person corrected, added or split keeps its words; an open one
that nobody touched takes the new finding, or is set aside when it is not found again; one that was set aside and is found
again is open again. One to one, the closest pair first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

LEAST_OVERLAP = 0.5


@dataclass(frozen=True, slots=True)
class Known:
    """A proposal on file. `spans`: where it stands and, where that differs, where it was found first.

    `state` is a ProposalState value; `touched` says that a person corrected, added or split it.
    """

    id: int
    kind: str
    spans: tuple[tuple[int, int], ...]
    state: str
    touched: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A finding of the new reading."""

    kind: str
    start: int
    end: int


@dataclass(slots=True)
class Plan:
    """What to write. Indices are into the findings, ids are of proposals."""

    same: dict[int, int] = field(default_factory=dict)  # proposal id -> finding, remembered and nothing else
    renew: dict[int, int] = field(default_factory=dict)  # open and untouched: takes the finding
    reopen: dict[int, int] = field(default_factory=dict)  # set aside before, found again
    set_aside: list[int] = field(default_factory=list)
    new: list[int] = field(default_factory=list)


def closeness(one: tuple[int, int], other: tuple[int, int]) -> float:
    """Overlap as a share of the union; a span inside another at most twice as long counts as half alike at least."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    if shared <= 0:
        return 0.0
    union = max(one[1], other[1]) - min(one[0], other[0])
    share = shared / union
    shorter, longer = sorted((one[1] - one[0], other[1] - other[0]))
    if shared == shorter and longer <= 2 * shorter:
        return max(share, LEAST_OVERLAP)
    return share


def plan(known: Sequence[Known], found: Sequence[Found]) -> Plan:
    """Match findings to proposals of the same kind and say what to write about each."""
    pairs = []
    for proposal in known:
        for index, finding in enumerate(found):
            if finding.kind != proposal.kind:
                continue
            near = max((closeness(span, (finding.start, finding.end)) for span in proposal.spans), default=0.0)
            if near >= LEAST_OVERLAP:
                # Between equal pairs a human decision wins, so that a finding never comes back beside its own rejection.
                pairs.append((-near, proposal.state in ("open", "superseded"), proposal.id, index))
    pairs.sort()
    taken: dict[int, int] = {}
    used: set[int] = set()
    for _near, _undecided, proposal_id, index in pairs:
        if proposal_id not in taken and index not in used:
            taken[proposal_id] = index
            used.add(index)
    result = Plan()
    for proposal in known:
        matched = taken.get(proposal.id)
        if matched is None:
            if proposal.state == "open" and not proposal.touched:
                result.set_aside.append(proposal.id)
        elif proposal.state == "superseded":
            result.reopen[proposal.id] = matched
        elif proposal.state == "open" and not proposal.touched:
            result.renew[proposal.id] = matched
        else:
            result.same[proposal.id] = matched
    result.new = [index for index in range(len(found)) if index not in used]
    return result
