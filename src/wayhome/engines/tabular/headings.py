"""What a heading says: its words against what people call the columns of a list, in six languages, or its HXL tag."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache

from wayhome.engines.tabular import data
from wayhome.engines.tabular.folding import key

TAG = re.compile(r"^\s*#\s*([a-z][a-z0-9_]*)((?:\s*\+\s*[a-z][a-z0-9_]*)*)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """What a heading may mean: field, how sure (0 to 1), which phrase said so, and in which language."""

    field: str
    confidence: float
    phrase: str
    language: str


@cache
def _phrases() -> tuple[dict[str, list[tuple[str, str, str]]], list[tuple[str, str, str, str]]]:
    """Exact phrases by their key, and phrases that may stand inside a longer heading."""
    exact: dict[str, list[tuple[str, str, str]]] = {}
    inside: list[tuple[str, str, str, str]] = []
    for row in data.table("headings.csv"):
        for form in data.forms(row["forms"]):
            whole = form.startswith("=")
            phrase = form.removeprefix("=")
            folded = _heading_key(phrase)
            entry = (row["field"], phrase, row["language"])
            if not any(each[0] == row["field"] for each in exact.setdefault(folded, [])):
                exact[folded].append(entry)
            if not whole and len(folded) > 3:
                inside.append((folded, *entry))
    inside.sort(key=lambda each: -len(each[0]))
    return exact, inside


def _heading_key(text: str) -> str:
    if text.strip() in {"#", "№", "N°", "n°"}:
        return text.strip().casefold()
    return key(text)


@lru_cache(maxsize=20_000)
def read_heading(heading: str) -> tuple[Said, ...]:
    """What the heading may mean, surest first. A form's `group/question` is read by its last part."""
    texts = [heading]
    if "/" in heading.strip("/") and " " not in heading.strip():
        texts.insert(0, heading.rstrip("/").rsplit("/", 1)[-1])
    found: dict[str, Said] = {}
    for place, text in enumerate(texts):
        for said in _read(text):
            weaker = Said(said.field, said.confidence - 0.03 * place, said.phrase, said.language)
            if said.field not in found or found[said.field].confidence < weaker.confidence:
                found[said.field] = weaker
    return tuple(sorted(found.values(), key=lambda said: (-said.confidence, said.field)))


def _read(text: str) -> list[Said]:
    exact, inside = _phrases()
    raw = text.strip().casefold()
    folded = _heading_key(text)
    for candidate in (raw, folded, folded.rstrip(" 0123456789")):
        if candidate in exact:
            several = len(exact[candidate]) > 1
            return [Said(field, 0.8 if several else 0.95, phrase, language) for field, phrase, language in exact[candidate]]
    if len(folded) > 120 or not folded:
        return []
    padded = f" {folded} "
    found: list[Said] = []
    taken: set[str] = set()
    for phrase_key, field, phrase, language in inside:
        if f" {phrase_key} " in padded and field not in taken:
            share = len(phrase_key) / len(folded)
            found.append(Said(field, round(0.45 + 0.4 * share, 3), phrase, language))
            taken.add(field)
            padded = padded.replace(f" {phrase_key} ", "  ")
            if len(found) >= 3:
                break
    if found:
        return found
    return _misspelt(folded, inside)


def _misspelt(folded: str, inside: list[tuple[str, str, str, str]]) -> list[Said]:
    if len(folded) < 5:
        return []
    best: Said | None = None
    for phrase_key, field, phrase, language in inside:
        if abs(len(phrase_key) - len(folded)) > 2 or len(phrase_key) < 5:
            continue
        likeness = SequenceMatcher(None, folded, phrase_key).ratio()
        if likeness >= 0.86 and (best is None or likeness * 0.7 > best.confidence):
            best = Said(field, round(likeness * 0.7, 3), phrase, language)
    return [best] if best else []


@cache
def _tags() -> tuple[tuple[str, frozenset[str], str], ...]:
    return tuple((row["tag"], frozenset(row["attributes"].split()), row["field"]) for row in data.table("hxl_tags.csv"))


@lru_cache(maxsize=5_000)
def read_tag(tag: str) -> Said | None:
    """What an HXL tag means for a list of people."""
    found = TAG.match(tag)
    if found is None:
        return None
    name = "#" + found[1].lower()
    attributes = {each.strip().lower() for each in found[2].split("+") if each.strip()}
    best: tuple[int, str] | None = None
    for known, wanted, field in _tags():
        if known == name and wanted <= attributes and (best is None or len(wanted) > best[0]):
            best = (len(wanted), field)
    return Said(best[1], 0.97, tag.strip(), "hxl") if best else None


def is_tag(text: str) -> bool:
    """Whether a cell is an HXL tag."""
    return TAG.match(text) is not None
