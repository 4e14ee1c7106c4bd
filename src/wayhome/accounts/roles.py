"""Roles and what each may do: the one table of permissions. A predicate is asked by name, never by role."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    READER = "reader", _("Reader")
    CASE_WORKER = "case_worker", _("Case worker")
    EDITOR = "editor", _("Editor")
    PROCESS_LEAD = "process_lead", _("Process lead")
    DATA_OFFICER = "dpo", _("Data protection officer")
    ADMINISTRATOR = "administrator", _("Administrator")


class Permission(models.TextChoices):
    """What can be done in a process. The name says the room and the act."""

    VIEW = "view"  # docket, letters, parties, timeline
    VIEW_RESTRICTED = "view_restricted"  # documents marked restricted; every reading of one is logged
    ADD_DOCUMENT = "add_document"  # upload, log a reply
    REVIEW = "review"  # decide on proposals, edit parties
    DECIDE = "decide"  # move an ask or a commitment, grade, escalate, remind
    DRAFT_LETTER = "draft_letter"
    APPROVE_LETTER = "approve_letter"
    SHARE_LINK = "share_link"  # give an outside party a link
    PUBLISH = "publish"  # public timeline, embargo, redaction
    EXPORT = "export"
    IMPORT = "import"
    VIEW_AUDIT = "view_audit"
    MANAGE_MEMBERS = "manage_members"
    MANAGE_PROCESS = "manage_process"
    # the registry: every reading of a person's or household's page is logged
    VIEW_REGISTRY = "view_registry"  # persons, households, intentions, claims
    REGISTER = "register"  # add and change persons, households, intentions, consents
    OPEN_SEALED = "open_sealed"  # document numbers, needs, health, for a purpose that is logged
    JUDGE = "judge"  # say whether two records are the same person
    IMPORT_PERSONS = "import_persons"  # bring in lists and take them back
    EXPORT_PERSONS = "export_persons"
    WORK_ON_CLAIMS = "work_on_claims"  # lodge, notify, add evidence
    DECIDE_CLAIMS = "decide_claims"
    LINK_RULES = "link_rules"  # rules by which pairs are merged without a judge
    PRIVACY = "privacy"  # erase, periods of keeping, legal bases
    # places
    EDIT_PLACES = "edit_places"  # gazetteers, areas, names, what a written place means, assessments, works
    DECIDE_GATES = "decide_gates"  # open and close gates, confirm another's opening, which kinds are required
    # plans
    PLAN = "plan"  # make and change scenarios, run the planning engine
    APPROVE_PLAN = "approve_plan"  # of a run that somebody else asked for


P = Permission
_READER = frozenset({P.VIEW})
_CASE_WORKER = _READER | {
    *(P.ADD_DOCUMENT, P.REVIEW, P.DRAFT_LETTER),
    *(P.VIEW_REGISTRY, P.REGISTER, P.OPEN_SEALED, P.JUDGE, P.WORK_ON_CLAIMS),
}
_EDITOR = _CASE_WORKER | {P.DECIDE, P.VIEW_RESTRICTED, P.EXPORT, P.IMPORT_PERSONS, P.EDIT_PLACES, P.DECIDE_GATES, P.PLAN}
_LEAD = _EDITOR | {
    *(P.APPROVE_LETTER, P.SHARE_LINK, P.PUBLISH, P.IMPORT, P.MANAGE_MEMBERS, P.MANAGE_PROCESS, P.VIEW_AUDIT),
    *(P.EXPORT_PERSONS, P.DECIDE_CLAIMS, P.PRIVACY, P.APPROVE_PLAN),
}
# The data protection officer watches over data and does not take part in the dialogue; the administrator runs the process's
# settings and members and, by need to know, does not read its restricted documents.
_DPO = frozenset(
    {
        *(P.VIEW, P.VIEW_RESTRICTED, P.VIEW_AUDIT, P.EXPORT, P.PUBLISH),
        *(P.VIEW_REGISTRY, P.OPEN_SEALED, P.EXPORT_PERSONS, P.LINK_RULES, P.PRIVACY),
    }
)
_ADMINISTRATOR = frozenset({P.VIEW, P.MANAGE_MEMBERS, P.MANAGE_PROCESS, P.VIEW_AUDIT, P.IMPORT, P.EXPORT})

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.READER: _READER,
    Role.CASE_WORKER: _CASE_WORKER,
    Role.EDITOR: _EDITOR,
    Role.PROCESS_LEAD: _LEAD,
    Role.DATA_OFFICER: _DPO,
    Role.ADMINISTRATOR: _ADMINISTRATOR,
}
