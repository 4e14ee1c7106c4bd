"""Which script a word is written in, and words that mix two."""

from __future__ import annotations

from wayhome.engines.linking.fold import letters

LATIN, CYRILLIC, ARABIC, ARMENIAN, GEORGIAN, ETHIOPIC = "latin", "cyrillic", "arabic", "armenian", "georgian", "ethiopic"
SCRIPTS = (LATIN, CYRILLIC, ARABIC, ARMENIAN, GEORGIAN, ETHIOPIC)

_RANGES = (
    (0x0400, 0x0530, CYRILLIC),
    (0x0530, 0x0590, ARMENIAN),
    (0x0600, 0x0780, ARABIC),
    (0x08A0, 0x0900, ARABIC),
    (0x10A0, 0x1100, GEORGIAN),
    (0x1200, 0x13A0, ETHIOPIC),
    (0x1C80, 0x1C90, CYRILLIC),
    (0x1C90, 0x1CC0, GEORGIAN),
    (0x2D00, 0x2D30, GEORGIAN),
    (0x2D80, 0x2DE0, ETHIOPIC),
    (0xA640, 0xA6A0, CYRILLIC),
    (0xAB00, 0xAB30, ETHIOPIC),
    (0xFB13, 0xFB18, ARMENIAN),
    (0xFB50, 0xFE00, ARABIC),
    (0xFE70, 0xFF00, ARABIC),
)


def of_letter(letter: str) -> str | None:
    """The script of one character; none for digits, marks and signs."""
    code = ord(letter)
    if code < 0x0370:
        return LATIN if letter.isalpha() else None
    for start, end, script in _RANGES:
        if start <= code < end:
            return script if letter.isalpha() else None
    return LATIN if letter.isalpha() and 0x1E00 <= code < 0x1F00 else None


def of_word(word: str) -> str:
    """The script of most of its letters; Latin when it has none."""
    if word.isascii():
        return LATIN
    counts = dict.fromkeys(SCRIPTS, 0)
    for letter in word:
        script = of_letter(letter)
        if script:
            counts[script] += 1
    return max(SCRIPTS, key=lambda script: counts[script])


def repaired(word: str, script: str) -> str:
    """The word with look-alike letters of the other alphabet put into its own script (Latin and Cyrillic only)."""
    to_latin, to_cyrillic = letters.homoglyphs()
    if script == LATIN and not word.isascii():
        return word.translate(to_latin)
    if script == CYRILLIC:
        return word.translate(to_cyrillic)
    return word
