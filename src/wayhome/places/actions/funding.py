"""Organisations, money and exchange rates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.core.text import fold
from wayhome.places.models import ExchangeRate, Funding, Organisation, Work
from wayhome.places.work_states import OrganisationKind, Stage


def organisation_key(name: str) -> str:
    """Under which an organisation is known again: case, marks and spaces do not matter."""
    return " ".join(fold(name).split())[:250]


@transaction.atomic
def organisation(
    *, process: Process, actor: Actor, name: str, acronym: str = "", kind: str = "", iati_identifier: str = ""
) -> Organisation:
    """The organisation of this name, made where there is none; what it lacked so far is filled in, nothing overwritten.

    Raises: Forbidden, InvalidInput.
    """
    require_actor(actor, process, Permission.EDIT_PLACES)
    name = " ".join(name.split())[:250]
    key = organisation_key(name)
    if not key:
        raise InvalidInput(_("An organisation needs a name."), _("Write it as it calls itself."), field="name")
    if kind and kind not in OrganisationKind.values:
        raise InvalidInput(_("“%(kind)s” is no kind of organisation.") % {"kind": kind}, field="kind")
    said = {"acronym": acronym.strip()[:60], "kind": kind, "iati_identifier": iati_identifier.strip()[:100]}
    row, new = Organisation.objects.get_or_create(process=process, key=key, defaults={"name": name, **said})
    if new:
        audit.record("organisation.added", actor=actor, subject=row, process_id=process.pk, detail={"name": name})
        return row
    filled = {field: value for field, value in said.items() if value and not getattr(row, field)}
    if filled:
        for field, value in filled.items():
            setattr(row, field, value)
        row.save(update_fields=list(filled))
        audit.record("organisation.changed", actor=actor, subject=row, process_id=process.pk, detail={"name": row.name, **filled})
    return row


@transaction.atomic
def add(
    *,
    process: Process,
    actor: Actor,
    funder: Organisation,
    amount: Decimal,
    currency: str,
    stage: str,
    on: date,
    work: Work | None = None,
    price_date: date | None = None,
    available_from: date | None = None,
    reference: str = "",
    source: str = "",
) -> Funding:
    """Write down money of a funder, for one work or for all.

    Raises: Forbidden, InvalidInput.
    """
    require_actor(actor, process, Permission.EDIT_PLACES)
    if funder.process_id != process.pk or (work is not None and work.process_id != process.pk):
        raise InvalidInput(_("This record belongs to another process."), _("Choose one of this process."), field="funder")
    if amount <= 0:
        raise InvalidInput(_("An amount is more than nothing."), _("Write the amount without a sign."), field="amount")
    row = Funding(
        process=process,
        work=work,
        funder=funder,
        amount=amount,
        currency=currency,
        stage=stage,
        on=on,
        price_date=price_date,
        available_from=available_from,
        reference=reference.strip()[:100],
        source=source.strip()[:300],
    )
    try:
        row.clean_fields(exclude=["retired_at"])
    except ValidationError as error:
        name, problems = next(iter(error.message_dict.items()))
        raise InvalidInput(" ".join(problems), field=name) from error
    row.save()
    audit.record("funding.added", actor=actor, subject=row, process_id=process.pk, detail=_detail(row))
    return row


def _detail(row: Funding) -> dict[str, Any]:
    return {
        "work": row.work.ref if row.work is not None else "",
        "funder": row.funder.name,
        "amount": f"{row.amount} {row.currency}",
        "stage": row.stage,
    }


@transaction.atomic
def set_stage(*, row: Funding, stage: str, actor: Actor, on: date | None = None) -> Funding:
    """Money moves between pledged, committed and disbursed; the log keeps the way.

    Raises: Forbidden, Conflict for a retired record, InvalidInput.
    """
    require_actor(actor, row.process, Permission.EDIT_PLACES)
    row = Funding.objects.select_for_update(of=("self",)).select_related("work", "funder").get(pk=row.pk)
    if row.retired_at is not None:
        raise Conflict(_("This money was taken back."), _("Write down new money instead."))
    if stage not in Stage.values:
        raise InvalidInput(_("Money is pledged, committed or disbursed."), _("Choose one of them."), field="stage")
    before, row.stage, row.on = row.stage, stage, on or timezone.localdate()
    row.save(update_fields=["stage", "on", "changed_at"])
    audit.record("funding.moved", actor=actor, subject=row, process_id=row.process_id, detail={**_detail(row), "before": before})
    return row


@transaction.atomic
def retire(*, row: Funding, reason: str, actor: Actor) -> Funding:
    """Money that will not come, or was written in error: it no longer counts and stays on file.

    Raises: Forbidden, InvalidInput without a reason.
    """
    require_actor(actor, row.process, Permission.EDIT_PLACES)
    if not reason.strip():
        raise InvalidInput(_("This step needs a reason."), _("Say why, in a sentence."), field="reason")
    row.retired_at, row.retired_reason = timezone.now(), reason.strip()[:300]
    row.save(update_fields=["retired_at", "retired_reason", "changed_at"])
    audit.record(
        "funding.retired",
        actor=actor,
        subject=row,
        process_id=row.process_id,
        detail={**_detail(row), "reason": row.retired_reason},
    )
    return row


@transaction.atomic
def set_rate(*, process: Process, actor: Actor, base: str, quote: str, rate: Decimal, on: date, source: str) -> ExchangeRate:
    """What one unit of `base` was worth in `quote` on a day, by a source; the same pair and day once more replaces it.

    Raises: Forbidden, InvalidInput.
    """
    require_actor(actor, process, Permission.EDIT_PLACES)
    if base == quote:
        raise InvalidInput(_("A rate is between two currencies."), _("Choose two different ones."), field="quote")
    if rate <= 0:
        raise InvalidInput(_("A rate is more than nothing."), _("Write what one unit is worth."), field="rate")
    if not source.strip():
        raise InvalidInput(_("A rate needs its source."), _("Say who published it."), field="source")
    row = ExchangeRate.objects.filter(process=process, base=base, quote=quote, on=on).first()
    before = str(row.rate) if row is not None else ""
    row = row or ExchangeRate(process=process, base=base, quote=quote, on=on)
    row.rate, row.source = rate, source.strip()[:300]
    try:
        row.clean_fields()
    except ValidationError as error:
        name, problems = next(iter(error.message_dict.items()))
        raise InvalidInput(" ".join(problems), field=name) from error
    row.save()
    detail = {"pair": f"{base}/{quote}", "on": on.isoformat(), "before": before, "after": str(rate), "source": row.source}
    audit.record("rate.set", actor=actor, subject=row, process_id=process.pk, detail=detail)
    return row
