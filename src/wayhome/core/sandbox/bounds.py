"""What a worker process may use."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits of one call and of a worker's life.

    `wall_seconds` and `cpu_seconds` count one document, after the models are loaded. `memory_bytes` is what a document may
    need beyond the loaded models: a ceiling on address space where the system enforces one (Linux), and on resident memory,
    watched from outside, everywhere. A worker ends after `documents` of them, or when it keeps more than half of
    `memory_bytes`. `queue_seconds` is how long a caller waits for a free worker.
    """

    wall_seconds: float = 60.0
    cpu_seconds: float = 60.0
    memory_bytes: int = 1024 * MEGABYTE
    documents: int = 200
    queue_seconds: float = 300.0
    start_seconds: float = 120.0
