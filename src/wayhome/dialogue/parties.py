"""Which record a mention means: ranked candidates with reasons, from folded names, titles, bodies and the document itself.

"Prime Minister Nikol Pashinyan of Armenia", "the Prime Minister of Armenia" and, in a document addressed to him, "Your
Excellency" are one record. What a person chose for a wording is remembered as a name with use "mention" and counts most.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from wayhome.accounts.models import Process
from wayhome.dialogue.models import Party, PartyName
from wayhome.dialogue.names import Analysed, alike, analyse, kind_of, plain_name, share

SURE = 0.6  # at or above this, and clear of the next, a mention is taken to mean the record
CLEAR = 0.1
MOST_COMPARED = 80  # records compared word by word with one mention


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record a mention may mean, 0 to 1, and why."""

    party: Party
    score: float
    reason: Any


@dataclass(frozen=True, slots=True)
class Resolution:
    """What is known of a mention. `party` is set when one record is clear; else `new_name` may become a new record.

    `unclear` says that a person must choose: several records fit, or the words are a form of address and nobody is addressed.
    """

    mention: str
    candidates: tuple[Candidate, ...]
    party: Party | None
    reason: Any
    new_name: str
    new_kind: str
    unclear: bool

    @property
    def shown(self) -> str:
        """The name to show: the record's, else the one a new record would get, else the words."""
        return self.party.name if self.party else self.new_name or self.mention

    @property
    def is_new(self) -> bool:
        return self.party is None and not self.unclear and bool(self.new_name)


@dataclass(slots=True)
class Setting:
    """Who a document speaks for and to, for "we" and "Your Excellency", and whom it has named already."""

    authors: list[Party] = field(default_factory=list)
    addressees: list[Party] = field(default_factory=list)
    named: set[int] = field(default_factory=set)


class PartyIndex:
    """The parties of a process and their names, loaded with two queries and searched in memory."""

    def __init__(self, process: Process) -> None:
        self.process = process
        everyone = {party.pk: party for party in Party.objects.of(process)}
        self.parties: dict[int, Party] = {pk: party for pk, party in everyone.items() if party.merged_into_id is None}
        self._names: dict[int, list[tuple[Analysed, str]]] = defaultdict(list)
        self._by_key: dict[str, set[int]] = defaultdict(set)
        self._by_word: dict[str, set[int]] = defaultdict(set)
        self._by_title: dict[str, set[int]] = defaultdict(set)
        for party in everyone.values():
            self._add(self._standing(party, everyone), party.name, PartyName.Use.FULL)
        for party_id, text, use in PartyName.objects.filter(party__process=process).values_list("party_id", "text", "use"):
            if party_id in everyone:
                self._add(self._standing(everyone[party_id], everyone), text, use)

    @staticmethod
    def _standing(party: Party, everyone: dict[int, Party]) -> Party:
        """The record that a merged one now is; follows chains, and stops at a ring."""
        seen: set[int] = set()
        while party.merged_into_id in everyone and party.pk not in seen:
            seen.add(party.pk)
            party = everyone[party.merged_into_id]
        return party

    def _add(self, party: Party, text: str, use: str) -> None:
        name = analyse(text)
        self._names[party.pk].append((name, use))
        self._by_key[name.key].add(party.pk)
        for word in name.words:
            self._by_word[word[:5]].add(party.pk)
        if name.title:
            self._by_title[name.title].add(party.pk)

    def add(self, party: Party) -> None:
        """Make a record known that was made a moment ago."""
        self.parties[party.pk] = party
        self._add(party, party.name, PartyName.Use.FULL)

    def remember(self, party: Party, text: str) -> None:
        """Make a name known that was written a moment ago."""
        self._add(party, text, PartyName.Use.MENTION)

    def named(self, text: str) -> Party | None:
        """The one record that bears exactly this name; for words typed or picked from a list by a person."""
        found = self._by_key.get(analyse(text).key, set())
        by_name = [self.parties[pk] for pk in found if self.parties[pk].name.casefold() == text.strip().casefold()]
        if by_name:
            return by_name[0]
        return self.parties[next(iter(found))] if len(found) == 1 else None

    def resolve(self, mention: str, setting: Setting | None = None) -> Resolution:
        """What `mention` means in a document with this setting."""
        setting = setting or Setting()
        name = analyse(mention)
        if name.deictic:
            return self._deictic(mention, name, setting)
        best: dict[int, Candidate] = {}
        for pk in self._near(name):
            candidate = self._judge(name, self.parties[pk], setting)
            if candidate is not None:
                best[pk] = candidate
        ranked = tuple(sorted(best.values(), key=lambda one: (-one.score, one.party.name))[:6])
        new_name, new_kind = plain_name(mention), kind_of(mention)
        if not ranked or ranked[0].score < SURE:
            return Resolution(mention, ranked, None, _("nothing on file fits"), new_name, new_kind, False)
        if len(ranked) > 1 and ranked[0].score - ranked[1].score < CLEAR and ranked[0].score < 0.9:
            return Resolution(mention, ranked, None, _("several records fit"), new_name, new_kind, True)
        return Resolution(mention, ranked, ranked[0].party, ranked[0].reason, new_name, new_kind, False)

    def resolve_all(self, mentions: Iterable[str], setting: Setting | None = None) -> dict[str, Resolution]:
        """Each distinct mention once."""
        return {mention: self.resolve(mention, setting) for mention in dict.fromkeys(mentions)}

    def _deictic(self, mention: str, name: Analysed, setting: Setting) -> Resolution:
        to = name.deictic == "addressee"
        people = setting.addressees if to else setting.authors
        reason = _("to whom the document is addressed") if to else _("who wrote the document")
        ranked = tuple(Candidate(party, 0.85 if len(people) == 1 else 0.6, reason) for party in people)
        party = people[0] if len(people) == 1 else None
        return Resolution(mention, ranked, party, reason, "", "", party is None)

    def _near(self, name: Analysed) -> set[int]:
        """Records worth a closer look: the one that bears exactly this name, else those that share most words or the title."""
        same = self._by_key.get(name.key, set()) & self.parties.keys()
        bare = bool(name.title) and not name.body and not name.person
        if len(same) == 1 and not bare:
            return same
        shared: Counter[int] = Counter()
        for word in name.words:
            shared.update(self._by_word.get(word[:5], ()))
        if name.title:
            shared.update(self._by_title.get(name.title, ()))
        near = {pk for pk, _count in shared.most_common(MOST_COMPARED)}
        return (same | near) & self.parties.keys()

    def _judge(self, mention: Analysed, party: Party, setting: Setting) -> Candidate | None:
        best, reason = 0.0, None
        parent = self.parties.get(party.of_id) if party.of_id else None
        above = analyse(parent.name).words if parent else frozenset()
        for name, use in self._names[party.pk]:
            score, why = _compare(mention, name, use, party, above)
            if score > best:
                best, reason = score, why
        if best < 0.3:
            return None
        if party.pk in setting.named and best < 0.9:
            best = min(0.97, best + 0.15)
            reason = _("%(why)s; named in this document") % {"why": reason}
        return Candidate(party, best, reason)


