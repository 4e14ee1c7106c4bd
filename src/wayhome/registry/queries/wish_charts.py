"""Drawings of wishes: bars of shares and the flow between two waves, as numbers that a template turns into SVG.

Every drawing has a table beside it that says the same. Wishes are told apart by pattern and by label, not by colour alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wayhome.registry.queries.intentions import FLOW_STATES, NO_REPLY, NOT_ASKED, Flow, Tally
from wayhome.registry.wish_states import ANSWERS, Wish

WORDS: dict[str, Any] = {
    **{wish: wish.label for wish in ANSWERS},
    Wish.NO_ANSWER: Wish.NO_ANSWER.label,
    NO_REPLY: gettext_lazy("No answer"),
    NOT_ASKED: gettext_lazy("Not asked"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a bar: where it begins and how wide it is, in per cent of the bar."""

    wish: str
    words: Any
    n: int
    start: float
    width: float


def bar(tally: Tally) -> list[Part]:
    """A bar over all who were asked: the answers in the order of the legend, then silence."""
    parts: list[Part] = []
    at = 0.0
    whole = max(tally.asked, 1)
    for wish, n in (*((wish, tally.wishes[wish]) for wish in ANSWERS), (NO_REPLY, tally.silent)):
        width = 100 * n / whole
        if n:
            parts.append(Part(str(wish), WORDS[wish], n, round(at, 3), round(width, 3)))
        at += width
    return parts


WIDTH, HEIGHT, NODE, GAP, HEAD = 720, 340, 14, 12, 26


@dataclass(frozen=True, slots=True)
class Node:
    """A state on one side of the flow drawing."""

    state: str
    words: Any
    n: int
    x: float
    y: float
    height: float
    end: bool

    @property
    def middle(self) -> float:
        return round(self.y + self.height / 2, 1)

    @property
    def label_x(self) -> float:
        return self.x + NODE + 8 if not self.end else self.x - 8


@dataclass(frozen=True, slots=True)
class Band:
    """Households on their way from one state to another."""

    flow: Flow
    path: str
    words: str


@dataclass(slots=True)
class FlowChart:
    """What the template draws; `table` is what the table beside it says."""

    nodes: list[Node] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)
    states: list[tuple[str, Any]] = field(default_factory=list)
    table: list[tuple[Any, list[Flow | None], int]] = field(default_factory=list)
    sums: list[int] = field(default_factory=list)
    width: int = WIDTH
    height: int = HEIGHT
    node: int = NODE
    changed: int = 0
    both: int = 0


def flow_chart(flows: list[Flow]) -> FlowChart:
    """Lay the flows out: earlier wave at the start, later wave at the end, heights in proportion to households."""
    chart = FlowChart()
    if not flows:
        return chart
    before: dict[str, int] = {}
    after: dict[str, int] = {}
    for flow in flows:
        before[flow.before] = before.get(flow.before, 0) + flow.n
        after[flow.after] = after.get(flow.after, 0) + flow.n
    used = [state for state in FLOW_STATES if state in before or state in after]
    chart.states = [(state, WORDS[state]) for state in used]
    whole = sum(flow.n for flow in flows)
    room = HEIGHT - HEAD - GAP * (max(len(before), len(after)) - 1)
    scale = room / whole
    places: dict[tuple[str, bool], Node] = {}
    for end, side in ((False, before), (True, after)):
        y = float(HEAD)
        for state in FLOW_STATES:
            if state in side:
                height = side[state] * scale
                node = Node(
                    state, WORDS[state], side[state], WIDTH - NODE if end else 0, round(y, 1), round(max(height, 1), 1), end
                )
                places[state, end] = node
                chart.nodes.append(node)
                y += height + GAP
    used_before: dict[str, float] = {}
    used_after: dict[str, float] = {}
    middle = WIDTH / 2
    for flow in flows:
        height = flow.n * scale
        start = places[flow.before, False].y + used_before.get(flow.before, 0)
        stop = places[flow.after, True].y + used_after.get(flow.after, 0)
        used_before[flow.before] = used_before.get(flow.before, 0) + height
        used_after[flow.after] = used_after.get(flow.after, 0) + height
        a, b = NODE, WIDTH - NODE
        path = (
            f"M{a} {start:.1f}C{middle} {start:.1f} {middle} {stop:.1f} {b} {stop:.1f}"
            f"L{b} {stop + height:.1f}C{middle} {stop + height:.1f} {middle} {start + height:.1f} {a} {start + height:.1f}Z"
        )
        words = _("%(before)s, then %(after)s: %(n)d households") % {
            "before": WORDS[flow.before],
            "after": WORDS[flow.after],
            "n": flow.n,
        }
        chart.bands.append(Band(flow, path, words))
    index = {(flow.before, flow.after): flow for flow in flows}
    for state in used:
        row = [index.get((state, other)) for other in used]
        chart.table.append((WORDS[state], row, before.get(state, 0)))
    chart.sums = [after.get(state, 0) for state in used]
    spoken = [flow for flow in flows if flow.before in ANSWERS and flow.after in ANSWERS]
    chart.both = sum(flow.n for flow in spoken)
    chart.changed = sum(flow.n for flow in spoken if flow.changed)
    return chart
