"""A rule corrected by a process: a new row with a reason. What applied the row before keeps it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import InvalidInput
from wayhome.places.models import Rule, RuleOption
from wayhome.places.models.standards import Comparison, Mark
from wayhome.places.queries import criteria as queries

EDITABLE = ("number", "statement", "value", "unit", "comparison", "edition", "source", "mark", "note", "valid_from", "valid_to")
READ = frozenset({Mark.READ, Mark.SECOND_HAND})


@transaction.atomic
def change_rule(*, process: Process, actor: Actor, key: str, reason: str, **said: Any) -> Rule:
    """Write the version of a rule that counts in this process from now on.

    What is not said stays as in the version before. A rule counts as read when `mark` says that it was, and then needs its source.

    Raises: Forbidden, InvalidInput.
    """
    require_actor(actor, process, Permission.EDIT_PLACES)
    Process.objects.select_for_update().get(pk=process.pk)  # two corrections at once become two versions, one after the other
    before = queries.rule(process, key)
    if before is None:
        raise InvalidInput(_("There is no rule with the key %(key)s.") % {"key": key[:80]}, field="key")
    reason = " ".join(reason.split())[:300]
    if not reason:
        raise InvalidInput(_("A rule is corrected with a reason."), _("Write what was read, or what changed."), field="reason")
    if set(said) - set(EDITABLE):
        raise ValueError(f"not editable: {sorted(set(said) - set(EDITABLE))}")
    values: dict[str, Any] = {name: said.get(name, getattr(before, name)) for name in EDITABLE}
    _check(values)
    if all(values[name] == getattr(before, name) for name in EDITABLE):
        raise InvalidInput(_("Nothing is different from the version that counts."), field="statement")
    own = Rule.objects.filter(process=process, key=key).order_by("-version").first()
    row = Rule.objects.create(
        process=process,
        standard=before.standard,
        key=key,
        version=max(before.version, own.version if own is not None else 0) + 1,
        position=before.position,
        confirmed=values["mark"] in READ,
        reason=reason,
        editor_id=actor.user_id,
        editor_label=actor.label[:200],
        **values,
    )
    RuleOption.objects.bulk_create(
        RuleOption(rule=row, code=one.code, label=one.label, position=one.position, confirmed=one.confirmed)
        for one in before.options.all()
    )
    changed = {
        name: [str(getattr(before, name)), str(values[name])] for name in EDITABLE if values[name] != getattr(before, name)
    }
    detail = {"rule": key, "version": row.version, "reason": reason, "changed": changed}
    audit.record("criteria.rule_changed", actor=actor, subject=row, process_id=process.pk, detail=detail)
    return row


def _check(values: dict[str, Any]) -> None:
    if not str(values["statement"]).strip():
        raise InvalidInput(_("Say the rule in your own words."), field="statement")
    if values["mark"] not in Mark.values:
        raise InvalidInput(_("Say how it is known."), field="mark")
    if values["comparison"] not in Comparison.values:
        raise InvalidInput(_("Say how the value is to be taken."), field="comparison")
    if values["mark"] in READ and not str(values["source"]).strip().replace("none", ""):
        raise InvalidInput(
            _("A rule counts as read with the text it was read in."), _("Name edition and page or paragraph."), field="source"
        )
    if values["comparison"] != Comparison.TEXT and not str(values["value"]).strip():
        raise InvalidInput(_("There is no value to compare with."), _("Write it, or choose “in words”."), field="value")
    start, end = values["valid_from"], values["valid_to"]
    if isinstance(start, date) and isinstance(end, date) and end < start:
        raise InvalidInput(_("The end is before the beginning."), _("Correct one of the two."), field="valid_to")
