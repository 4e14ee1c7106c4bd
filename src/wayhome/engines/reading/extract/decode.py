"""Bytes to text when nobody says which encoding they are in.

UTF-8 and the byte order marks are certain. The one-byte encodings are told apart by what they make of the bytes: a
candidate earns by letters that one language it serves really uses, and loses by what no language does (capitals inside a
word, two scripts in a word, symbols between letters). Names of encodings are Python's.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections import Counter
from dataclasses import dataclass

from charset_normalizer import from_bytes

from wayhome.engines.reading.errors import ReadingError

SAMPLE = 60_000
GUESS_SAMPLE = 6_000  # enough for a language to show, little enough to try thirty readings of it

_BOMS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)

# Letters beyond ASCII by language, only lower case; the encodings that serve the language, likeliest first.
_LATIN: tuple[tuple[tuple[str, ...], str], ...] = (
    (("cp1252", "mac_roman", "cp850"), "éèàçêôîûùëïâœæÿü"),
    (("cp1252", "mac_roman", "cp850"), "äöüßé"),
    (("cp1252", "mac_roman", "cp850"), "ñáéíóúü"),
    (("cp1252", "mac_roman", "cp850"), "ãõçáéíóúâêôà"),
    (("cp1252", "mac_roman", "cp850"), "åäöæøé"),
    (("cp1252", "mac_roman", "cp850"), "àèéìòù"),
    (("cp1254",), "çğıöşüâîû"),
    (("cp1250", "iso8859_2"), "šžčćđ"),
    (("cp1250", "iso8859_2"), "ąćęłńóśźż"),
    (("cp1250", "iso8859_2"), "áčďéěíňóřšťúůýž"),
    (("cp1250", "iso8859_2"), "áéíóöőúüű"),
    (("cp1250", "iso8859_2"), "ăâîşţ"),
    (("cp1257",), "āčēģīķļņšūžąęėįųõäöü"),
)
_CYRILLIC = ("cp1251", "koi8_u", "cp866", "iso8859_5", "mac_cyrillic")
_CYRILLIC_WEIGHT = (
    dict.fromkeys("оеаинтсрвл", 1.0) | dict.fromkeys("кмдпуяыьгзбчй", 0.8) | dict.fromkeys("хжшюцщэфіїєґјљњћђџѓќўъё", 0.4)
)
_ARABIC = ("cp1256", "iso8859_6")
_OTHERS = (("cp1253", "GREEK"), ("cp1255", "HEBREW"))
_PUNCTUATION = frozenset("“”‘’„‚«»‹›–—…•€№§°·\u00a0¿¡")
_ALONE = frozenset("àèéòóáúő")  # Latin letters beyond ASCII that are words
_SCRIPTS = ("LATIN", "CYRILLIC", "ARABIC", "GREEK", "HEBREW")

_NAMES = {
    "cp1252": "Windows-1252 (Western European)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "koi8_u": "KOI8-R/U (Cyrillic)",
    "cp866": "DOS code page 866 (Cyrillic)",
    "iso8859_5": "ISO 8859-5 (Cyrillic)",
    "mac_cyrillic": "Mac Cyrillic",
    "mac_roman": "Mac Roman (Western European)",
    "cp850": "DOS code page 850 (Western European)",
    "cp1250": "Windows-1250 (Central European)",
    "iso8859_2": "ISO 8859-2 (Central European)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp1256": "Windows-1256 (Arabic)",
    "iso8859_6": "ISO 8859-6 (Arabic)",
    "cp1257": "Windows-1257 (Baltic)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1255": "Windows-1255 (Hebrew)",
}


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text with its encoding (Python's name) and what had to be assumed, if anything."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(data: bytes, *, declared: str | None = None) -> Decoded:
    """Decode a text file. `declared` is what its container says (a mail part's charset, an HTML meta), tried after UTF-8.

    A byte order mark is not part of the text. Raises `ReadingError` (`not_text`) where the bytes are no text at all.
    """
    for mark, encoding, label in _BOMS:
        if data.startswith(mark):
            return _lenient(data[len(mark) :], encoding, label)
    if wide := _wide_without_mark(data):
        decoded = _lenient(data, wide, "UTF-16")
        note = "The file has no byte order mark; read as UTF-16. If letters look wrong, save it as UTF-8 and read it again."
        return Decoded(decoded.text, wide, (note, *decoded.warnings))
    _refuse_binary(data)
    try:
        return _without_nul(data.decode("utf-8"), "utf-8", ())
    except UnicodeDecodeError:
        pass
    if declared and (text := _declared(data, declared)) is not None:
        return _without_nul(text, declared, ())
    if _mostly_utf8(data):
        return _lenient(data, "utf-8", "UTF-8")
    return _one_byte(data)


def _declared(data: bytes, declared: str) -> str | None:
    try:
        codec = codecs.lookup(declared.strip().strip("\"'"))
        if not codec._is_text_encoding or codec.name == "utf-8":
            return None
        # A page or mail that says Latin-1 or ASCII is in practice Windows-1252; browsers read it so too.
        name = "cp1252" if codec.name in ("iso8859-1", "ascii") else codec.name
        return data.decode(name)
    except (LookupError, ValueError):
        return None


def _lenient(data: bytes, encoding: str, label: str) -> Decoded:
    """Decode, with U+FFFD for what is damaged, and say how much that was."""
    try:
        return _without_nul(data.decode(encoding), encoding, ())
    except UnicodeDecodeError as error:
        text = data.decode(encoding, "replace")
        count = text.count("\ufffd")
        if count > 0.05 * len(text) + 2:
            raise ReadingError(
                "not_text",
                f"The file begins as {label} text but most of it cannot be decoded.",
                "Open it in the program that made it and save it as UTF-8 text, PDF or DOCX.",
            ) from None
        line = data[: error.start].decode(encoding, "replace").count("\n") + 1
        note = f"{count} damaged characters (the first in line {line}) are shown as \ufffd; the rest is read as {label}."
        return _without_nul(text, encoding, (note,))


def _without_nul(text: str, encoding: str, warnings: tuple[str, ...]) -> Decoded:
    """NUL has no place in a text and databases refuse it: shown as U+FFFD, one for one, so that offsets stay."""
    if "\0" in text:
        count = text.count("\0")
        warnings = (*warnings, f"{count} NUL characters are shown as \ufffd.")
        text = text.replace("\0", "\ufffd")
    return Decoded(text, encoding, warnings)


def _wide_without_mark(data: bytes) -> str | None:
    """UTF-16 without a mark: nearly all spaces and line ends have their zero byte on one and the same side."""
    sample = data[: SAMPLE & ~1]
    if len(sample) < 4 or len(data) % 2:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    units = len(sample) / 2
    if max(even, odd) < max(2, 0.04 * units) or min(even, odd) > 0.1 * max(even, odd):
        return None
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return None
    # One alphabet and ASCII make up nearly all of a text; bytes that were never pairs fall all over the code space.
    pages = Counter(ord(char) >> 8 for char in text)
    usual = sum(count for _, count in pages.most_common(2))
    odd_ones = sum(1 for char in text if unicodedata.category(char) in ("Cc", "Cn", "Co") and char not in "\t\n\r\f")
    return encoding if usual >= 0.8 * len(text) and odd_ones <= 0.02 * len(text) else None


def _refuse_binary(data: bytes) -> None:
    sample = data[:SAMPLE]
    controls = sum(sample.count(code) for code in (*range(9), 11, *range(14, 27), *range(28, 32), 127))
    if controls > 0.01 * len(sample) + 1:
        raise ReadingError(
            "not_text",
            "The file is not a text: it holds binary data of no known document type.",
            "Open it in the program that made it and save it as PDF, DOCX or plain text.",
        )


def _mostly_utf8(data: bytes) -> bool:
    """A few damaged bytes in an otherwise UTF-8 text: at least nine of ten sequences beyond ASCII are good."""
    text = data[:SAMPLE].decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(1 for char in text if ord(char) > 127) - bad
    return good >= 9 * max(bad - 1, 0) and good > 0


def _one_byte(data: bytes) -> Decoded:
    encoding = guess_one_byte(data)
    if encoding is None:
        if data.decode("utf-8", "replace").count("\ufffd") <= 0.05 * len(data):
            return _lenient(data, "utf-8", "UTF-8")
        raise ReadingError(
            "undecodable",
            "The text's encoding could not be recognised: it is neither UTF-8 nor one of the usual older ones.",
            "Open it in the program that made it and save it as UTF-8 text, PDF or DOCX.",
        )
    text = data.decode(encoding, "replace")
    name = _NAMES.get(encoding, encoding)
    note = f"The file is not UTF-8; read as {name}. If letters look wrong, save it as UTF-8 and read it again."
    return _without_nul(text, encoding, (note,))


def guess_one_byte(data: bytes) -> str | None:
    """The likeliest one-byte encoding (Python's name) or None. Deterministic; only bytes beyond ASCII count."""
    sample = _sample(data)
    best: tuple[float, str] | None = None
    decoded: dict[str, str | None] = {}

    def text_in(encoding: str) -> str | None:
        if encoding not in decoded:
            try:
                decoded[encoding] = sample.decode(encoding)
            except UnicodeDecodeError:
                decoded[encoding] = None
        return decoded[encoding]

    trials: list[tuple[str, dict[str, float], str]] = []
    for rank in range(3):
        trials += [
            (encodings[rank], dict.fromkeys(letters, 1.0), "LATIN") for encodings, letters in _LATIN if rank < len(encodings)
        ]
    trials += [(encoding, _CYRILLIC_WEIGHT, "CYRILLIC") for encoding in _CYRILLIC]
    trials += [(encoding, {}, "ARABIC") for encoding in _ARABIC]
    trials += [(encoding, {}, script) for encoding, script in _OTHERS]
    for order, (encoding, weights, script) in enumerate(trials):
        text = text_in(encoding)
        if text is None:
            continue
        score = _plausibility(text, weights, script) - 0.0005 * order
        if best is None or score > best[0]:
            best = (score, encoding)
    if best and best[0] >= 0.35:
        return best[1]
    match = from_bytes(sample, threshold=0.15).best()
    return match.encoding if match and not match.encoding.startswith("utf") else None


def _sample(data: bytes) -> bytes:
    """The first lines that hold bytes beyond ASCII, up to `GUESS_SAMPLE` bytes: a long English start hides no later name."""
    if len(data) <= GUESS_SAMPLE:
        return data
    kept: list[bytes] = []
    size = 0
    for line in data.splitlines(keepends=True):
        if not line.isascii():
            kept.append(line[:GUESS_SAMPLE])
            size += len(kept[-1])
            if size >= GUESS_SAMPLE:
                break
    return b"".join(kept)


def _script(char: str) -> str:
    if char < "\x80":
        return "LATIN" if char.isalpha() else ""
    name = unicodedata.name(char, "")
    return next((script for script in _SCRIPTS if name.startswith(script)), "OTHER") if char.isalpha() else ""


def _plausibility(text: str, weights: dict[str, float], script: str) -> float:
    """Mean plausibility, at most 1, of the characters beyond ASCII in `text`, were it of `script` with these letter weights."""
    total = count = 0.0
    before = ""
    for position, char in enumerate(text):
        if char < "\x80":
            before = char
            continue
        count += 1
        if char.isalpha():
            value = weights.get(char.lower(), -0.2 if weights else 0.8)
            following = text[position + 1 : position + 2]
            if script == "LATIN" and not before.isalpha() and not following.isalpha() and char.lower() not in _ALONE:
                value = -0.5
            if not weights and _script(char) != script:
                value = -1.0
            if before.isalpha():
                if char.isupper() and (before.islower() or following.islower()):
                    value -= 1.5
                if _script(before) != _script(char):
                    value -= 1.0
            if following.isascii() and following.isalpha() and script != "LATIN":
                value -= 1.0
            total += value
        elif char in _PUNCTUATION:
            total += 0.9
        elif unicodedata.category(char) == "Cc":
            total -= 3.0
        else:
            following = text[position + 1 : position + 2]
            total -= 2.0 if before.isalpha() and following.isalpha() else 0.5
        before = char
    return total / count if count else 0.0
