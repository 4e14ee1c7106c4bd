"""States of a claim and the one table of steps between them.

Decided and repossessed are different states with different statistics: a decision is a paper, repossession is a family that
holds the keys. Between the two lies enforcement, which in earlier programmes lagged by years.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ClaimState(models.TextChoices):
    LODGED = "lodged", pgettext_lazy("claim", "Lodged")
    NOTIFIED = "notified", pgettext_lazy("claim", "Notified")
    UNDER_REVIEW = "under_review", pgettext_lazy("claim", "Under review")
    DECIDED = "decided", pgettext_lazy("claim", "Decided")
    APPEALED = "appealed", pgettext_lazy("claim", "Appealed")
    ENFORCED = "enforced", pgettext_lazy("claim", "Enforced")
    REPOSSESSED = "repossessed", pgettext_lazy("claim", "Repossessed")
    CLOSED = "closed", pgettext_lazy("claim", "Closed")


_S = ClaimState
TRANSITIONS: dict[ClaimState, frozenset[ClaimState]] = {
    # Nobody is decided about unheard: every claim passes "notified" before it is reviewed.
    _S.LODGED: frozenset({_S.NOTIFIED, _S.CLOSED}),
    _S.NOTIFIED: frozenset({_S.UNDER_REVIEW, _S.CLOSED}),
    # Back to "notified" when another party turns up who has to be told.
    _S.UNDER_REVIEW: frozenset({_S.NOTIFIED, _S.DECIDED, _S.CLOSED}),
    # Repossessed straight away where the home is handed over without enforcement.
    _S.DECIDED: frozenset({_S.APPEALED, _S.ENFORCED, _S.REPOSSESSED, _S.CLOSED}),
    # An appeal is decided, or the claim goes back to be reviewed anew.
    _S.APPEALED: frozenset({_S.DECIDED, _S.UNDER_REVIEW, _S.CLOSED}),
    _S.ENFORCED: frozenset({_S.REPOSSESSED, _S.CLOSED}),
    # Homes are occupied a second time: enforcement begins again.
    _S.REPOSSESSED: frozenset({_S.ENFORCED, _S.CLOSED}),
    # Closed in error, or new evidence: reviewed again, with a reason.
    _S.CLOSED: frozenset({_S.UNDER_REVIEW}),
}
# In these a decision stands.
AFTER_DECISION = frozenset({_S.DECIDED, _S.APPEALED, _S.ENFORCED, _S.REPOSSESSED})
UNDECIDED = frozenset({_S.LODGED, _S.NOTIFIED, _S.UNDER_REVIEW})
# Steps that need a reason in words.
NEEDS_REASON = frozenset(
    {(_S.UNDER_REVIEW, _S.NOTIFIED), (_S.APPEALED, _S.UNDER_REVIEW), (_S.REPOSSESSED, _S.ENFORCED), (_S.CLOSED, _S.UNDER_REVIEW)}
    | {(before, _S.CLOSED) for before in _S if before != _S.CLOSED}
)


class Outcome(models.TextChoices):
    """What a decision says."""

    GRANTED = "granted", pgettext_lazy("decision", "Granted")
    PARTLY = "partly", pgettext_lazy("decision", "Granted in part")
    REFUSED = "refused", pgettext_lazy("decision", "Refused")
    INADMISSIBLE = "inadmissible", pgettext_lazy("decision", "Not admissible")


AWARDS = frozenset({Outcome.GRANTED, Outcome.PARTLY})


class Remedy(models.TextChoices):
    """Restitution comes first, compensation only where restitution is impossible or not chosen (Pinheiro 2 and 21)."""

    RESTITUTION = "restitution", _("Restitution")
    COMPENSATION = "compensation", _("Compensation")
    ALTERNATIVE = "alternative", _("Another home or land")
    RECOGNITION = "recognition", _("Recognition of the right")


class PropertyKind(models.TextChoices):
    HOUSE = "house", _("House")
    FLAT = "flat", _("Flat")
    LAND = "land", pgettext_lazy("property", "Land")
    BUSINESS = "business", _("Business premises")
    OTHER = "other", pgettext_lazy("property", "Other")


class Condition(models.TextChoices):
    """Of a property, as last known."""

    UNKNOWN = "unknown", _("Not known")
    INTACT = "intact", _("Fit to live in")
    DAMAGED = "damaged", _("Damaged")
    DESTROYED = "destroyed", _("Destroyed")
    CONTAMINATED = "contaminated", _("Mines or explosives suspected")


class Capacity(models.TextChoices):
    """In which capacity somebody claims."""

    HOLDER = "holder", _("Holder of the right")
    HEIR = "heir", _("Heir")
    SPOUSE = "spouse", _("Spouse of the holder")
    USER = "user", _("User of the home")
    REPRESENTATIVE = "representative", _("Representative")


class ClaimantKind(models.TextChoices):
    PERSON = "person", _("A person")
    HEIRS = "heirs", _("Heirs, not all named")
    BODY = "body", _("A community, cooperative or company")


class Lodged(models.TextChoices):
    """How a claim came in."""

    IN_PERSON = "person", _("In person")
    POST = "post", _("By post")
    PHONE = "phone", _("By telephone")
    ONLINE = "online", _("Online")
    THROUGH = "through", _("Through a representative or an embassy")


class EvidenceStanding(models.TextChoices):
    """Whether somebody checked an item against its source. Said and checked are never the same mark."""

    UNCHECKED = "unchecked", _("Not checked")
    CONFIRMED = "confirmed", _("Confirmed by its source")
    NOT_FOUND = "not_found", _("Not found in the source")
    CONTRADICTED = "contradicted", _("Contradicted")


class LinkKind(models.TextChoices):
    PROPERTY = "property", _("Same or overlapping property")
    CLAIMANT = "claimant", _("Same claimant")


class LinkJudgement(models.TextChoices):
    OPEN = "", _("Not judged")
    APART = "apart", _("Two matters, nothing in common to decide")
    COMPETES = "competes", _("They compete, heard together")
    DUPLICATE = "duplicate", _("The same claim twice")


class OccupantBasis(models.TextChoices):
    """How a secondary occupant came to live there (Pinheiro 17)."""

    ALLOCATED = "allocated", _("Allocated by an authority")
    BOUGHT = "bought", _("Bought or exchanged")
    RENTS = "rents", _("Rents")
    DISPLACED = "displaced", _("Displaced from elsewhere, no paper")
    NO_BASIS = "none", _("No basis known")
    UNKNOWN = "unknown", pgettext_lazy("occupant", "Not known")


class HousingNeed(models.TextChoices):
    """Whether an occupant needs another home before they can leave, and how far that is."""

    NOT_ASKED = "not_asked", _("Not asked yet")
    NOT_NEEDED = "not_needed", _("Not needed")
    NEEDED = "needed", _("Needed")
    OFFERED = "offered", _("Offered")
    PROVIDED = "provided", _("Provided")


class NoticeKind(models.TextChoices):
    LODGING = "lodging", _("Notice that a claim was lodged")
    HEARING = "hearing", _("Invitation to be heard")
    DECISION = "decision", _("Decision")
    APPEAL = "appeal", _("Notice of an appeal")
    ENFORCEMENT = "enforcement", _("Notice of enforcement")


class NoticeState(models.TextChoices):
    PREPARED = "prepared", _("Prepared")
    SENT = "sent", _("Sent")
    RECEIVED = "received", _("Received")
    RETURNED = "returned", _("Came back")


_N = NoticeState
NOTICE_STEPS: dict[NoticeState, frozenset[NoticeState]] = {
    _N.PREPARED: frozenset({_N.SENT}),
    _N.SENT: frozenset({_N.RECEIVED, _N.RETURNED}),
    _N.RETURNED: frozenset({_N.SENT}),
    _N.RECEIVED: frozenset(),
}


class NoticeChannel(models.TextChoices):
    HAND = "hand", _("By hand, against signature")
    POST = "post", _("By registered post")
    MISSION = "mission", _("Through a mission abroad")
    EMAIL = "email", _("By e-mail")
    PHONE = "phone", _("By telephone")
    PUBLIC = "public", _("Public notice")


class Finding(models.TextChoices):
    """What a second reader of a sampled claim found."""

    OPEN = "", _("Not reviewed")
    AGREES = "agrees", _("Agrees")
    DIFFERS = "differs", _("Would decide otherwise")
    UNCLEAR = "unclear", _("The file does not say enough")


class FamilyState(models.TextChoices):
    GATHERING = "gathering", _("Being gathered")
    SAMPLED = "sampled", _("Sample being reviewed")
    DECIDED = "decided", pgettext_lazy("family of claims", "Decided")
    DISSOLVED = "dissolved", _("Dissolved")


_F = FamilyState
FAMILY_STEPS: dict[FamilyState, frozenset[FamilyState]] = {
    _F.GATHERING: frozenset({_F.SAMPLED, _F.DISSOLVED}),
    # Back when the sample shows that the claims are not alike.
    _F.SAMPLED: frozenset({_F.DECIDED, _F.GATHERING, _F.DISSOLVED}),
    _F.DECIDED: frozenset(),
    _F.DISSOLVED: frozenset(),
}
