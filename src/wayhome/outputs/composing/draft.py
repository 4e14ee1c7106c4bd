"""The draft of a letter: what was written when, what was answered, what is on file and what is not, and the asks again.

The draft says only what the log of the asks says. A person edits it before anybody approves it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from wayhome.dialogue.models import Ask, Communication
from wayhome.dialogue.states import Basis, Position
from wayhome.outputs.composing.enclosure import Row, name_in
from wayhome.outputs.composing.language import Language

MOST_RECALLED = 6
LONGEST_QUOTE = 400
_K = Communication.Kind
_RECALLED = {
    _K.PHONE: "recall_phone",
    _K.MEETING: "recall_meeting",
    _K.LETTER: "recall_letter",
    _K.EMAIL: "recall_letter",
    _K.NOTE_VERBALE: "recall_letter",
    _K.PETITION: "recall_letter",
    _K.REPLY: "recall_letter",
    _K.APPEAL: "recall_letter",
}
_ANSWERS = (
    Position.ACCEPTED,
    Position.PARTLY_ACCEPTED,
    Position.REFUSED,
    Position.REDIRECTED,
    Position.CLARIFICATION_ASKED,
    Position.DEFERRED,
)
_ENDS = (".", "!", "?", "։", "…", "؟", "”", "»", ")")


@dataclass(frozen=True, slots=True)
class Draft:
    """The words of a letter before anybody edited them."""

    subject: str
    salutation: str
    paragraphs: list[str]
    closing: str


@dataclass(frozen=True, slots=True)
class Request:
    """By when an answer is asked for, and on whose word."""

    by: date | None = None
    basis: str = Basis.REQUEST
    basis_text: str = ""


def draft(
    asks: Sequence[Ask], table: list[Row], *, language: Language, as_of: date, request: Request, salutation: str = ""
) -> Draft:
    """Compose from the asks of `queries.letters.for_composing` and their rows of the enclosed table."""
    put = [row for row in table if row["put"]]
    by_number = {ask.number: ask for ask in asks}
    paragraphs = [_opening(put, language)]
    history = _history(put, language, as_of)
    if history:
        paragraphs.append(" ".join(history))
    paragraphs += _elsewhere(put, by_number, language, as_of)
    paragraphs += _answers(put, by_number, language, as_of)
    if put:
        paragraphs.append(language.say("asks_again" if any(row["asked_on"] for row in put) else "asks_new"))
        paragraphs += [_item(row, len(put), language) for row in put]
    if len(put) < len(table):
        paragraphs.append(language.say("information"))
    paragraphs.append(answer_words(request, language))
    paragraphs.append(language.say("enclosed", date=language.day(as_of)))
    subject = language.say("subject", len(put), action=put[0]["action"]) if put else language.word("enclosure")
    return Draft(subject[:300], salutation or language.word("salutation"), paragraphs, language.word("closing"))


def _opening(put: list[Row], language: Language) -> str:
    again = sum(1 for row in put if row["asked_on"])
    if again == 0:
        return language.say("opening_new", max(len(put), 1))
    return language.say("opening_again", len(put)) if again == len(put) else language.say("opening_mixed")


def _reference(entry: Row, language: Language) -> str:
    if not entry["reference"]:
        return ""
    return language.say("reference" if entry["ours"] else "reference_theirs", reference=language.isolate(entry["reference"]))


def _aside(reference: str, about: str, language: Language) -> str:
    """Reference and numbers of requests in one pair of brackets; each comes with its own."""
    if not (reference and about):
        return reference or about
    return reference[:-1] + language.word("within_brackets") + about.removeprefix(" (")


def _history(put: list[Row], language: Language, as_of: date) -> list[str]:
    """When this addressee was written to, and on what no reply is on file."""
    entries: dict[int, Row] = {}
    about: dict[int, list[int]] = defaultdict(list)
    for row in put:
        for entry in row["earlier"]:
            if entry["ours"] and not entry["elsewhere"] and entry["dated"]:
                entries.setdefault(entry["communication"], entry)
                about[entry["communication"]].append(row["number"])
    ordered = sorted(entries.values(), key=lambda entry: (entry["dated"], entry["communication"]))
    shown = ordered if len(ordered) <= MOST_RECALLED else [ordered[0], *ordered[-(MOST_RECALLED - 1) :]]
    sentences = [
        language.say(
            _RECALLED.get(entry["kind"], "recall_other"),
            when=language.when(entry["dated"]),
            ref=_aside(_reference(entry, language), language.about(about[entry["communication"]], len(put)), language),
            about="",
        )
        for entry in shown
    ]
    if len(shown) < len(ordered):
        sentences.append(language.say("recall_more", len(ordered) - len(shown)))
    today = language.day(as_of)
    for state in ("silent", "not_delivered"):
        labels = [row["number"] for row in put if row["clock"]["state"] == state]
        if labels:
            key = "silence" if state == "silent" else state
            sentences.append(language.say(key, date=today, about=language.about(labels, len(put))))
    for (key, since), labels in sorted(_pending(put).items()):
        about_them = language.about(labels, len(put))
        when = language.when(since) if key != "unanswered" else ""
        sentences.append(language.say(key, when=when, since=language.dated(since), date=today, about=about_them))
    return sentences


def _pending(put: list[Row]) -> dict[tuple[str, str], list[int]]:
    """Requests whose receipt was acknowledged, and those since which something came that nobody took as an answer."""
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in put:
        state = row["clock"]["state"]
        if state == "silent_acknowledged":
            found["acknowledged", row["clock"]["since"]].append(row["number"])
        elif state == "replied":
            if row["position"] == Position.ACKNOWLEDGED and row["since"]:
                found["acknowledged_then", row["since"]].append(row["number"])
            found["unanswered", row["clock"]["since"]].append(row["number"])
    return found


def _elsewhere(put: list[Row], by_number: dict[int, Ask], language: Language, as_of: date) -> list[str]:
    """What was asked of other addressees before the same ask came to this one, and what stands on file from them."""
    found: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row in put:
        parent = by_number[row["ask"]].escalated_from
        if parent is None:
            continue
        entry = next((entry for entry in row["earlier"] if entry["elsewhere"] and entry["ours"] and entry["dated"]), None)
        asked = entry["dated"] if entry else parent.asked_on.isoformat() if parent.asked_on else ""
        if asked:
            reference = _reference(entry, language) if entry else ""
            name = name_in(parent.addressee, language.code)
            found[asked, name, reference, parent.position, parent.last_reply_on is None].append(row["number"])
    paragraphs = []
    for (asked, name, reference, position, silent), labels in sorted(found.items(), key=lambda pair: pair[0][:2]):
        about = language.about(labels, len(put))
        words = [
            language.say(
                "recall_elsewhere",
                when=language.when(asked),
                name=language.isolate(name),
                ref=_aside(reference, about, language),
                about="",
            )
        ]
        if position == Position.MADE and silent:
            words.append(language.say("silence_elsewhere", date=language.day(as_of), about=""))
        else:
            state = language.tables["position"][position]
            words.append(language.say("answered_elsewhere", date=language.day(as_of), about="", position=state))
        paragraphs.append(" ".join(words))
    return paragraphs


def _answers(put: list[Row], by_number: dict[int, Ask], language: Language, as_of: date) -> list[str]:
    """One paragraph for each answer that this addressee gave, in the order of their days, with its words where they are on file."""
    groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in put:
        if row["position"] in _ANSWERS and row["since"]:
            until = row["clock"].get("due", "") if row["position"] == Position.DEFERRED else ""
            groups[row["since"], row["position"], until].append(row)
    paragraphs = []
    for (since, position, until), rows in sorted(groups.items()):
        values = {"when": language.when(since), "date": language.day(as_of), "until": language.dated(until)}
        about = language.about([row["number"] for row in rows], len(put))
        words = [language.say(position, about=about, **values)]
        if until and date.fromisoformat(until) < as_of:
            words.append(language.say("deferred_passed", date=language.day(as_of)))
        quotes = {text for row in rows if (text := _answer_quoted(by_number[row["ask"]]))}
        words += [language.say("your_words", quote=language.quote(text)) for text in sorted(quotes)]
        paragraphs.append(" ".join(words))
    return paragraphs


def _answer_quoted(ask: Ask) -> str:
    """The latest words that answer the ask, unless their document is restricted or they are long."""
    for link in reversed(list(ask.passages.all())):
        if link.use == link.Use.ANSWERS and not link.passage.document.restricted:
            words = " ".join(link.passage.exact.split())
            return words if len(words) <= LONGEST_QUOTE else ""
    return ""


def _item(row: Row, of: int, language: Language) -> str:
    action = row["action"].strip()
    if row["language"] != language.code:
        action = language.quote(action)
    if not action.endswith(_ENDS):
        action += "։" if language.code == "hy" and row["language"] == "hy" else "."
    return action if of == 1 else language.say("item", label=row["number"], action=action)


def basis_in_brackets(text: str, language: Language) -> str:
    """The law or the promise named after a deadline, or nothing."""
    return f" ({language.isolate(text.strip())})" if text.strip() else ""


def answer_words(request: Request, language: Language) -> str:
    """The request for an answer. An own request is never written as law."""
    if request.by is None:
        return language.say("answer_without_date")
    key = {Basis.LAW: "answer_by_law", Basis.PROMISE: "answer_by_promise"}.get(Basis(request.basis), "answer_by_request")
    return language.say(key, date=language.day(request.by), basis=basis_in_brackets(request.basis_text, language))
