"""What the audit log calls the actions on intentions and claims."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

ACTIONS: dict[str, Any] = {
    "wave.opened": _("Survey wave opened"),
    "wave.changed": _("Survey wave changed"),
    "wave.closed": _("Survey wave closed"),
    "wave.reopened": _("Survey wave opened again"),
    "wave.list_read": _("List of households asked in a wave read"),
    "intention.recorded": _("Intention recorded"),
    "intention.corrected": _("Intention corrected"),
    "intention.imported": _("Intentions brought in from a table"),
    "intention.read": _("Intention of a household read"),
    "claim.lodged": _("Claim lodged"),
    "claim.corrected": _("Claim corrected"),
    "claim.step": _("State of a claim"),
    "claim.decided": _("Claim decided"),
    "claim.noted": _("Note on a claim"),
    "claim.read": _("Claim read"),
    "claim.code_given": _("Code for the look-up of a claim given"),
    "claim.looked_up": _("Claim looked up by its claimant"),
    "claim.evidence_added": _("Evidence added to a claim"),
    "claim.evidence_checked": _("Evidence of a claim checked"),
    "claim.evidence_read": _("Evidence of a claim opened"),
    "claim.occupant_added": _("Secondary occupant entered"),
    "claim.occupant_changed": _("Secondary occupant changed"),
    "claim.link_found": _("Match between claims found"),
    "claim.link_judged": _("Match between claims judged"),
    "claim.notice_prepared": _("Notice prepared"),
    "claim.notice_step": _("Delivery of a notice"),
    "claim.letter_made": _("Letter of decision made"),
    "claims.exported": _("Claims downloaded"),
    "claims.settings": _("Settings of claims changed"),
    "claim_family.made": _("Family of claims made"),
    "claim_family.changed": _("Family of claims changed"),
    "claim_family.step": _("State of a family of claims"),
    "claim_family.decided": _("Family of claims decided"),
    "claim_sample.drawn": _("Sample of claims drawn"),
    "claim_sample.reviewed": _("Sampled claim reviewed"),
}
