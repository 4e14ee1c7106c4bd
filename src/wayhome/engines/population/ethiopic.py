"""The Ethiopic syllabary: a sign is a consonant's series and an order (vowel). Order 1 ä, 2 u, 3 i, 4 a, 5 e, 6 none or ı, 7 o, 8 wa."""

from __future__ import annotations

FIRST, LAST = 0x1200, 0x1357
ORDER_VOWELS = {1: "ä", 2: "u", 3: "i", 4: "a", 5: "e", 6: "", 7: "o", 8: "wa"}
GUTTURALS = frozenset("ሀሐኀአዐ")
LABIAL = {0x1248: "ቀ", 0x1288: "ኀ", 0x12B0: "ከ", 0x1310: "ገ"}
SERIES = dict(
    zip(
        "ሀለሐመሠረሰሸቀቐበቨተቸኀነኘአከኸወዐዘዠየደጀገጠጨጰጸፀፈፐ",
        [
            "h",
            "l",
            "ḥ",
            "m",
            "s",
            "r",
            "s",
            "š",
            "q",
            "q",
            "b",
            "v",
            "t",
            "č",
            "h",
            "n",
            "ñ",
            "",
            "k",
            "x",
            "w",
            "",
            "z",
            "ž",
            "y",
            "d",
            "ǰ",
            "g",
            "ṭ",
            "ʧ",
            "ṗ",
            "ṣ",
            "ṣ",
            "f",
            "p",
        ],
        strict=True,
    )
)


def unpack(text: str, tigrinya: bool = False) -> str:
    """Sounds of a word in Ethiopic letters, with the short vowel ı put where two or more consonants would meet."""
    units: list[tuple[str, str]] = []
    for sign in text:
        code = ord(sign)
        if not FIRST <= code <= LAST:
            units.append((sign, ""))
            continue
        base, order = code & ~7, (code & 7) + 1
        if base in LABIAL:
            units.append((SERIES[LABIAL[base]] + "w", ORDER_VOWELS[order]))
            continue
        first = chr(base)
        consonant = SERIES.get(first, "")
        if tigrinya and first in "ዐ":
            consonant = "ʿ"
        vowel = ORDER_VOWELS[order]
        if order == 1 and first in GUTTURALS and not tigrinya:
            vowel = "a"
        if order == 6 and not consonant:
            if units and units[-1][0] not in (" ", "-"):
                continue  # a guttural that is no longer heard (ትዕግስት, Tigist)
            vowel = "ı"
        units.append((consonant, vowel))
    out: list[str] = []
    bare = True  # nothing, or a consonant without a vowel, came before
    for i, (consonant, vowel) in enumerate(units):
        if consonant in (" ", "-"):
            bare = True
            out.append(consonant)
            continue
        final = i + 1 == len(units) or units[i + 1][0] in (" ", "-")
        voiced = vowel or ("ı" if bare and not final else "")
        if bare and i and units[i - 1][0] not in (" ", "-") and (not consonant or (not voiced and units[i - 1][0] == consonant)):
            out.append("ı")  # ዳንኤል Daniel, መኮንን Mekonin
        out.append(consonant + voiced)
        bare = not voiced
    return "".join(out)


def pack(sounds: str, rows: dict[str, str]) -> str:
    """Sounds written in Ethiopic. `rows` map a consonant to its series' first sign and a vowel to its order as a digit."""
    out: list[str] = []
    pending = ""
    i = 0
    while i < len(sounds):
        sound = sounds[i]
        start = i == 0 or sounds[i - 1] in " -"
        if sounds.startswith("al-", i) and start:
            out.append(rows.get("al-", "አል "))
            i += 3
            continue
        value = rows.get(f"^{sound}") if start and f"^{sound}" in rows else rows.get(sound, sound)
        assert value is not None
        i += 1
        if value.isdigit():
            order = int(value)
            if pending:
                out.append(chr(ord(pending) + order - 1))
                pending = ""
            else:
                out.append(chr(ord("አ") + order - 1))
            continue
        if i > 1 and sound == sounds[i - 2] and pending:
            continue
        if pending:
            out.append(chr(ord(pending) + 5))
            pending = ""
        if len(value) == 1 and FIRST <= ord(value) <= LAST:
            pending = value
        else:
            out.append(value)
    if pending:
        out.append(chr(ord(pending) + 5))
    return "".join(out)
