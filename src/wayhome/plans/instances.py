"""Instance and plan folders of runs, kept by content and sealed: they list households with what they need and where they are.

They lie beside the sealed files of lists, under the same keys (`registry.list_files`).
"""

from __future__ import annotations

import io

from wayhome.accounts.models import Process
from wayhome.registry import list_files


def store(process: Process, data: bytes) -> str:
    """Seal a folder packed as bytes; return its SHA-256. The same folder twice is kept once."""
    digest, _size = list_files.store(process, io.BytesIO(data))
    return digest


def load(process: Process, digest: str) -> bytes:
    """The bytes in the clear. Raises `FileNotFoundError`, and `ValueError` for an altered file."""
    with list_files.opened(process, digest) as path:
        return path.read_bytes()


def forget(process: Process, digest: str) -> None:
    """Delete a sealed folder that no run needs any more."""
    list_files.forget(process.pk, digest)
