"""The papers of the demo process as files: Word, PDF, e-mail, web page and plain text, made from the texts beside this module.

Every person, party, place and event in them is invented. Dates are counted back from the day of loading, so that the demo is
never stale: `{{-12}}` in a text is the day twelve days before, written out in the language of the paper.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape
from pathlib import Path

from babel.dates import format_date

FOLDER = Path(__file__).resolve().parent
_DATE = re.compile(r"\{\{(-?\d+)\}\}")


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper: its file name and bytes, its day, and the header of the text it was made from."""

    key: str
    name: str
    data: bytes
    day: date | None
    header: dict[str, str]
    text: str
    enclosure: Paper | None = None


def papers(today: date) -> list[Paper]:
    """All papers in the order of their dates."""
    made = [_paper(path, today) for path in sorted(FOLDER.glob("[0-9][0-9]-*.txt"))]
    return sorted(made, key=lambda paper: paper.day or today)


def _paper(path: Path, today: date) -> Paper:
    head, _, body = path.read_text(encoding="utf-8").partition("\n---\n")
    header = dict(line.split(": ", 1) for line in head.splitlines())
    language = header["language"]

    def written(match: re.Match[str]) -> str:
        return format_date(today + timedelta(days=int(match[1])), format="long", locale="en_GB" if language == "en" else language)

    text = _DATE.sub(written, body)
    day = today + timedelta(days=int(header["day"])) if "day" in header else None
    enclosure = _paper(FOLDER / header["enclosure"], today) if "enclosure" in header else None
    suffix = Path(header["file"]).suffix
    data = {".txt": _plain, ".docx": _word, ".pdf": _pdf, ".eml": _mail, ".html": _page}[suffix](text, header, day)
    return Paper(path.name.split(".")[0], header["file"], data, day, header, text, enclosure)


def _plain(text: str, header: dict[str, str], day: date | None) -> bytes:
    return text.encode("utf-8")


def _paragraphs(text: str) -> list[str]:
    return [block for block in re.split(r"\n\s*\n", text.strip()) if block.strip()]


def _word(text: str, header: dict[str, str], day: date | None) -> bytes:
    import docx

    document = docx.Document()
    document.core_properties.author = header.get("from", "")
    for block in _paragraphs(text):
        paragraph = document.add_paragraph()
        for n, line in enumerate(block.splitlines()):
            if n:
                paragraph.add_run().add_break()
            paragraph.add_run(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _pdf(text: str, header: dict[str, str], day: date | None) -> bytes:
    import json

    import typst

    source = '#set page(paper: "a4", margin: 28mm)\n#set text(size: 11pt, font: ("Noto Serif", "Libertinus Serif"))\n#set par(justify: false, leading: 0.7em)\n'
    for block in _paragraphs(text):
        source += "\n\n" + " #linebreak() ".join(f"#{json.dumps(line, ensure_ascii=False)}" for line in block.splitlines())
    fonts = FOLDER.parent.parent / "outputs" / "fonts"
    return bytes(typst.compile(source.encode("utf-8"), font_paths=[str(fonts)] if fonts.exists() else []))


def _mail(text: str, header: dict[str, str], day: date | None) -> bytes:
    message = EmailMessage()
    slug = re.sub(r"[^a-z]+", ".", header["from"].lower()).strip(".")
    message["From"] = f'"{header["from"]}" <{slug}@velmar.example>'
    message["To"] = '"Office of the Lirva Valley Community" <office@lirva.example>'
    message["Subject"] = header["subject"]
    if day is not None:
        message["Date"] = format_datetime(datetime.combine(day, time(10, 30)))
    message["Message-ID"] = f"<{header['file']}@velmar.example>"
    message.set_content(text)
    return message.as_bytes()


def _page(text: str, header: dict[str, str], day: date | None) -> bytes:
    body = "\n".join(f"<p>{escape(block)}</p>" for block in _paragraphs(text))
    published = day.isoformat() if day else ""
    return f"""<!doctype html>
<html lang="{header["language"]}"><head><meta charset="utf-8"><title>{escape(header["title"])} | {escape(header["publisher"])}</title>
<meta property="og:site_name" content="{escape(header["publisher"])}"><meta property="og:title" content="{escape(header["title"])}">
<meta property="article:published_time" content="{published}"></head>
<body><nav><a href="#">Front page</a> <a href="#">Politics</a> <a href="#">Weather</a></nav>
<article><h1>{escape(header["title"])}</h1>
{body}
</article>
<aside><h2>You might also like</h2><ul><li><a href="#">River falls at last</a></li><li><a href="#">Market days in Sarn Ford</a></li></ul></aside>
<footer>All rights with the {escape(header["publisher"])}, an invented newspaper</footer></body></html>
""".encode()
