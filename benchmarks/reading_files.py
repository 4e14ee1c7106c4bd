"""How fast files become text, and what a long run costs in memory.

    python benchmarks/reading_files.py            # text out of each kind of file
    python benchmarks/reading_files.py 1000       # that many whole readings through the worker processes

A page is 3,000 characters. Everything is made here; the letters are copies of one invented letter.
"""

from __future__ import annotations

import io
import resource
import sys
import time

import docx
import typst

from wayhome.core.sandbox import Pool, read_many
from wayhome.core.sandbox.process import resident
from wayhome.engines.reading.extract import extract

PAGE = 3_000
SENTENCES = (
    "We write about the return of the displaced inhabitants of the valley, which was promised to them. We ask the Ministry of Return to "
    "open the road to Upper Lirva. It undertook to clear the mines before the winter. No reply came to our letters of spring. "
)


def paragraphs(pages: int) -> list[str]:
    """Numbered paragraphs that fill `pages` pages."""
    count = pages * PAGE // (len(SENTENCES) * 2 + 10)
    return [f"{number}th matter. {SENTENCES * 2}".strip() for number in range(count)]


def made(kind: str, pages: int) -> bytes:
    """A file of `pages` pages."""
    parts = paragraphs(pages)
    if kind == "pdf":
        setting = '#set page("a4", numbering: "1", header: [Lirva Valley Community])\n#set par(justify: true)\n'
        return bytes(typst.compile((setting + "\n\n".join(parts)).encode()))
    if kind == "docx":
        document = docx.Document()
        for part in parts:
            document.add_paragraph(part)
        buffer = io.BytesIO()
        document.save(buffer)
        return buffer.getvalue()
    if kind == "html":
        return ("<html><body><article>" + "".join(f"<p>{part}</p>" for part in parts) + "</article></body></html>").encode()
    head = "From: a@b.example\nSubject: s\nMessage-ID: <1@b.example>\n\n" if kind == "eml" else ""
    return (head + "\n\n".join(parts)).encode("cp1252" if kind == "txt" else "utf-8")


def formats(pages: int = 200) -> None:
    """Print pages a second for each kind of file, best of three."""
    for kind in ("txt", "md", "html", "pdf", "docx", "eml"):
        data = made(kind, pages)
        best = float("inf")
        text = ""
        for _ in range(3):
            begun = time.perf_counter()
            text = extract(f"a.{kind}", data).text
            best = min(best, time.perf_counter() - begun)
        print(
            f"{kind:5} {len(data) / 1e6:6.2f} MB {len(text) / PAGE:6.0f} pages {best:7.3f} s {len(text) / PAGE / best:9,.0f} pages/s"
        )


def run(count: int) -> None:
    """Print the time and memory of `count` whole readings of a two-page letter, one worker."""
    letter = "\n\n".join(["Excellency,", *paragraphs(2), "Sabela Orun"]).encode()
    with Pool(1) as pool:
        pool.run("builtins:len", "")
        base = max(resident(pid) for pid in pool.workers())
        begun = time.perf_counter()
        unread = 0
        peak = base
        for number, outcomes in enumerate(read_many(((f"{n}.txt", letter) for n in range(count)), pool=pool), 1):
            unread += sum(outcome.error is not None for outcome in outcomes)
            if number % 20 == 0:
                peak = max(peak, *(resident(pid) for pid in pool.workers()))
        seconds = time.perf_counter() - begun
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 if sys.platform == "darwin" else 1 / 1024)
        print(
            f"{count} letters, {unread} unread: {seconds:.0f} s, {count * len(letter) / PAGE / seconds:.1f} pages/s, {pool.started} workers in turn; "
            f"worker {base / 1e6:.0f} MB at start, {peak / 1e6:.0f} MB at most; caller {own / 1e6:.0f} MB at most"
        )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        run(int(sys.argv[1]))
    else:
        formats()
