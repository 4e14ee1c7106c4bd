"""What a household answered in a wave. A correction is a new answer; the one before stays on file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.places.models import Area
from wayhome.registry import claim_tables
from wayhome.registry.actions import waves
from wayhome.registry.models import AdultWish, Household, Intention, IntentionCondition, Person, Wave, WaveTable
from wayhome.registry.wish_states import Asked, Presence, Silence, Wish

FIELDS = (
    *("silence", "area", "place_text", "when_text", "when_from", "when_to", "adults", "adults_same"),
    *("asked_on", "how", "presence", "note"),
)


@dataclass(frozen=True, slots=True)
class SaidBy:
    """What one adult said."""

    person: Person
    wish: str
    area: Area | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A condition that a household named, by its code, in its own words, or both."""

    code: str
    words: str = ""


def check(wish: str, values: Mapping[str, Any], conditions: Iterable[Named] = ()) -> None:
    """What holds for an answer wherever it comes from: a form, a table, a telephone.

    Raises:
        InvalidInput: names the field.
    """
    today = timezone.localdate()
    if wish not in Wish.values:
        raise InvalidInput(_("Say what the household wishes, or that it gave no answer."), field="wish")
    silent = wish == Wish.NO_ANSWER
    if values.get("silence") and not silent:
        raise InvalidInput(_("A household that answered has no reason for silence."), field="silence")
    if values.get("silence") and values["silence"] not in Silence.values:
        raise InvalidInput(_("This reason is not in the table."), field="silence")
    if silent and any(values.get(name) for name in ("area", "place_text", "when_text", "when_from", "when_to")):
        raise InvalidInput(_("A household that gave no answer named no place and no time."), field="wish")
    if silent and any(True for _named in conditions):
        raise InvalidInput(_("A household that gave no answer named no condition."), field="conditions")
    if values.get("when_from") and values.get("when_to") and values["when_from"] > values["when_to"]:
        raise InvalidInput(_("“Not after” lies before “not before”."), field="when_to")
    if values.get("asked_on") and values["asked_on"] > today:
        raise InvalidInput(_("The day lies in the future."), field="asked_on")
    if values.get("how") and values["how"] not in Asked.values:
        raise InvalidInput(_("This way of asking is not in the table."), field="how")
    if values.get("presence") and values["presence"] not in Presence.values:
        raise InvalidInput(_("This presence is not in the table."), field="presence")
    adults, same = values.get("adults"), values.get("adults_same")
    if (adults is None) != (same is None):
        raise InvalidInput(_("Give both numbers of adults, or neither."), field="adults" if adults is None else "adults_same")
    if adults is not None and same is not None and not 0 <= same <= adults:
        raise InvalidInput(_("More adults of the same wish than adults were asked."), field="adults_same")
    for named in conditions:
        if named.code not in claim_tables.conditions():
            raise InvalidInput(_("“%(code)s” is no condition of the table.") % {"code": named.code[:40]}, field="conditions")
        if named.code == "own_words" and not named.words.strip():
            raise InvalidInput(_("Write the condition in their words."), field="own_words")


@transaction.atomic
def record(
    *,
    wave: Wave,
    household: Household,
    wish: str,
    actor: Actor,
    conditions: Iterable[Named] = (),
    said: Iterable[SaidBy] = (),
    source: WaveTable | None = None,
    source_row: int | None = None,
    row_digest: str = "",
    logged: bool = True,
    **fields: Any,
) -> Intention:
    """Write down a household's answer. An answer on file for the wave is replaced, and kept.

    `said`: what each adult said; from it come the numbers "3 of 4 adults". `logged` is off for an import, which writes one
    entry for all.
    """
    require_actor(actor, wave.process, Permission.REGISTER)
    if wave.closed_on is not None:
        raise Conflict(_("This wave is closed."), _("Open it again to add what came late."), code="closed")
    if household.process_id != wave.process_id or (fields.get("area") and fields["area"].process_id != wave.process_id):
        raise InvalidInput(_("This record belongs to another process."), field="household")
    if set(fields) - set(FIELDS):
        raise ValueError(f"not fields of an intention: {sorted(set(fields) - set(FIELDS))}")
    conditions, said = list(conditions), list(said)
    values = dict(fields)
    if said:
        answered = [one for one in said if one.wish != Wish.NO_ANSWER]
        values["adults"] = len(said)
        values["adults_same"] = sum(
            1 for one in answered if one.wish == wish and (one.area is None or one.area == values.get("area"))
        )
        if any(one.person.household_id != household.pk for one in said):
            raise InvalidInput(_("An answer is of somebody who is not of this household."), field="said")
        if any(one.wish not in Wish.values for one in said):
            raise InvalidInput(_("Say what each adult wishes, or that they gave no answer."), field="said")
    check(wish, values, conditions)
    held = Intention.objects.select_for_update().filter(wave=wave, household=household, replaced_at=None).first()
    if held is not None:
        held.replaced_at = timezone.now()
        held.save(update_fields=["replaced_at"])
    waves.add_household(wave=wave, household=household)
    made = Intention.objects.create(
        process_id=wave.process_id,
        wave=wave,
        household=household,
        wish=wish,
        source=source,
        source_row=source_row,
        row_digest=row_digest,
        recorded_by_id=actor.user_id,
        **values,
    )
    seen: set[tuple[str, str]] = set()
    rows = []
    for named in conditions:
        place = (named.code, named.words.strip()[:250])
        if place not in seen:
            seen.add(place)
            rows.append(IntentionCondition(intention=made, code=place[0], words=place[1], rank=len(seen)))
    IntentionCondition.objects.bulk_create(rows)
    AdultWish.objects.bulk_create(
        AdultWish(intention=made, person=one.person, wish=one.wish, area=one.area, note=one.note[:250]) for one in said
    )
    if logged:
        audit.record(
            "intention.corrected" if held is not None else "intention.recorded",
            actor=actor,
            subject=household,
            process_id=wave.process_id,
            detail={"household": household.ref, "wave": wave.ref, "wish": wish, "before": held.wish if held else None},
        )
    return made


def parse_period(text: str) -> tuple[date | None, date | None]:
    """First and last day of a period written as a year, a month or two of them: 2027, 2027-06, 2027-06/2027-09, after 2027.

    Anything else gives no range; the words are kept as they were written.
    """
    import calendar
    import re

    plain = text.strip().casefold()
    found = re.findall(r"(\d{4})(?:[-./](\d{1,2}))?", plain)
    ends: list[tuple[date, date]] = []
    for year, month in found[:2]:
        y, m = int(year), int(month or 0)
        if not 1900 <= y <= 2200 or m > 12:
            return None, None
        first = date(y, m or 1, 1)
        last = date(y, m or 12, calendar.monthrange(y, m or 12)[1])
        ends.append((first, last))
    rest = re.sub(r"[\d\s./–—-]", "", plain)
    if not ends or len(rest) > 14:
        return None, None
    if re.fullmatch(r"(after|notbefore|from|since|après|àpartirde|после|с|sonra|հետո|بعد|>)\W*", rest) and len(ends) == 1:
        return ends[0][0], None
    if rest not in {"", "to", "and", "bis", "à", "до", "по"}:
        return None, None
    return ends[0][0], ends[-1][1]
