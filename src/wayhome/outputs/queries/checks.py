"""What a person should look at before a letter is approved or sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wayhome.dialogue.models import Letter, LetterVersion
from wayhome.dialogue.states import LetterState
from wayhome.dialogue.words import long_date
from wayhome.outputs.composing import enclosure
from wayhome.outputs.composing.language import language
from wayhome.outputs.queries.letters import for_composing

_NAMES: dict[str, Any] = dict(settings.LANGUAGES)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at: a code for tests, the tone of the notice, its words."""

    code: str
    tone: str
    words: str


def checks(letter: Letter, version: LetterVersion) -> list[Check]:
    """Everything to look at; nothing for a letter that is sent or discarded. A constant number of queries."""
    if letter.state in {LetterState.SENT, LetterState.DISCARDED}:
        return []
    found = [*_language(letter), *_words(letter, version), *_table(letter, version), *_dates(letter, version)]
    if not letter.addressee.email:
        words = _("No e-mail address is on file for %(party)s; the letter goes by post or by hand.")
        found.append(Check("no_address", "", words % {"party": letter.addressee.name}))
    if not letter.signatory:
        found.append(Check("no_signatory", "soon", _("Nobody is named who signs the letter.")))
    return found


def _language(letter: Letter) -> list[Check]:
    decided = letter.state not in {LetterState.DRAFT, LetterState.IN_REVIEW}
    if decided or not language(letter.language).awaiting_review:
        return []
    words = _(
        "The sentence patterns in this language (%(language)s) are a machine translation that awaits review. "
        "Have somebody who speaks it read the letter before it is approved."
    )
    return [Check("language", "soon", words % {"language": _NAMES[letter.language]})]


def _words(letter: Letter, version: LetterVersion) -> list[Check]:
    found = []
    body = "\n\n".join(version.paragraphs)
    if letter.answer_by is not None and language(letter.language).day(letter.answer_by) not in body:
        words = _("The letter asks for an answer by %(date)s, but its words do not name this day.")
        found.append(Check("answer_day", "soon", words % {"date": long_date(letter.answer_by)}))
    unsaid = [row["ask"] for row in version.enclosure if row["put"] and row["action"] not in body]
    if unsaid:
        words = ngettext(
            "%(asks)s is not stated in its own words; its clock starts with the letter all the same.",
            "%(asks)s are not stated in their own words; their clocks start with the letter all the same.",
            len(unsaid),
        )
        found.append(Check("unsaid", "", words % {"asks": refs(unsaid)}))
    return found


def _table(letter: Letter, version: LetterVersion) -> list[Check]:
    today = timezone.localdate()
    now = enclosure.rows(for_composing(letter.asks.all()), addressee=letter.addressee, language=letter.language, as_of=today)
    changed = enclosure.changed(version.enclosure, now)
    if not changed:
        return []
    words = ngettext(
        "What is on file about %(asks)s has changed since the table of %(date)s was made. Read the words again, and make the table anew.",
        "What is on file about %(asks)s has changed since the table of %(date)s was made. Read the words again, and make the table anew.",
        len(changed),
    )
    made = date.fromisoformat(version.head["as_of"])
    return [Check("table", "late", words % {"asks": refs(changed), "date": long_date(made)})]


def _dates(letter: Letter, version: LetterVersion) -> list[Check]:
    today = timezone.localdate()
    if letter.answer_by is not None and letter.answer_by <= today:
        return [Check("answer_passed", "late", _("The day by which an answer is asked for has passed."))]
    if letter.dated is not None and letter.dated > today:
        words = _("The letter is dated %(date)s; it can be sent from that day on.")
        return [Check("dated_later", "", words % {"date": long_date(letter.dated)})]
    return []


def refs(numbers: list[int]) -> str:
    """ "A-003, A-004"; the first ten of many."""
    shown = ", ".join(f"A-{number:03d}" for number in numbers[:10])
    return f"{shown} …" if len(numbers) > 10 else shown
