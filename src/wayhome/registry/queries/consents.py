"""Where each person's consent stands: the latest answer for each purpose and partner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from wayhome.registry.actions.consents import stands
from wayhome.registry.models import Consent

ORDER = {"withdrawn": 0, "expired": 1, "refused": 2, "given": 3}
TONES = {"withdrawn": "soon", "expired": "soon", "refused": "still", "given": "ok"}


@dataclass(frozen=True, slots=True)
class Standing:
    """One purpose (and partner): `state` is given, withdrawn, refused or expired, since a day."""

    consent: Consent
    state: str
    on: date

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def about(self) -> str:
        """The purpose, with the partner where data are shared."""
        if self.consent.partner:
            return _("Sharing with %(partner)s") % {"partner": self.consent.partner}
        return str(self.consent.get_purpose_display())

    @property
    def words(self) -> str:
        """The state with its day, for a chip."""
        day = date_format(self.on, "j M Y")
        return {
            "given": _("Given %(day)s"),
            "withdrawn": _("Withdrawn %(day)s"),
            "refused": _("Refused %(day)s"),
            "expired": _("Ended %(day)s"),
        }[self.state] % {"day": day}


def state_of(consent: Consent, today: date) -> Standing:
    """Where one answer stands today."""
    if consent.refused:
        return Standing(consent, "refused", consent.given_on)
    if consent.withdrawn_on is not None and consent.withdrawn_on <= today:
        return Standing(consent, "withdrawn", consent.withdrawn_on)
    if not stands(consent, today):
        return Standing(consent, "expired", consent.expires_on or consent.given_on)
    return Standing(consent, "given", consent.given_on)


def latest(consents: Iterable[Consent], today: date | None = None) -> list[Standing]:
    """The latest answer of one person for each purpose and partner; what was taken back comes first."""
    today = today or timezone.localdate()
    newest: dict[tuple[str, str], Consent] = {}
    for consent in sorted(consents, key=lambda one: (one.given_on, one.pk)):
        newest[consent.purpose, consent.partner] = consent
    return sorted((state_of(one, today) for one in newest.values()), key=lambda one: (ORDER[one.state], one.consent.purpose))


def by_person(ids: Iterable[int]) -> dict[int, list[Standing]]:
    """`latest` for several persons. One query."""
    rows: dict[int, list[Consent]] = defaultdict(list)
    for consent in Consent.objects.filter(person__in=list(ids)):
        rows[consent.person_id].append(consent)
    return {pk: latest(consents) for pk, consents in rows.items()}
