"""Names as given, only made safe: one Unicode form, no invisible signs, letters of another script inside a word put right and said so.

Nothing is transliterated and no alphabet is turned into another: Azerbaijani in Latin and in Cyrillic letters stays what it is.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_INVISIBLE = dict.fromkeys(
    [0x00AD, 0x180E, 0x2060, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0x00, 0x09)]
)
# Zero-width non-joiner and joiner are letters' business in Arabic script.
_JOINERS = re.compile(r"(?<=[\u0600-\u06ff])[\u200c\u200d](?=[\u0600-\u06ff])")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*")
_QUOTES = str.maketrans({"`": "'", "´": "'", "‘": "'", "’": "'", "ʼ": "'", "ʹ": "'"})

# Letters that look alike, by script pairs: what a keyboard of the other script gives for the same shape.
_LATIN = "AaBCcEeHIiJjKMOoPpSsTXxyəƏhÖöğ"
_CYRILLIC = "АаВСсЕеНІіЈјКМОоРрЅѕТХхуәӘһӦӧғ"
_ARMENIAN_LATIN = {"O": "Օ", "o": "օ", "S": "Տ", "u": "ս", "h": "հ", "n": "ո", "q": "զ", "g": "ց", "p": "ք", "f": "ֆ"}
_GREEK_LATIN = dict(zip("AaBEHIKMNOoPTXYZ", "ΑαΒΕΗΙΚΜΝΟοΡΤΧΥΖ", strict=True))
_AZERBAIJANI = frozenset("әғҝјөүһҹӘҒҜЈӨҮҺҸ")  # in its Cyrillic alphabet H is Һ, not Н
_TO: dict[tuple[str, str], dict[str, str]] = {
    ("LATIN", "CYRILLIC"): dict(zip(_LATIN, _CYRILLIC, strict=True)),
    ("CYRILLIC", "LATIN"): dict(zip(_CYRILLIC, _LATIN, strict=True)),
    ("LATIN", "ARMENIAN"): _ARMENIAN_LATIN,
    ("ARMENIAN", "LATIN"): {value: key for key, value in _ARMENIAN_LATIN.items()},
    ("CYRILLIC", "ARMENIAN"): {"о": "օ", "О": "Օ"},
    ("LATIN", "GREEK"): _GREEK_LATIN,
    ("GREEK", "LATIN"): {value: key for key, value in _GREEK_LATIN.items()},
}


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is kept, and what was done to it: lookalike, mixed_scripts, digits, signs, invisible (codes, sorted)."""

    text: str
    notes: tuple[str, ...] = ()


@lru_cache(maxsize=400_000)
def clean(text: str) -> Name:
    """Make a name safe to keep. Never raises; the empty name stays empty."""
    if text.isascii() and text.replace(" ", "").isalpha() and "  " not in text and text == text.strip():
        return Name(text)
    notes: set[str] = set()
    kept = _JOINERS.sub("\ue000", text)
    plain = kept.translate(_INVISIBLE)
    if plain != kept and plain.strip():
        notes.add("invisible")
    plain = unicodedata.normalize("NFC", plain.replace("\ue000", "\u200c").translate(_QUOTES))
    plain = _SPACE.sub(" ", plain).strip(" \t.,;:_|/\\")
    repaired = _WORD.sub(lambda found: _one_script(found[0], notes), plain) if not plain.isascii() else plain
    if any(ch.isdigit() for ch in repaired):
        notes.add("digits")
    if any(ch in "<>{}[]=+*#@$%^&~" for ch in repaired):
        notes.add("signs")
    return Name(repaired, tuple(sorted(notes)))


@lru_cache(maxsize=20_000)
def script(character: str) -> str:
    """The script of a letter as the first word of its Unicode name, or nothing for signs and combining marks."""
    return unicodedata.name(character, "").split(" ")[0] if character.isalpha() else ""


