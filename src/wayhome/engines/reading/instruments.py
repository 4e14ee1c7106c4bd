"""Which instrument a passage leans on: treaties, declarations, resolutions by name or alias, with the articles it cites.

`data/instruments.csv` holds the provisions that concern return (some still to be confirmed), `data/instrument_aliases.csv` the names
texts give them. An instrument that is in neither ("the Ferry Agreement of 1958") is found by its form and keeps its own name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from wayhome.engines.reading import tables
from wayhome.engines.reading.taken import Taken

REACH, BEFORE = 48, 320
_ARTICLES = re.compile(
    r"\b(?:articles?|arts?\.?|rules?|règles?|paragraphs?|paras?\.?|paragraphes?|principles?|principes?|annex|annexe|section|chapter|chapitre)"
    r"\s+(?P<list>(?:[IVXLC]+|\d{1,3})(?:\s?\([\da-z]{1,4}\))*(?:(?:\s?,\s?|\s?-\s?|\s(?:and|et|to|à)\s)(?:[IVXLC]+|\d{1,3})(?:\s?\([\da-z]{1,4}\))*)*)",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"(?:[IVXLC]+|\d{1,3})(?:\s?\([\da-z]{1,4}\))*", re.IGNORECASE)
_CAPITAL = r"[A-ZÀ-ÝŒ][\w'’-]*"
_BY_FORM = re.compile(
    rf"(?:\b(?P<before>(?:{_CAPITAL} ){{1,4}})(?:Agreement|Convention|Protocol|Treaty|Covenant|Charter|Accords?|Pact|Compact|Declaration|Mandate|Constitution)"
    rf"|\b(?:Agreement|Convention|Protocol|Treaty|Covenant|Charter|Accords?|Pact|Declaration|Memorandum of Understanding)(?= (?:of|on|concerning|between|signed)\b)"
    rf"|\b(?:Accords?|Convention|Protocoles?|Traité|Charte|Pacte|Déclaration|Mémorandum|accord de cessez-le-feu|accords? (?:de paix|bilatéra\w+))(?= (?:de|du|d['’]|sur|relatif|conclu|signé)\b))"
    rf"(?P<after>(?:(?: (?:of|on|de|du|des|sur|concerning|relating to|relatif à|relative à|for|the|la|le|les|and|et|between|entre)| ?[dl]')*"
    rf"(?: |(?<=')){_CAPITAL})*(?:,? (?:of|du|de) (?:\d{{1,2}}(?:er)? \w+ )?\d{{4}})?)",
)  # fmt: skip
_NOT_BY_FORM = frozenset(
    {"The", "This", "That", "Our", "Your", "Le", "La", "Les", "Notre", "Votre", "Cette", "Ce", "In", "Under", "By", "A", "An"}
)


@dataclass(frozen=True, slots=True)
class Provision:
    """A row of the table: one provision of an instrument that concerns return. `confirmed` is False where it still has to be checked."""

    key: str
    family: str
    name: str
    provision: str
    date: str
    status: str
    concern: str
    how_read: str
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class InstrumentMention:
    """An instrument at `text[start:end]`.

    `family` is the table's (None for one that is in no table), `name` as the table or else the text has it, `articles` as cited
    there ("12(4)"), `keys` the provisions of the table that those articles are.
    """

    start: int
    end: int
    family: str | None
    name: str
    articles: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The instrument with its articles, for people: "International Covenant on Civil and Political Rights, art. 12(4)"."""
        return f"{self.name}, art. {', '.join(self.articles)}" if self.articles else self.name


@cache
def provisions() -> tuple[Provision, ...]:
    """Every row of the table of instruments."""
    return tuple(
        Provision(**{**{k: v for k, v in row.items() if k != "confirmed"}, "confirmed": row["confirmed"] == "yes"})  # type: ignore[arg-type]
        for row in tables.rows("instruments")
    )


@cache
def _names() -> dict[str, str]:
    """The instrument's name by family, without the provision."""
    found = {row["family"]: row["name"] for row in tables.rows("instrument_families")}
    for row in provisions():
        found.setdefault(row.family, row.name)
    return found


@cache
def _aliases() -> tuple[tuple[str, re.Pattern[str]], ...]:
    found = []
    for row in tables.rows("instrument_aliases"):
        acronyms = [part for part in row["pattern"].split("|") if re.fullmatch(r"[A-Z]{3,}(?:\\b)?(?:\(\?! general\))?", part)]
        plain = [part for part in _split(row["pattern"]) if part not in acronyms]
        parts = [f"(?-i:{part})" for part in acronyms] + plain
        found.append((row["family"], re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE)))
    return tuple(found)