def _compare(mention: Analysed, name: Analysed, use: str, party: Party, above: frozenset[str]) -> tuple[float, Any]:
    """How well one name of a record fits, and why."""
    bare = bool(mention.title) and not mention.body and not mention.person  # "the Prime Minister": whose is open
    if mention.key == name.key and mention.key:
        if use == PartyName.Use.MENTION:
            return (0.75 if bare else 1.0), _("chosen before for these words")
        return (0.9 if bare and party.kind != Party.Kind.OFFICE else 0.98), _("the same name")
    if mention.title or name.title:
        return _compare_titled(mention, name, party, above)
    if mention.government != name.government:
        body = mention.body or mention.words
        other = name.body or name.words
        if share(body, other) == 1.0 and share(other, body) == 1.0:
            return 0.4, _("a state and its government are two records; the names agree")
        return 0.0, None
    if mention.words and mention.words == name.words:
        return 0.95, _("the same words")
    there, back = share(mention.words, name.words), share(name.words, mention.words)
    if there == 1.0 and back == 1.0:
        return 0.9, _("the same words in another form")
    if there == 1.0 and mention.words:
        return 0.35 + 0.45 * back, _("all its words are in the name")
    if back == 1.0 and len(name.words) > 1:
        return 0.3 + 0.4 * there, _("the whole name is in the words")
    return 0.0, None


def _compare_titled(mention: Analysed, name: Analysed, party: Party, above: frozenset[str]) -> tuple[float, Any]:
    """Titles, bodies and persons: any that disagree rule the record out."""
    person = mention.person & name.person or frozenset(
        one for one in mention.person if any(alike(one, other) for other in name.person)
    )
    if mention.person and name.person and not person:
        return 0.0, None
    if mention.title and name.title:
        if mention.title != name.title:
            return 0.0, None
        body = name.body | above
        if mention.body and body:
            if share(mention.body, body) < 0.5 and share(body, mention.body) < 0.5:
                return 0.0, None
            if person:
                return 0.97, _("the same person and office")
            return 0.88, _("the same office")
        if person:
            return 0.9, _("the same person and title")
        if mention.person or (mention.body and not body):
            return 0.45, _("the same title; whose is not said")
        return 0.62, _("the only thing said is the title")
    titled, plain = (mention, name) if mention.title else (name, mention)
    if titled.person and plain.words and titled.person & plain.words:
        common = titled.person & plain.words
        if share(common, plain.words) >= 0.5 and party.kind in (Party.Kind.PERSON, Party.Kind.OFFICE):
            return 0.8, _("the same person's name")
    return 0.0, None


def setting_of(authors: Iterable[Party], addressees: Iterable[Party], named: Iterable[int] = ()) -> Setting:
    """The setting of a document from the parties of its own communication."""
    authors, addressees = list(dict.fromkeys(authors)), list(dict.fromkeys(addressees))
    return Setting(authors, addressees, {party.pk for party in (*authors, *addressees)} | set(named))
