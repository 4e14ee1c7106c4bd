"""Maps of wishes: areas of origin or present places, and where people wish to go."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.places.maps import Map
from wayhome.places.names import Policy, label
from wayhome.registry.models import Wave
from wayhome.registry.queries.intentions import ByPlace, Tally
from wayhome.registry.wish_states import ANSWERS, Place, Wish


def tone(share: float | None) -> int | None:
    """The step of the one scale of colours, 1 to 5, for the share of households that wish to return; None where none answered."""
    return None if share is None else min(int(share * 5) + 1, 5)


def name_rows(process: Process, rows: list[ByPlace]) -> dict[int, str]:
    """What to call the areas of some rows, whose names were fetched; one query for the policy."""
    policy, language = Policy.of(process.pk), translation.get_language() or "en"
    found = {}
    for row in rows:
        if row.area is not None:
            names = [name for name in row.area.names.all() if name.retired_at is None]
            found[row.area.pk] = label(names, policy, language, str(row.area))
    return found


def said(tally: Tally, n: int) -> str:
    """A count, marked where it is too small to be shown outside."""
    return f"{n} *" if 0 < n < 5 else str(n)


def wish_map(process: Process, wave: Wave, rows: list[ByPlace], place: str, names: dict[int, str]) -> Map:
    """The share of households that wish to return, by place; the table has every count."""
    title = (
        _("Households that wish to return, by place of origin")
        if place == Place.ORIGIN
        else _("Households that wish to return, by present place")
    )
    columns = [
        Place(place).label,
        _("Asked"),
        _("Answered"),
        *(wish.label for wish in ANSWERS),
    ]
    board = Map("wishes", title, columns)
    for row in rows:
        cells = [
            said(row.tally, row.tally.asked),
            said(row.tally, row.tally.answered),
            *(said(row.tally, row.tally.wishes[wish]) for wish in ANSWERS),
        ]
        if row.area is None:
            board.shape(None, None, name=_("place not known"), cells=cells)
            continue
        share = row.tally.share(Wish.RETURN)
        board.area(
            row.area,
            name=names.get(row.area.pk, str(row.area)),
            cells=cells,
            value=row.tally.asked,
            tone=tone(share),
            outline=getattr(row.area, "boundary", None),
        )
    return board
