"""The letter that tells a claimant of the decision on their claim, in the language they chose."""

from __future__ import annotations

from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wayhome.outputs.composing.language import Language, codes, language
from wayhome.outputs.rendering.sheet import Sheet
from wayhome.registry.models import Claim, ClaimDecision, ClaimNotice, ClaimsSettings


def decision_sheet(
    claim: Claim, decision: ClaimDecision, notice: ClaimNotice | None, setting: ClaimsSettings, day: date
) -> Sheet:
    """Set the letter. `notice` names the one to whom it goes; without one it is addressed to every claimant."""
    code = claim.language if claim.language in codes() else "en"
    words = language(code)
    with translation.override(code):
        subject = _("Decision on claim %(claim)s") % {"claim": words.isolate(claim.ref)}
        paragraphs = [part for part in _paragraphs(claim, decision, setting, words) if part]
    names = [notice.to_text] if notice is not None else [row.name or str(row.person or "") for row in claim.claimants.all()]
    return Sheet(
        language=words.code,
        direction="rtl" if words.right_to_left else "ltr",
        title=subject,
        unsent="",
        sender=setting.authority or claim.process.name,
        sender_lines=[words.isolate(claim.process.name)] if setting.authority else [],
        dateline=words.day(day),
        colon=words.word("colon"),
        reference_label=words.word("our_reference"),
        reference=words.isolate(claim.ref if notice is None else f"{claim.ref} / {notice.ref}"),
        to_label=words.word("to"),
        addressee=words.isolate(names[0] if names else claim.ref),
        addressee_lines=[words.isolate(name) for name in names[1:]],
        copy_label=words.word("copy"),
        copies=[],
        subject_label=words.word("subject"),
        subject=subject,
        salutation=words.word("salutation"),
        paragraphs=[part.splitlines() for part in paragraphs],
        closing=words.word("closing"),
        signatory=words.isolate(decision.by_label),
        signatory_title="",
        enclosure_label=words.word("enclosure"),
        enclosure_title="",
        columns=[],
        rows=[],
    )


def _paragraphs(claim: Claim, decision: ClaimDecision, setting: ClaimsSettings, words: Language) -> list[str]:
    home = claim.holding
    what = words.word("separator").join(
        words.isolate(part)
        for part in (str(home.get_kind_display()), home.address, home.place_text, home.cadastral_number)
        if part
    )
    outcome = str(decision.get_outcome_display())
    if decision.remedy:
        outcome = f"{outcome}{words.word('colon')} {decision.get_remedy_display()}"
    found = [
        _("Claim %(claim)s, lodged on %(day)s, concerns: %(what)s.")
        % {"claim": words.isolate(claim.ref), "day": words.day(claim.lodged_on), "what": what},
        _("It was decided on %(day)s: %(outcome)s.") % {"day": words.day(decision.on), "outcome": outcome},
        _("Reasons:"),
        *(words.isolate(part) for part in decision.reasons.split("\n\n")),
    ]
    if decision.basis:
        found.append(_("Legal basis: %(basis)s.") % {"basis": words.isolate(decision.basis)})
    if not decision.on_appeal:
        found.append(
            ngettext(
                "You may appeal within %(n)d day of receiving this decision.",
                "You may appeal within %(n)d days of receiving this decision.",
                setting.appeal_days,
            )
            % {"n": setting.appeal_days}
        )
    if decision.outcome in {"granted", "partly"}:
        found.append(_("A decision is not yet a home given back. You will be told of each further step."))
    return found
