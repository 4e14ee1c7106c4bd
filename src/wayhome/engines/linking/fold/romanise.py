"""One word to the sounds it is heard as."""

from __future__ import annotations

import functools
import re
import unicodedata

from wayhome.engines.linking.fold import letters, scripts

_DOUBLE = re.compile(r"(.)\1+")
_MARKS = re.compile(r"[\u0300-\u036f]+")
_ARABIC_MARKS = re.compile(r"[\u064b-\u065f\u0670\u0640\u06d6-\u06ed\u200c-\u200f]")
# The article between `abd` and the name it serves, as one word or two: abdulkarim, abdel, abdurrahman.
_ABD = re.compile(r"^abd[aeiou](?:l(?=[^aeiou]|$)|([rsSnzdt])(?=\1))")
_SIGNS = re.compile("[\\u2019'`\\u02bc\\u02bb\\u2018\\u02bf\\u02be\\u02b9\\u02ba.\"\\u00b4\\u00b7\\u0589:;()]")
_BETWEEN = re.compile(r"[\s\-\u2010-\u2015/,_|\u1361\u060c]+")
_TURKIC_CAPITALS = frozenset("ƏŞĞÇÖÜİ")


def lowered(word: str, alphabet: str) -> str:
    """Small letters; the Turkic capital I without a dot is `ı` only where the word or its alphabet is Turkic."""
    turkic = alphabet in {"az", "tr"} and word.isupper() and any(letter in _TURKIC_CAPITALS for letter in word)
    word = word.replace("İ", "i").replace("I", "ı" if turkic else "i")
    return word.lower().replace("i̇", "i")


def _latin(word: str, alphabet: str) -> str:
    if word.isascii():
        return letters.latin(alphabet).read(word)
    table = letters.latin(alphabet)
    out = unicodedata.normalize("NFC", word)
    if not out.isascii():
        # A letter with a mark that no table knows is heard as the letter below the mark.
        known = table.sounds
        plain = []
        for letter in out:
            if letter in known or letter.isascii():
                plain.append(letter)
            else:
                base = unicodedata.normalize("NFKD", letter)
                plain.append(_MARKS.sub("", base))
        out = "".join(plain)
    return table.read(out)


def _arabic(word: str) -> str:
    word = _ARABIC_MARKS.sub("", unicodedata.normalize("NFKC", word))
    if len(word) >= 4 and word.startswith("ال"):
        word = word[2:]
    table = letters.table(scripts.ARABIC)
    out = []
    last = len(word) - 1
    for place, found in enumerate(table.pattern.findall(word)):
        following = word[place + 1] if place < last else ""
        if found == "و":
            # A consonant at the start and between long vowels, a long vowel elsewhere.
            out.append("v" if place == 0 or following in {"ا", "ي", "ی", "و"} else "u")
        elif found in {"ي", "ی"} and place == 0:
            out.append("y")
        elif found == "ع" and place == 0:
            out.append("a")
        else:
            out.append(table.sounds.get(found, ""))
    return "".join(out)


@functools.lru_cache(maxsize=1_000_000)
def word(text: str, alphabet: str = "en") -> str:
    """The sounds of one word without spaces. Doubled letters count once; signs and marks do not count."""
    script = scripts.of_word(text)
    text = lowered(scripts.repaired(text, script), alphabet)
    if script == scripts.LATIN:
        out = _latin(text, alphabet)
    elif script == scripts.ARABIC:
        out = _arabic(text)
    else:
        # Composed first: й is one letter; what stays apart (stress marks) falls out of the table.
        out = letters.table(script).read(unicodedata.normalize("NFC", text))
    return _DOUBLE.sub(r"\1", _ABD.sub("abd", out))


def words(text: str) -> list[str]:
    """The words of a name as written: apostrophes and dots off, split at spaces, hyphens, slashes and commas."""
    return [part for part in _BETWEEN.split(_SIGNS.sub("", text)) if part]


def joined(parts: list[str]) -> str:
    """Words written as one, as a clerk may have written them."""
    return parts[0] if len(parts) == 1 else _DOUBLE.sub(r"\1", _ABD.sub("abd", "".join(parts)))
