"""What the latest survey of wishes says to the room of gates: who wishes to go where, and which conditions households named.

Both come from the newest wave in which anybody answered; of each household the answer that counts. Every figure is of a wish on a
date, none a promise.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Count, Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.places import bearing
from wayhome.places.bearing import Affected, Asked
from wayhome.registry import claim_tables
from wayhome.registry.models import Intention, IntentionCondition, Wave
from wayhome.registry.wish_states import ANSWERS, Wish


def newest(process_id: int) -> Wave | None:
    """The newest wave in which somebody answered."""
    answered = Intention.objects.filter(wave=OuterRef("pk"), replaced_at=None, wish__in=ANSWERS)
    return Wave.objects.filter(Exists(answered), process=process_id).order_by("-starts_on", "-pk").first()


def wishes(process_id: int) -> Mapping[int, Affected]:
    """Households that wish to return, by the area they named."""
    wave = newest(process_id)
    if wave is None:
        return {}
    rows = (
        Intention.objects.filter(wave=wave, replaced_at=None, wish=Wish.RETURN, area__isnull=False)
        .order_by()
        .values_list("area")
        .annotate(n=Count("household", distinct=True))
    )
    url = reverse("wave", args=[Process.objects.values_list("slug", flat=True).get(pk=process_id), wave.number])
    return {area: Affected(n, url) for area, n in rows}


def asked(process_id: int) -> Mapping[str, Asked]:
    """Households that named at least one condition of a kind of gate, and each condition with how many named it."""
    wave = newest(process_id)
    if wave is None:
        return {}
    table = claim_tables.conditions()
    who: dict[str, set[int]] = {}
    named: dict[str, dict[str, set[int]]] = {}
    rows = IntentionCondition.objects.filter(intention__wave=wave, intention__replaced_at=None).values_list("intention", "code")
    for intention, code in rows.iterator(chunk_size=5_000):
        gate = table[code].gate if code in table else ""
        if gate:
            who.setdefault(gate, set()).add(intention)
            named.setdefault(gate, {}).setdefault(code, set()).add(intention)
    answered = Intention.objects.filter(wave=wave, replaced_at=None, wish__in=ANSWERS).count()
    return {
        gate: Asked(
            len(households),
            tuple(
                (table[code].words, len(found))
                for code, found in sorted(named[gate].items(), key=lambda pair: (-len(pair[1]), pair[0]))
            ),
            answered,
            wave.closed_on or wave.ends_on,
        )
        for gate, households in who.items()
    }


def connect() -> None:
    """Offer both; called once when the app is ready."""
    bearing.register("wishes", _("Households that wish to return"), wishes, permission=Permission.VIEW_REGISTRY)
    bearing.register_asked(asked, permission=Permission.VIEW_REGISTRY)
