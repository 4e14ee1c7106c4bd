"""Which encoding the bytes of a text file are in. Marks and strict UTF-8 first; then old code pages are compared by the letters they give."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 256 * 1024

# The commonest letters of the languages written in each code page, in falling order of use; a wrong page gives rare letters.
_CYRILLIC = "оеаинтсрвлкмдпуябгзйьы"
_ARABIC = "اليمونترهبدعسفحقكجشصطخ"
_ARMENIAN = "աեինրկլոտմսյւվգդբհզչթղ"
_GREEK = "αοιετσνηυρπκμλςδγ"
_HEBREW = "יוהלארתבשמנ"
_WESTERN = "éèàùâêîôûçëïüöäáíóúñß"
_TURKIC = "ıəşğüöçİŞĞÜÖÇ"
_CENTRAL = "šžčćđřěůýáíéłęąśżźńőűţş"
CANDIDATES: tuple[tuple[str, str], ...] = (
    ("cp1251", _CYRILLIC),
    ("cp866", _CYRILLIC),
    ("koi8-r", _CYRILLIC),
    ("mac-cyrillic", _CYRILLIC),
    ("cp1256", _ARABIC),
    ("iso8859-6", _ARABIC),
    ("armscii-8", _ARMENIAN),
    ("cp1252", _WESTERN),
    ("cp1254", _TURKIC + _WESTERN),
    ("cp1250", _CENTRAL),
    ("cp1253", _GREEK),
    ("cp1255", _HEBREW),
)

_ARMSCII = {
    0xA2: "և", 0xA3: "։", 0xA4: ")", 0xA5: "(", 0xA6: "»", 0xA7: "«", 0xA8: "—", 0xA9: ".", 0xAA: "՝", 0xAB: ",", 0xAC: "-",
    0xAD: "֊", 0xAE: "…", 0xAF: "՜", 0xB0: "՛", 0xB1: "՞", 0xFE: "՚",
} | {0xB2 + 2 * i: chr(0x531 + i) for i in range(38)} | {0xB3 + 2 * i: chr(0x561 + i) for i in range(38)}  # fmt: skip
"""The Armenian standard code for information interchange, of which Python knows nothing: capitals and small letters alternate."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """`name` as Python knows it, or armscii-8; `certain` when a mark or strict decoding proves it."""

    name: str
    certain: bool


def detect(path: Path) -> Encoding:
    """The encoding of a file. UTF-8 is believed only if the whole file is valid."""
    with path.open("rb") as handle:
        sample = handle.read(_SAMPLE)
    for mark, name in _BOMS:
        if sample.startswith(mark):
            return Encoding(name, True)
    wide = _without_mark(sample)
    if wide:
        return Encoding(wide, True)
    if _is_utf8(path):
        return Encoding("utf-8", True)
    return Encoding(_best(sample), False)


def lines(handle: BinaryIO, encoding: str) -> Iterator[str]:
    """Text lines with their ends, decoded; bytes that the encoding does not know become U+FFFD and never stop the reading."""
    armenian = encoding == "armscii-8"
    text = io.TextIOWrapper(handle, "latin-1" if armenian else encoding, errors="replace", newline="")
    return (line.translate(_ARMSCII) for line in text) if armenian else iter(text)


def decode(data: bytes, encoding: str) -> str:
    """A short run of bytes as text."""
    if encoding == "armscii-8":
        return data.decode("latin-1").translate(_ARMSCII)
    return data.decode(encoding, errors="replace")


def _without_mark(sample: bytes) -> str:
    """UTF-16 without a mark: every second byte of Latin text, digits and separators is zero."""
    if len(sample) < 4 or b"\0" not in sample:
        return ""
    half = max(1, len(sample) // 2)
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 0.2 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.2 * half and odd < 0.05 * half:
        return "utf-16-be"
    return ""


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as handle:
        try:
            while chunk := handle.read(4 * 1024 * 1024):
                decoder.decode(chunk)
            decoder.decode(b"", True)
        except UnicodeDecodeError:
            return False
    return True


def _best(sample: bytes) -> str:
    foreign = bytes(b for b in sample if b >= 0x80 or b in b" \n\t,;|")
    scores = {name: _plausible(decode(foreign[:60_000], name), name, letters) for name, letters in CANDIDATES}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] > 0.35:
        return best
    return _by_library(sample) or best


def _plausible(text: str, name: str, common: str) -> float:
    """How well non-ASCII characters look like a language of this page: common letters count, marks and odd capitals count against."""
    foreign = [ch for ch in text if ord(ch) >= 0x80]
    if not foreign:
        return 0.0
    weight = {ch: 1.0 - 0.5 * place / len(common) for place, ch in enumerate(common)}
    good = bad = 0.0
    before = " "
    for ch in text:
        if ord(ch) < 0x80:
            before = ch
            continue
        lower = ch.lower()
        if ch == "\ufffd" or not (ch.isalpha() or ch in "\u200c\u200d«»—–’“”№°،؛؟։՝…"):
            bad += 1.0
        elif lower in weight or ch in weight:
            good += weight.get(ch, weight.get(lower, 0.0))
        if ch.isupper() and before.isalpha() and before.islower():
            bad += 0.7  # a capital inside a word
        before = ch
    return (good - bad) / len(foreign) + (0.001 if name in {"cp1251", "cp1252"} else 0.0)


def _by_library(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    found = from_bytes(sample[:65_536]).best()
    if found is None:
        return ""
    try:
        return codecs.lookup(found.encoding).name
    except LookupError:
        return ""
