"""Gates as people of an office make them: opened by one, confirmed by another."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from wayhome.core.actors import Actor
from wayhome.places.actions.gates import Said, confirm, decide
from wayhome.places.gate_states import Step
from wayhome.places.models import Area, GateDecision, GateKind

PAPER = {"authority": "Valley Mine Action Centre", "method": "Clearance", "certificate": "VMAC 12/3"}


def kind(code: str = "clearance") -> GateKind:
    return GateKind.objects.get(process=None, code=code)


def opened(area: Area, code: str, first: Any, second: Any, *, until: date | None = None, on: date | None = None) -> GateDecision:
    """An open gate: recorded by `first`, agreed by `second`."""
    until = until or (date(2099, 1, 1) if kind(code).needs_expiry else None)
    said = Said(**PAPER, decided_on=on, expires_on=until)
    decision = decide(area=area, kind=kind(code), step=Step.OPEN, actor=Actor.of(first), said=said)
    confirm(decision=decision, actor=Actor.of(second), agreed=True)
    return decision


def all_open(area: Area, first: Any, second: Any) -> None:
    """Every gate that is required at first."""
    for code in GateKind.objects.filter(process=None, required=True).values_list("code", flat=True):
        opened(area, code, first, second)


def closed(area: Area, code: str, by: Any, why: str = "An explosion on the road") -> GateDecision:
    said = Said(note=why, decided_on=timezone.localdate())
    return decide(area=area, kind=kind(code), step=Step.CLOSE, actor=Actor.of(by), said=said)