def _split(pattern: str) -> list[str]:
    """The alternatives of a pattern at its outermost level."""
    parts, depth, current = [], 0, ""
    for char in pattern:
        depth += (char == "(") - (char == ")")
        if char == "|" and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += char
    return [*parts, current]


@cache
def _gate() -> re.Pattern[str]:
    """Words without which no alias can fit: one quick look spares the table."""
    return re.compile(
        r"declaration|déclaration|covenant|pacte?\b|convention|protocol|charte|recommend|recommand|comment|observation|geneva|genève|\blaw\b|droit"
        r"|principle|principes|framework|cadre|agreement|accord|resolution|résolution|compact|helsinki|member|membre|court|cour\b|conclusion"
        r"|statut|obligations|engagements|commitments|undertakings|decision|treaty|traité|constitution|mandate|mémorandum|memorandum|[A-Z]{3,}|/RES/",
        re.IGNORECASE,
    )


def find_instruments(text: str) -> tuple[InstrumentMention, ...]:
    """Every instrument that a text names, in English or French, in order of place, none inside another."""
    if not _gate().search(text):
        return ()
    plain = re.sub(r"\s", " ", text.replace("’", "'"))
    hits: list[tuple[int, int, str | None, str]] = []
    for family, rule in _aliases():
        for match in rule.finditer(plain):
            hits.append((match.start(), match.end(), family, _names().get(family) or match.group()))
    for match in _BY_FORM.finditer(plain):
        words = match.group().split()
        if words[0] in _NOT_BY_FORM:
            start = match.start() + len(words[0]) + 1
            words = words[1:]
        else:
            start = match.start()
        if len(words) > 1:
            hits.append((start, match.end(), None, plain[start : match.end()]))
    kept: list[InstrumentMention] = []
    taken = Taken()
    for start, end, found, name in sorted(hits, key=lambda hit: (hit[2] is None, hit[0] - hit[1], hit[0])):
        if taken.take(start, end):
            articles = _articles(text, start, end)
            kept.append(InstrumentMention(start, end, found, name, articles, _keys(found, articles)))
    return tuple(sorted(kept, key=lambda mention: mention.start))


def _articles(text: str, start: int, end: int) -> tuple[str, ...]:
    """The articles cited just before ("article 12 of the ...") or just behind an instrument's name."""
    before = list(_ARTICLES.finditer(text, max(0, start - REACH), start))
    after = _ARTICLES.search(text, end, min(len(text), end + REACH))
    near = [
        match
        for match in before
        if re.fullmatch(r"\W*(?:of|de|du|des|under|d')?\W*(?:the|la|le|l'|les)?\W*", text[match.end() : start])
    ]
    chosen = (
        near[-1]
        if near
        else (after if after and re.fullmatch(r"\W*(?:\(?in|dans son|en son|at|,)?\W*", text[end : after.start()]) else None)
    )
    if chosen is None:
        return ()
    return tuple(re.sub(r"\s+", "", match.group()) for match in _ARTICLE.finditer(chosen["list"]))


def _keys(family: str | None, articles: tuple[str, ...]) -> tuple[str, ...]:
    """The table's provisions of a family: those that the articles are, all where none is cited, none where others are."""
    mine = [row for row in provisions() if row.family == family]
    if not articles:
        return tuple(row.key for row in mine)
    found = []
    for row in mine:
        numbers = {re.sub(r"\s+", "", match.group()).lower() for match in _ARTICLE.finditer(row.provision)}
        bare = {number.split("(")[0] for number in numbers}
        if any(article.lower() in numbers or article.lower().split("(")[0] in bare for article in articles):
            found.append(row.key)
    return tuple(found)


def instrument_near(text: str, start: int, end: int) -> InstrumentMention | None:
    """The instrument that a passage names, else the one its sentence names just before; None when neither does."""
    origin = max(0, start - BEFORE)
    low = max((match.end() for match in re.finditer(r"[.!?](?=\s)|\n\s*\n", text[origin:start])), default=0) + origin
    found = [replace(mention, start=low + mention.start, end=low + mention.end) for mention in find_instruments(text[low:end])]
    inside = [mention for mention in found if mention.end > start]
    if inside:
        return max(inside, key=lambda mention: (mention.family not in {"INTERNATIONAL_LAW", "UN_MEMBERSHIP"}, -mention.start))
    return found[-1] if found else None