def _one_script(word: str, notes: set[str]) -> str:
    if word.isascii():
        return word
    counts: dict[str, int] = {}
    for ch in word:
        name = script(ch)
        if name and name not in {"MODIFIER"}:
            counts[name] = counts.get(name, 0) + 1
    if len(counts) < 2:
        return word
    # The script of most letters; where it is a tie, the one of the letters that look like nothing else.
    for target in sorted(counts, key=lambda name: (-counts[name], -_own(word, name), name)):
        mended = _into(word, target)
        if mended is not None:
            notes.add("lookalike")
            return mended
    notes.add("mixed_scripts")
    return word


def _own(word: str, name: str) -> int:
    others = {ch for (source, _target), table in _TO.items() if source == name for ch in table}
    return sum(1 for ch in word if script(ch) == name and ch not in others)


def _into(word: str, target: str) -> str | None:
    """The word in one script, if every other letter has a look-alike there."""
    out = []
    azerbaijani = target == "CYRILLIC" and not _AZERBAIJANI.isdisjoint(word)
    for ch in word:
        name = script(ch)
        if name in {"", "MODIFIER", target}:
            out.append(ch)
            continue
        other = "Һ" if azerbaijani and ch == "H" else _TO.get((name, target), {}).get(ch)
        if other is None:
            return None
        out.append(other)
    return "".join(out)


_PATRONYMIC = re.compile(
    r"(?:ович|евич|ьич|овна|евна|ична|инична)$|(?:ի|իչ|ովիչ|ովնա)$|^(?:oğlu|qızı|oglu|qizi|oghlu|оғлу|гызы|оглы|кызы|огли)$",
    re.IGNORECASE,
)
_SON_OR_DAUGHTER = frozenset(("oğlu", "qızı", "oglu", "qizi", "ogly", "kyzy", "оғлу", "гызы", "оглы", "кызы"))
_SURNAME = re.compile(
    r"(?:ov|ova|yev|yeva|ev|eva|li|lı|lu|lü|zadə|zade|yan|ian|yants|enko|chuk|shvili|dze|"
    r"ов|ова|ев|ева|ёв|ёва|ин|ина|ский|ская|ян|янц|енко|чук|швили|дзе|лы|ли|задә|задe|յան|եան|յանց|շվիլի)$",
    re.IGNORECASE,
)
ORDERS = ("family_given_patronymic", "given_family", "given_patronymic_family", "whole")


def split(text: str, order: str) -> dict[str, str]:
    """The parts of a full name by the order that a person chose for the column; `whole` keeps it in one piece.

    A two-word patronymic (Əli oğlu) stays together. What the order has no place for goes to the family name.
    """
    words = text.split(" ")
    joined: list[str] = []
    for word in words:
        if word.casefold() in _SON_OR_DAUGHTER and len(joined) > 1:
            joined[-1] = f"{joined[-1]} {word}"
        else:
            joined.append(word)
    if order == "whole" or len(joined) < 2:
        return {"full_name": text}
    if order == "family_given_patronymic":
        parts = {"family_name": joined[0], "given_name": joined[1], "patronymic": " ".join(joined[2:])}
    elif order == "given_patronymic_family" and len(joined) > 2:
        parts = {"given_name": joined[0], "patronymic": " ".join(joined[1:-1]), "family_name": joined[-1]}
    else:
        parts = {"given_name": joined[0], "family_name": " ".join(joined[1:])}
    return {field: value for field, value in parts.items() if value}


def guess_order(names: list[str]) -> str:
    """The order of a column of full names by endings of family names and patronymics; `whole` where they don't tell."""
    first = last = patronymic_last = several = 0
    for name in names:
        words = clean(name).text.split(" ")
        if len(words) < 2:
            continue
        several += 1
        ends = words[-1].casefold() in _SON_OR_DAUGHTER or bool(_PATRONYMIC.search(words[-1]))
        patronymic_last += len(words) > 2 and ends
        first += bool(_SURNAME.search(words[0]))
        last += bool(_SURNAME.search(words[-1])) and not ends
    if several == 0:
        return "whole"
    if patronymic_last > 0.4 * several or first > 0.5 * several > 2 * last:
        return "family_given_patronymic"
    if last > 0.5 * several > 2 * first:
        three = sum(1 for name in names if len(name.split()) > 2)
        return "given_patronymic_family" if three > 0.5 * several else "given_family"
    return "whole"
