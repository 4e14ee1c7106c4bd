"""Evidence that something happened, and grades of how far it was carried out; of an ask or of a commitment.

Claimed is not verified: evidence begins as claimed, and verifying it names who verified it, who is not the one who claims it.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.core import audit, measures
from wayhome.core.actors import Actor
from wayhome.core.errors import Conflict, InvalidInput
from wayhome.dialogue.models import Ask, Assessment, Commitment, Evidence, Passage

Subject = Ask | Commitment
GRADES = {0: _("not begun"), 1: _("begun"), 2: _("well under way"), 3: _("carried out")}


def _owner(subject: Subject) -> dict[str, Subject]:
    return {"ask": subject} if isinstance(subject, Ask) else {"commitment": subject}


def subject_of(row: Evidence | Assessment) -> Subject:
    """The ask or the commitment that a row belongs to."""
    subject = row.ask or row.commitment
    assert subject is not None
    return subject


def _kind(subject: Subject) -> str:
    return "ask" if isinstance(subject, Ask) else "commitment"


@transaction.atomic
def add_evidence(
    *,
    subject: Subject,
    actor: Actor,
    title: str,
    source: str,
    as_of: date | None = None,
    figure: Decimal | None = None,
    unit: str = "",
    passage: Passage | None = None,
) -> Evidence:
    """Attach what somebody says happened: words, a figure, or both. It stands as claimed."""
    require_actor(actor, subject.process, Permission.DECIDE)
    if not title.strip() or not source.strip():
        raise InvalidInput(_("Evidence says what it shows and who says so."), field="title" if not title.strip() else "source")
    as_of = as_of or timezone.localdate()
    if as_of > timezone.localdate():
        raise InvalidInput(_("The day lies in the future."), field="as_of")
    if passage is not None and passage.document.process_id != subject.process_id:
        raise InvalidInput(_("This record belongs to another process."), field="passage")
    evidence = Evidence.objects.create(
        **_owner(subject),
        title=title.strip()[:300],
        figure=figure,
        unit=unit[:40],
        as_of=as_of,
        source=source.strip()[:250],
        passage=passage,
        by_id=actor.user_id,
    )
    audit.record(
        f"{_kind(subject)}.evidence_added",
        actor=actor,
        subject=subject,
        process_id=subject.process_id,
        detail={"evidence": evidence.pk, "title": evidence.title, "figure": figure, "as_of": as_of.isoformat()},
    )
    return evidence


@transaction.atomic
def attach_measure(*, subject: Subject, actor: Actor, name: str) -> Evidence:
    """Attach a measured figure as it stands now (`core.measures`); the measure says itself whether it was verified."""
    require_actor(actor, subject.process, Permission.DECIDE)
    titles = measures.names()
    if name not in titles:
        raise InvalidInput(_("There is no measure of this name."), field="measure")
    found = measures.take(name, subject.process_id)
    if found is None:
        raise InvalidInput(
            _("“%(title)s” has no figure for this process yet.") % {"title": titles[name]},
            _("Attach it once it has been measured."),
            field="measure",
        )
    evidence = Evidence.objects.create(
        **_owner(subject),
        title=titles[name],
        figure=Decimal(str(found.value)),
        unit=found.unit[:40],
        measure=name,
        as_of=timezone.localdate(found.as_of),
        source=found.source[:250],
        standing=Evidence.Standing.VERIFIED if found.verified else Evidence.Standing.CLAIMED,
        verified_by=found.source[:250] if found.verified else "",
        by_id=actor.user_id,
    )
    audit.record(
        f"{_kind(subject)}.measure_attached",
        actor=actor,
        subject=subject,
        process_id=subject.process_id,
        detail={"evidence": evidence.pk, "measure": name, "figure": found.value},
    )
    return evidence


@transaction.atomic
def judge_evidence(*, evidence: Evidence, standing: str, actor: Actor, verified_by: str = "", note: str = "") -> Evidence:
    """Say that evidence is verified (by whom), disputed, or again only claimed.

    Raises:
        InvalidInput: verified without a name. Conflict: verified by the one who claims it, or already in this standing.
    """
    subject = subject_of(evidence)
    require_actor(actor, subject.process, Permission.DECIDE)
    evidence = Evidence.objects.select_for_update(of=("self",)).get(pk=evidence.pk)
    if standing not in Evidence.Standing.values:
        raise InvalidInput(_("Evidence is claimed, verified or disputed."), field="standing")
    if standing == evidence.standing:
        raise Conflict(_("This evidence already stands so."), code="unchanged")
    if standing == Evidence.Standing.VERIFIED:
        if not verified_by.strip():
            raise InvalidInput(_("Verifying needs the name of who verified it."), field="verified_by")
        if verified_by.strip().casefold() == evidence.source.strip().casefold():
            raise Conflict(_("Who claims something does not verify it."), code="own_claim")
    before = evidence.standing
    evidence.standing = standing
    evidence.verified_by = verified_by.strip()[:250] if standing == Evidence.Standing.VERIFIED else ""
    evidence.save(update_fields=["standing", "verified_by"])
    audit.record(
        f"{_kind(subject)}.evidence_{standing}",
        actor=actor,
        subject=subject,
        process_id=subject.process_id,
        detail={"evidence": evidence.pk, "before": before, "verified_by": evidence.verified_by, "note": note},
    )
    return evidence


@transaction.atomic
def assess(*, subject: Subject, grade: int, actor: Actor, on: date | None = None, note: str = "") -> Assessment:
    """Grade how far it was carried out on a day, 0 to 3. A grade never changes an outcome: a person says that too."""
    require_actor(actor, subject.process, Permission.DECIDE)
    on = on or timezone.localdate()
    if grade not in GRADES:
        raise InvalidInput(_("A grade is 0, 1, 2 or 3."), field="grade")
    if on > timezone.localdate():
        raise InvalidInput(_("The day lies in the future."), field="on")
    assessment = Assessment.objects.create(**_owner(subject), grade=grade, on=on, note=note, by_id=actor.user_id)
    audit.record(
        f"{_kind(subject)}.assessed",
        actor=actor,
        subject=subject,
        process_id=subject.process_id,
        detail={"assessment": assessment.pk, "grade": grade, "on": on.isoformat()},
    )
    return assessment
