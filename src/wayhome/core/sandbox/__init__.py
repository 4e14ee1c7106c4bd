"""Reading documents in worker processes, so that no file can take the server or the command down.

    from wayhome.core.sandbox import read_document, read_tree, read_many

    outcome = read_document("letter.pdf", data)               # one file: Read or Unread, never an exception
    if outcome.error is None:
        outcome.reading.asks, outcome.extracted.title, outcome.extracted.attachments
    else:
        outcome.error.problem, outcome.error.remedy, outcome.error.code

    for outcome in read_tree("mail.eml", data): ...           # the mail, then each attachment ("mail.eml!annex.pdf")
    for outcome in read_many(paths, jobs=2): ...              # many files, in their order, memory bounded

`limits` bounds the file itself (`Limits`: bytes, pages, characters, attachments, nesting, ZIP ratio); `bounds` the process
that reads it (`Bounds`: seconds on the clock and of CPU, memory). A worker that hangs, grows or crashes is killed and
replaced; its file becomes an `Unread` with what to do, all others are read. Workers are processes of their own, started
with `subprocess` (no fork of a threaded server, no re-import of `__main__`), kept warm with the language models loaded and
replaced after some hundred documents or when they have grown. They get no settings, keys or database address and may not
open network connections. All functions may be called from any thread; callers share one pool per process
(`WAYHOME_READERS` workers, default 2) and wait for their turn, at most `Bounds.queue_seconds`.

`run` does the same for any importable function that returns plain values or an engine's dataclasses.
"""

from __future__ import annotations

from wayhome.core.sandbox.bounds import Bounds
from wayhome.core.sandbox.documents import Outcome, Propose, Read, Unread, read_document, read_many, read_tree
from wayhome.core.sandbox.pool import Pool, close, light, run

__all__ = [
    "Bounds",
    "Outcome",
    "Pool",
    "Propose",
    "Read",
    "Unread",
    "close",
    "light",
    "read_document",
    "read_many",
    "read_tree",
    "run",
]
