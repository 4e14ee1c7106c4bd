"""Errors of the hand and the machine: keyboard slips, doubled letters, exchanged letters, misread scans, look-alike letters."""

from __future__ import annotations

from random import Random

ROWS = {
    "Latn": ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    "Cyrl": ("йцукенгшщзх", "фывапролджэ", "ячсмитьбю"),
    "Armn": ("էթփձջւևրչճ", "քոեռտըւիօպ", "ասդֆգհյկլխ", "զղցվբնմշ"),
    "Geor": ("ქწერტყუიოპ", "ასდფგჰჯკლ", "ზხცვბნმ"),
    "Arab": ("ضصثقفغعهخحج", "شسيبلاتنمك", "ئءؤرىةوزظ"),
}
# What optical reading, or a tired eye, takes for each other.
MISREAD = {
    "Latn": (("rn", "m"), ("m", "rn"), ("l", "i"), ("i", "l"), ("cl", "d"), ("e", "c"), ("a", "o"), ("u", "v"), ("n", "h"), ("g", "q"), ("vv", "w")),
    "Cyrl": (("ш", "щ"), ("и", "н"), ("н", "п"), ("л", "п"), ("з", "э"), ("ь", "ъ"), ("ц", "щ"), ("т", "г"), ("о", "с"), ("ы", "м"), ("и", "й")),
    "Armn": (("ո", "ռ"), ("ն", "մ"), ("գ", "զ"), ("ղ", "դ"), ("ս", "տ"), ("չ", "շ"), ("ի", "ր"), ("պ", "ա"), ("ց", "գ"), ("ւ", "լ"), ("ե", "է")),
    "Geor": (("ს", "ხ"), ("მ", "შ"), ("ვ", "კ"), ("ტ", "რ"), ("ჩ", "ჭ"), ("თ", "ი"), ("ბ", "გ"), ("ძ", "მ"), ("ქ", "ჟ"), ("ნ", "ბ")),
    "Arab": (("ب", "ت"), ("ن", "ت"), ("ي", "ب"), ("ج", "ح"), ("خ", "ح"), ("ذ", "د"), ("ز", "ر"), ("ش", "س"), ("ض", "ص"), ("ظ", "ط"), ("غ", "ع"), ("ف", "ق"), ("ى", "ي"), ("ه", "ة")),
    "Ethi": (("ሰ", "ሠ"), ("ሀ", "ሐ"), ("አ", "ዐ"), ("ጸ", "ፀ"), ("በ", "ቦ"), ("ለ", "ሉ"), ("ሕ", "ህ"), ("ሥ", "ስ"), ("ኃ", "ሃ"), ("ዓ", "አ"), ("ኣ", "አ")),
}  # fmt: skip
LOOKALIKE = {
    "Latn": str.maketrans("aeopcyxi", "аеорсухі"),
    "Cyrl": str.maketrans("аеорсухі", "aeopcyxi"),
    "Armn": str.maketrans("օոս", "onu"),
}
EQUAL_SOUNDS = (("ሰ", "ሠ"), ("ሀ", "ሐ"), ("ሀ", "ኀ"), ("አ", "ዐ"), ("ጸ", "ፀ"))
LETTERS = {k: "".join(v) for k, v in ROWS.items()} | {"Ethi": "ሀለመረሰሸቀበተነከወዘየደገጠፈ"}
_NEAR = {
    script: {c: row[max(0, i - 1) : i] + row[i + 1 : i + 2] + "".join(other[i : i + 1] for other in rows if other is not row) for row in rows for i, c in enumerate(row)}
    for script, rows in ROWS.items()
}  # fmt: skip


def slip(text: str, script: str, rng: Random) -> str:
    """The text with one error of typing or copying; texts under three letters are left alone."""
    if len(text) < 3:
        return text
    at = rng.randrange(1, len(text))
    how = rng.random()
    letters = LETTERS.get(script, LETTERS["Latn"])
    if how < 0.22:
        return text[:at] + text[at + 1 :]
    if how < 0.36:
        return text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :]
    if how < 0.48:
        return text[:at] + text[at] + text[at:]
    if how < 0.66:
        near = _NEAR.get(script, {}).get(text[at], "") or letters
        return text[:at] + rng.choice(near) + text[at + 1 :]
    if how < 0.76:
        return text[:at] + rng.choice(letters) + text[at:]
    if how < 0.82:
        return text[:at] + " " + text[at:] if " " not in text else text.replace(" ", "", 1)
    return misread(text, script, rng)


def misread(text: str, script: str, rng: Random) -> str:
    """One letter taken for another that looks like it; a plain loss of a letter where none does."""
    options = [(a, b) for a, b in MISREAD.get(script, ()) if a in text[1:]]
    if not options:
        at = rng.randrange(len(text))
        return text[:at] + text[at + 1 :]
    a, b = rng.choice(options)
    return text[0] + text[1:].replace(a, b, 1)


def lookalikes(text: str, script: str) -> str:
    """Letters of another script that look the same put in (a Cyrillic `а` in a Latin word)."""
    return text.translate(LOOKALIKE[script]) if script in LOOKALIKE else text


def equal_sounds(text: str, rng: Random) -> str:
    """Ethiopic letters that sound alike today exchanged for each other."""
    out = []
    for sign in text:
        code = ord(sign)
        for a, b in EQUAL_SOUNDS:
            for one, two in ((ord(a), ord(b)), (ord(b), ord(a))):
                if one <= code < one + 7 and rng.random() < 0.5:
                    code = code - one + two
                    break
        out.append(chr(code))
    return "".join(out)
