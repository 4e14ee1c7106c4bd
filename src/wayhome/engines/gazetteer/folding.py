"""Folding of names: the same key for the same letters, and the same sound for the same name in another script or spelling.

    plain("Şuşa-Qala")    -> "susa qala"      letters without marks, one space between words
    sounds("Мешул")       -> ("meSul",)       one letter a sound: S sh, Z zh, C ch, J j as in jam, X kh, G gh, c ts
    skeleton("meSul")     -> "msl"            classes of consonants; what clerks who heard a name agree about

The tables are our own reading of the alphabets: sounds that people confuse when they write down what they hear are one.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

from wayhome.engines.gazetteer.scripts import repaired, script_of

# Letters that NFKD leaves alone and that people type without their mark.
_PLAIN = str.maketrans(
    {"ə": "e", "ı": "i", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ё": "е",
     "ـ": "", "ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "ھ": "ه", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "և": "եւ"}
)  # fmt: skip
_APART = re.compile(r"[^\w]+|_+")
_INSIDE = re.compile(r"[’'`ʼʻ‘ʿʾ՚׳״\"ʹʺ]")

_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "o", "ж": "Z", "з": "z", "и": "i", "й": "y", "к": "k",
    "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "X", "ц": "c",
    "ч": "C", "ш": "S", "щ": "S", "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "yu", "я": "ya", "і": "i", "ї": "yi", "є": "e",
    "ґ": "g", "ў": "u", "ә": "a", "ө": "o", "ү": "u", "ұ": "u", "һ": "h", "ҝ": "g", "ғ": "G", "қ": "k", "ҹ": "J", "ң": "n",
    "ҷ": "J", "ӣ": "i", "ӯ": "u", "ҳ": "h", "ј": "y", "љ": "l", "њ": "n", "ћ": "C", "ђ": "J", "џ": "J", "ѕ": "z", "ѓ": "g",
    "ќ": "k", "ӏ": "", "ҕ": "G", "ҽ": "C", "ә́": "a",
}  # fmt: skip
_ARMENIAN = {
    "ա": "a", "բ": "b", "գ": "g", "դ": "d", "ե": "e", "զ": "z", "է": "e", "ը": "i", "թ": "t", "ժ": "Z", "ի": "i", "լ": "l",
    "խ": "X", "ծ": "c", "կ": "k", "հ": "h", "ձ": "z", "ղ": "G", "ճ": "C", "մ": "m", "յ": "y", "ն": "n", "շ": "S", "ո": "o",
    "չ": "C", "պ": "p", "ջ": "J", "ռ": "r", "ս": "s", "վ": "v", "տ": "t", "ր": "r", "ց": "c", "ւ": "v", "փ": "p", "ք": "k",
    "օ": "o", "ֆ": "f",
}  # fmt: skip
_GEORGIAN = dict(zip("აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ", "abgdevztiklmnopZrstupkGkSCczcCXJh", strict=True))
_ARABIC = {
    "ا": "a", "ب": "b", "پ": "p", "ت": "t", "ث": "t", "ج": "J", "چ": "C", "ح": "h", "خ": "X", "د": "d", "ذ": "d", "ر": "r",
    "ز": "z", "ژ": "Z", "س": "s", "ش": "S", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "", "غ": "G", "ف": "f", "ڤ": "v",
    "ق": "k", "ك": "k", "گ": "g", "ڭ": "n", "ل": "l", "م": "m", "ن": "n", "ه": "h", "ي": "i", "ئ": "", "ؤ": "u", "ء": "",
    "ۆ": "o", "ې": "e", "ێ": "e", "ە": "a", "ڕ": "r", "ڵ": "l", "ٹ": "t", "ڈ": "d", "ڑ": "r", "ں": "n", "ے": "e",
}  # fmt: skip
_HEBREW = {
    "א": "a", "ב": "b", "ג": "g", "ד": "d", "ה": "h", "ו": "v", "ז": "z", "ח": "h", "ט": "t", "י": "i", "כ": "k", "ך": "k",
    "ל": "l", "מ": "m", "ם": "m", "נ": "n", "ן": "n", "ס": "s", "ע": "", "פ": "p", "ף": "f", "צ": "c", "ץ": "c", "ק": "k",
    "ר": "r", "ש": "S", "ת": "t",
}  # fmt: skip
_GREEK = {
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "t", "ι": "i", "κ": "k", "λ": "l", "μ": "m",
    "ν": "n", "ξ": "ks", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t", "υ": "i", "φ": "f", "χ": "X", "ψ": "ps",
    "ω": "o",
}  # fmt: skip
# Latin letters with marks that stand for a sound of their own.
_LATIN = {
    "ə": "a", "æ": "a", "ä": "a", "ı": "i", "ö": "o", "ü": "u", "ø": "o", "ğ": "G", "ş": "S", "š": "S", "ș": "S", "ç": "C",
    "č": "C", "ć": "C", "ž": "Z", "ź": "Z", "ż": "Z", "đ": "J", "ǧ": "J", "ǰ": "J", "ġ": "G", "ḫ": "X", "ḵ": "X", "ẖ": "X",
    "ț": "c", "ţ": "c", "ł": "l", "ñ": "n", "q": "k", "w": "v", "ÿ": "y",
}  # fmt: skip
_DIGRAPHS = (
    ("shch", "S"), ("tsch", "C"), ("sch", "S"), ("tch", "C"), ("dzh", "J"), ("dj", "J"), ("dž", "J"), ("kh", "X"), ("gh", "G"),
    ("zh", "Z"), ("sh", "S"), ("ch", "C"), ("tz", "c"), ("ts", "c"), ("dz", "z"), ("th", "t"), ("dh", "d"), ("ph", "f"),
    ("ck", "k"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("ie", "i"), ("eu", "o"), ("ij", "iy"),
)  # fmt: skip
# How alphabets read the letters that they do not share. The first is taken where nothing else is known.
READINGS: dict[str, dict[str, str]] = {
    "en": {"c": "k", "j": "J", "x": "ks"},
    "az": {"c": "J", "j": "Z", "x": "X", "q": "g"},
    "sl": {"c": "c", "j": "y", "x": "ks"},
    "fr": {"c": "k", "j": "Z", "x": "ks"},
}
_ALPHABET = {
    "az": "az", "tr": "az", "ku": "az", "kmr": "az", "crh": "az", "tk": "az", "bs": "sl", "hr": "sl", "sr": "sl", "cs": "sl",
    "sk": "sl", "pl": "sl", "sl": "sl", "lv": "sl", "lt": "sl", "de": "sl", "hu": "sl", "sq": "sl", "fr": "fr", "en": "en",
}  # fmt: skip
_TABLES = {"Cyrl": _CYRILLIC, "Armn": _ARMENIAN, "Geor": _GEORGIAN, "Hebr": _HEBREW, "Grek": _GREEK}
_TWICE = re.compile(r"(.)\1+")


def words_of(text: str) -> list[str]:
    """The words of `text` in small letters, marks kept, look-alike letters of other scripts mended, quotes inside dropped."""
    whole = script_of(text)
    words = _APART.sub(" ", _INSIDE.sub("", unicodedata.normalize("NFC", text))).split()
    return [lower(repaired(word, whole)[0]) for word in words]


def lower(word: str) -> str:
    """Small letters; a capital I of a word with letters of the Turkic alphabets is the dotless one."""
    if word.isascii():
        return word.lower()
    if "I" in word and any(letter in "ƏəĞğŞşİı" for letter in word):
        word = word.replace("I", "ı")
    return word.replace("İ", "i").casefold().replace("i̇", "i")


def strip_marks(word: str) -> str:
    """Letters without marks; letters of their own that people type without their mark are the plain ones."""
    if word.isascii():
        return word
    folded = unicodedata.normalize("NFKD", word.translate(_PLAIN))
    return "".join(letter for letter in folded if not unicodedata.combining(letter)).translate(_PLAIN)


def plain(text: str) -> str:
    """The key of a name: its words without capitals, marks and punctuation, one space between them."""
    return " ".join(strip_marks(word) for word in words_of(text))


def _arabic(word: str) -> str:
    word = "".join(letter for letter in unicodedata.normalize("NFC", word) if not unicodedata.combining(letter))
    word = word.replace("تش", "چ").replace("دج", "ج").translate(_PLAIN)
    out = ""
    for n, letter in enumerate(word):
        after = word[n + 1] if n + 1 < len(word) else ""
        if letter == "و":
            out += "v" if n == 0 or (after and after in "اي") else "u"
        elif letter == "ي" and (n == 0 or (after and after in "او")):
            out += "y"
        elif letter == "ه" and n == len(word) - 1 and n > 1:
            out += "a"
        else:
            out += _ARABIC.get(letter, "")
    return out


def _latin(word: str, reading: str) -> str:
    letters = READINGS[reading]
    word = unicodedata.normalize("NFC", word)
    for pair, sound in _DIGRAPHS:
        if pair in word:
            word = word.replace(pair, "S" if reading == "fr" and pair == "ch" else sound)
    out = ""
    for letter in word:
        if letter in letters:
            out += letters[letter]
        elif letter in _LATIN:
            out += _LATIN[letter]
        elif letter.isascii():
            out += letter
        else:
            base = unicodedata.normalize("NFD", letter)[0]
            out += letters.get(base) or _LATIN.get(base) or (base if base.isascii() else anyascii(base).lower())
    return out


@lru_cache(maxsize=200_000)
def word_sounds(word: str, language: str = "") -> tuple[str, ...]:
    """The ways to read one small-lettered word, the likeliest first; Latin letters that alphabets read differently give more."""
    script = script_of(word)
    if script == "Latn":
        first = _ALPHABET.get(language, "")
        if not first:
            first = "az" if any(letter in "əğıxq" for letter in word) and "kh" not in word else "en"
        order = [first, *(name for name in READINGS if name != first)] if not _ALPHABET.get(language) else [first]
        if not any(letter in "cjxq" for letter in word) and "ch" not in word:
            order = order[:1]
        found = [_latin(word, reading) for reading in order]
    elif script == "Arab":
        found = [_arabic(word)]
    elif script in _TABLES:
        if script == "Armn":
            word = word.replace("ու", "u").replace("և", "եվ")
        elif script == "Cyrl":
            word = word.replace("дж", "џ").replace("дз", "ѕ")
        table = _TABLES[script]
        found = [
            "".join(letter if letter.isascii() else table.get(letter, table.get(strip_marks(letter), "")) for letter in word)
        ]
    else:
        found = [_latin(anyascii(word).lower(), "en")]
    return tuple(dict.fromkeys(_TWICE.sub(r"\1", sound) for sound in found if sound))


# Scripts that write several sounds with one letter, and what is the same in them: a name read from one is never certain.
LOOSE_SCRIPTS = {"Arab", "Hebr", "Syrc"}
_LOOSE = str.maketrans("eyovpgZ", "iiufbGJ")


def loose(sound: str) -> str:
    """A sound as far as Arabic letters tell it: e and i, o and u, v and f, p and b, g and gh, zh and j are one."""
    return _TWICE.sub(r"\1", sound.translate(_LOOSE))


_CLASS = {
    **dict.fromkeys("kgGXhq", "k"), **dict.fromkeys("td", "t"), **dict.fromkeys("bpfvw", "p"),
    **dict.fromkeys("szSZCJcj", "s"), "m": "m", "n": "n", "l": "l", "r": "r",
}  # fmt: skip


def skeleton(sound: str) -> str:
    """Classes of a sound's consonants, runs of one class once; a vowel at the beginning stays as `a`."""
    out = "a" if sound[:1] in "aeiouy" and sound else ""
    for letter in sound:
        found = _CLASS.get(letter, "")
        if found and not out.endswith(found):
            out += found
    return out


def sounds(text: str, language: str = "") -> tuple[str, ...]:
    """The ways to read a whole name, words joined; at most four."""
    readings = [word_sounds(word, language) or ("",) for word in words_of(text)]
    found = ["".join(parts[min(n, len(parts) - 1)] for parts in readings) for n in range(max(map(len, readings), default=0))]
    return tuple(dict.fromkeys(found))[:4]
