"""The numbers Word shows before list paragraphs: they are not in the text and must be counted."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from xml.etree.ElementTree import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)


@dataclass(frozen=True, slots=True)
class _Level:
    form: str
    pattern: str
    start: int


class Numbering:
    """Counts list paragraphs in document order. Without a numbering part every list paragraph gets a dash."""

    def __init__(self, root: Element | None) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._counters: dict[str, dict[int, int]] = defaultdict(dict)
        self._abstract: dict[str, str] = {}
        if root is None:
            return
        abstracts = {item.get(f"{W}abstractNumId") or "": _levels(item) for item in root.findall(f"{W}abstractNum")}
        for item in root.findall(f"{W}num"):
            number = item.get(f"{W}numId") or ""
            abstract = _value(item.find(f"{W}abstractNumId")) or ""
            levels = dict(abstracts.get(abstract, {}))
            self._abstract[number] = abstract
            for override in item.findall(f"{W}lvlOverride"):
                level = _integer(override.get(f"{W}ilvl"), 0)
                start = _value(override.find(f"{W}startOverride"))
                if start and level in levels:
                    levels[level] = _Level(levels[level].form, levels[level].pattern, _integer(start, 1))
                    self._abstract[number] = f"{abstract}/{number}"  # it counts anew
            self._levels[number] = levels

    def label(self, number: str, level: int) -> str:
        """The label of the next paragraph of list `number` at `level`, with its space: `"2. "`, `"(b) "`, `"- "`, or `""`."""
        if number in ("", "0"):
            return ""
        levels = self._levels.get(number)
        if not levels or level not in levels:
            return "- "
        shape = levels[level]
        counters = self._counters[self._abstract[number]]
        counters[level] = counters.get(level, shape.start - 1) + 1
        for deeper in [key for key in counters if key > level]:
            del counters[deeper]
        if shape.form == "bullet":
            return "- "
        if shape.form == "none":
            return ""

        def place(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            other = levels.get(at, shape)
            return written(counters.get(at, other.start), other.form)

        label = re.sub(r"%(\d)", place, shape.pattern).strip()
        return f"{label} " if label else ""


def written(number: int, form: str) -> str:
    """A number as a list writes it: `decimal`, `lowerLetter`, `upperRoman`...; forms of other scripts as digits."""
    if form in ("lowerLetter", "upperLetter") and number > 0:
        letter = chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 9)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman") and 0 < number < 4000:
        text = ""
        for value, sign in _ROMAN:
            count, number = divmod(number, value)
            text += sign * count
        return text.upper() if form == "upperRoman" else text
    return f"{number:02d}" if form == "decimalZero" else str(number)


def _levels(abstract: Element) -> dict[int, _Level]:
    return {
        _integer(level.get(f"{W}ilvl"), 0): _Level(
            form=_value(level.find(f"{W}numFmt")) or "decimal",
            pattern=_value(level.find(f"{W}lvlText")) or "",
            start=_integer(_value(level.find(f"{W}start")), 1),
        )
        for level in abstract.findall(f"{W}lvl")
    }


def _value(element: Element | None) -> str | None:
    return None if element is None else element.get(f"{W}val")


def _integer(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"-?[0-9]{1,6}", text) else default
