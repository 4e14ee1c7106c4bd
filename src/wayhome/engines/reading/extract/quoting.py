"""Where a mail's own words end: quoted lines, an earlier message below, the signature after its delimiter."""

from __future__ import annotations

import re

from wayhome.engines.reading.types import Zone

_SIGNATURE = re.compile(r"^-- ?$")
_QUOTE_MARK = re.compile(r"^\s{0,3}(?:>|\|\s)")
# One line that introduces a quotation; languages are rows, not code.
_ATTRIBUTIONS = (
    r"^(?:On|Am|Le|El|Il|Em|Op)\b.{4,200}\b(?:wrote|schrieb|a\s+écrit|escribió|ha\s+scritto|escreveu|schreef)\s*:?\s*$",
    r"^.{4,200}\b(?:wrote|writes|schrieb|a\s+écrit|пишет|написала?|писала?|yazdı|yazıb|գրել է|գրեց)\s*:\s*$",
    r"^(?:كتب|في)\b.{0,200}كتب.{0,100}:\s*$",
)
_SEPARATORS = (
    r"^\s*-{2,}\s*(?:Original\s+Message|Original\s+message|Message\s+d['’]origine|Message\s+original|Ursprüngliche\s+Nachricht|"
    r"Исходное\s+сообщение|Оригинальное\s+сообщение|Mensaje\s+original|Orijinal\s+ileti|Forwarded\s+message|Message\s+transféré|"
    r"Пересылаемое\s+сообщение|Weitergeleitete\s+Nachricht|Mensaje\s+reenviado)\s*-{2,}\s*$",
    r"^\s*_{20,}\s*$",
    r"^(?:Begin forwarded message|Début du message (?:réexpédié|transféré)|Начало переадресованного сообщения)\s*:\s*$",
)
_HEADER_NAMES = (
    "From|Sent|To|Cc|Date|Subject|De|Envoyé|À|A|Objet|Date d['’]envoi|От|Отправлено|Кому|Копия|Дата|Тема|"
    "Von|Gesendet|An|Betreff|Kimden|Gönderildi|Kime|Konu|Para|Enviado|Asunto"
)
_HEADER_WORD = re.compile(rf"^\*?(?:{_HEADER_NAMES})\s?:\*?\s?\S", re.I)
_ATTRIBUTION = tuple(re.compile(pattern, re.I) for pattern in _ATTRIBUTIONS)
_SEPARATOR = tuple(re.compile(pattern, re.I) for pattern in _SEPARATORS)


def split_quoted(text: str) -> list[tuple[Zone, int, int]]:
    """Zones `quoted` and `signature` of a mail's text, in order, not overlapping. Offsets into `text`, end exclusive."""
    lines: list[tuple[int, str]] = []
    position = 0
    for line in text.split("\n"):
        lines.append((position, line))
        position += len(line) + 1
    zones: list[tuple[Zone, int, int]] = []
    index = 0
    while index < len(lines):
        start, line = lines[index]
        if _QUOTE_MARK.match(line) and line.lstrip().startswith(">"):
            last = _end_of_marked(lines, index)
            zones.append(("quoted", start, _end(lines, last)))
            index = last + 1
        elif _introduces(lines, index):
            marked = _next_filled(lines, index + _attribution_length(lines, index))
            if marked is not None and lines[marked][1].lstrip().startswith(">"):
                last = _end_of_marked(lines, marked)
                zones.append(("quoted", start, _end(lines, last)))
                index = last + 1
            else:
                zones.append(("quoted", start, _end(lines, len(lines) - 1)))
                break
        elif _SIGNATURE.match(line):
            last = index
            while last + 1 < len(lines) and not _introduces(lines, last + 1) and not lines[last + 1][1].lstrip().startswith(">"):
                last += 1
            zones.append(("signature", start, _end(lines, last)))
            index = last + 1
        else:
            index += 1
    return [(zone, start, end) for zone, start, end in zones if text[start:end].strip()]


def _end(lines: list[tuple[int, str]], index: int) -> int:
    return lines[index][0] + len(lines[index][1])


def _end_of_marked(lines: list[tuple[int, str]], index: int) -> int:
    """The last line of a run of marked lines; empty lines between them belong to it."""
    last = index
    while index < len(lines) and (lines[index][1].lstrip().startswith(">") or not lines[index][1].strip()):
        if lines[index][1].strip():
            last = index
        index += 1
    return last


def _next_filled(lines: list[tuple[int, str]], index: int) -> int | None:
    return next((at for at in range(index, min(index + 4, len(lines))) if lines[at][1].strip()), None)


def _attribution_length(lines: list[tuple[int, str]], index: int) -> int:
    """How many lines the introduction has: mail programs wrap `On DATE, NAME <address>` before `wrote:`."""
    line = lines[index][1].strip()
    if any(pattern.match(line) for pattern in _ATTRIBUTION):
        return 1
    if index + 1 < len(lines):
        both = f"{line} {lines[index + 1][1].strip()}"
        if re.match(r"^(?:On|Am|Le|El|Il|Em)\b", line) and any(char.isdigit() for char in line) and _ATTRIBUTION[0].match(both):
            return 2
    return 0


def _introduces(lines: list[tuple[int, str]], index: int) -> bool:
    line = lines[index][1].strip()
    if not line or len(line) > 400:
        return False
    if any(pattern.match(line) for pattern in _SEPARATOR):
        # A bare rule is a separator only where headers follow: elsewhere it may draw a line under a heading.
        return not set(line) <= set("_ ") or _headers_follow(lines, index + 1)
    if _attribution_length(lines, index):
        # "The Minister wrote:" in a letter's own text introduces no earlier mail unless marked lines or an address show it.
        follows = _next_filled(lines, index + _attribution_length(lines, index))
        marked = follows is not None and lines[follows][1].lstrip().startswith(">")
        joined = f"{line} {lines[index + 1][1] if index + 1 < len(lines) else ''}"
        return marked or ("@" in joined and any(char.isdigit() for char in joined))
    return index > 0 and not lines[index - 1][1].strip() and _headers_follow(lines, index)


def _headers_follow(lines: list[tuple[int, str]], index: int) -> bool:
    """Three header lines of a mail program in a row, as Outlook puts above the message it answers."""
    return sum(1 for _, line in lines[index : index + 5] if _HEADER_WORD.match(line.strip())) >= 3


def unflow(text: str, *, delsp: bool) -> str:
    """Undo format=flowed (RFC 3676): a line that ends in a space goes on in the next one of the same quote depth."""
    out: list[list[str]] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        rest = line[depth:]
        rest = rest[1:] if rest.startswith(" ") else rest
        flows = rest.endswith(" ") and rest != "-- "
        piece = rest[:-1] if flows and delsp else rest
        if open_depth == depth and out and rest != "-- ":
            out[-1].append(piece)
        else:
            out.append([(">" * depth + " " if depth else "") + piece])
        open_depth = depth if flows else None
    return "\n".join(line if line == "-- " else line.rstrip(" ") for line in map("".join, out))
