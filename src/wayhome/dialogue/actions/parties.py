"""Parties: made, changed, named in several languages, merged into one record and parted again."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.dialogue.models import Party, PartyMerge, PartyName
from wayhome.dialogue.queries import silence
from wayhome.dialogue.relations import repoint

EDITABLE = ("kind", "name", "of", "email", "address", "language", "salutation", "calendar", "ours", "note")
# What stays with the record that goes: its names are found through `merged_into`, and merges are history.
_LEAVE = (
    ("dialogue.PartyName", "party"),
    ("dialogue.PartyMerge", "kept"),
    ("dialogue.PartyMerge", "gone"),
    ("dialogue.Party", "merged_into"),
)


def _check_above(party: Party, of: Party | None) -> None:
    """A record belongs to a body of its process that does not itself belong to it."""
    above, steps = of, 0
    while above is not None and steps < 50:
        if above.pk == party.pk:
            raise InvalidInput(
                _("%(name)s would belong to itself.") % {"name": party.name}, _("Choose another body."), field="of"
            )
        above, steps = above.of, steps + 1
    if of is not None and of.process_id != party.process_id:
        raise InvalidInput(_("This record belongs to another process."), field="of")


@transaction.atomic
def create(*, user: Any, process: Process, name: str, **fields: Any) -> Party:
    """A new record with its name as the first of its names."""
    require(user, process, Permission.REVIEW)
    name = " ".join(name.split())[:250]
    if not name:
        raise InvalidInput(_("A party needs a name."), field="name")
    party = Party(process=process, name=name, **fields)
    _check_above(party, party.of)
    party.save()
    PartyName.objects.create(party=party, text=name, language=party.language, use=PartyName.Use.FULL)
    audit.record("party.created", actor=Actor.of(user), subject=party, process_id=process.pk, detail={"name": name})
    return party


@transaction.atomic
def change(*, user: Any, party: Party, **fields: Any) -> Party:
    """Change fields of a record; a name that is replaced stays among its names as a former one."""
    require(user, party.process, Permission.REVIEW)
    unknown = set(fields) - set(EDITABLE)
    if unknown:
        raise ValueError(f"not editable: {sorted(unknown)}")
    row = Party.objects.select_for_update(of=("self",)).get(pk=party.pk)
    before = {name: str(getattr(row, name) or "") for name in fields}
    if "of" in fields:
        _check_above(row, fields["of"])
    if "name" in fields:
        fields["name"] = " ".join(str(fields["name"]).split())[:250]
        if not fields["name"]:
            raise InvalidInput(_("A party needs a name."), field="name")
        if fields["name"] != row.name:
            PartyName.objects.filter(party=row, text=row.name, use=PartyName.Use.FULL).update(use=PartyName.Use.FORMER)
            PartyName.objects.get_or_create(party=row, text=fields["name"], language="", defaults={"use": PartyName.Use.FULL})
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    after = {name: str(getattr(row, name) or "") for name in fields}
    if before != after:
        audit.record(
            "party.changed",
            actor=Actor.of(user),
            subject=row,
            process_id=row.process_id,
            detail={"before": before, "after": after},
        )
    return row


@transaction.atomic
def add_name(*, user: Any, party: Party, text: str, language: str = "", use: str = PartyName.Use.FULL) -> PartyName:
    """Another name of a record, as its sources write it."""
    require(user, party.process, Permission.REVIEW)
    text = " ".join(text.split())[:250]
    if not text:
        raise InvalidInput(_("A name needs letters."), field="text")
    if use not in PartyName.Use.values:
        raise InvalidInput(_("Choose what kind of name it is."), field="use")
    try:
        with transaction.atomic():
            name = PartyName.objects.create(party=party, text=text, language=language[:8], use=use)
    except IntegrityError as error:
        raise Conflict(_("%(name)s is among its names already.") % {"name": text}, code="name_known") from error
    audit.record(
        "party.named",
        actor=Actor.of(user),
        subject=party,
        process_id=party.process_id,
        detail={"text": text, "language": language, "use": str(use)},
    )
    return name


@transaction.atomic
def remove_name(*, user: Any, name: PartyName) -> None:
    """Take a name away; words that were tied to the record by it are open again for new documents."""
    party = name.party
    require(user, party.process, Permission.REVIEW)
    if name.text == party.name and name.use == PartyName.Use.FULL:
        raise Conflict(
            _("%(name)s is the name of the record itself.") % {"name": name.text}, _("Change the name of the record instead.")
        )
    audit.record(
        "party.unnamed",
        actor=Actor.of(user),
        subject=party,
        process_id=party.process_id,
        detail={"text": name.text, "language": name.language, "use": name.use},
    )
    name.delete()


@transaction.atomic
def merge(*, user: Any, kept: Party, gone: Party) -> PartyMerge:
    """Two records are one party: everything that names `gone` names `kept` from now on; what was moved is kept for `unmerge`."""
    require(user, kept.process, Permission.REVIEW)
    if kept.pk == gone.pk or kept.process_id != gone.process_id:
        raise InvalidInput(_("Choose another record of this process to merge with."), field="gone")
    for row in Party.objects.select_for_update(of=("self",)).filter(pk__in=[kept.pk, gone.pk]):
        if row.merged_into_id is not None:
            raise Conflict(_("%(name)s was merged already.") % {"name": row.name}, _("Look at the record it is part of."))
    if kept.of_id == gone.pk:
        kept.of = gone.of
        kept.save(update_fields=["of"])
    moved = repoint(gone, kept, leave=_LEAVE)
    moved.pop("dialogue.Party.of!", None)
    gone.merged_into = kept
    gone.save(update_fields=["merged_into"])
    if gone.ours and not kept.ours:
        kept.ours = True
        kept.save(update_fields=["ours"])
        moved["ours"] = [kept.pk]
    record = PartyMerge.objects.create(process=kept.process, kept=kept, gone=gone, moved=moved, by=user)
    silence.refresh([kept.pk])
    audit.record(
        "party.merged",
        actor=Actor.of(user),
        subject=kept,
        process_id=kept.process_id,
        detail={
            "gone": gone.pk,
            "name": gone.name,
            "merge": record.pk,
            "moved": {label: len(rows) for label, rows in moved.items()},
        },
    )
    return record


@transaction.atomic
def unmerge(*, user: Any, merge: PartyMerge) -> Party:
    """Take a merge back: what it moved and still stands where it was moved goes back; later records stay with the one kept."""
    require(user, merge.process, Permission.REVIEW)
    row = PartyMerge.objects.select_for_update(of=("self",)).select_related("kept", "gone").get(pk=merge.pk)
    if row.undone_at is not None or row.gone.merged_into_id != row.kept_id:
        raise Conflict(_("This merge was taken back already."), code="not_merged")
    for label, rows in row.moved.items():
        if label == "ours":
            Party.objects.filter(pk__in=rows).update(ours=False)
            continue
        path, again = label.removesuffix("!"), label.endswith("!")
        model_label, field = path.rsplit(".", 1)
        model = apps.get_model(model_label)
        if not again:
            model._base_manager.filter(pk__in=rows, **{field: row.kept}).update(**{field: row.gone})
            continue
        for values in rows:
            try:
                with transaction.atomic():
                    model._base_manager.create(**{**values, model._meta.get_field(field).attname: row.gone_id})
            except IntegrityError:  # the other end of the row is gone by now
                continue
    row.gone.merged_into = None
    row.gone.save(update_fields=["merged_into"])
    row.undone_at, row.undone_by = timezone.now(), user
    row.save(update_fields=["undone_at", "undone_by"])
    silence.refresh([row.kept_id, row.gone_id])
    audit.record(
        "party.unmerged",
        actor=Actor.of(user),
        subject=row.kept,
        process_id=row.process_id,
        detail={"gone": row.gone_id, "name": row.gone.name, "merge": row.pk},
    )
    return row.gone
