"""Files by content: a file is stored once under its SHA-256, written to a temporary name and moved into place."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings


def path_of(digest: str) -> Path:
    """Where the file with this SHA-256 (hex) lies, whether or not it exists."""
    if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise ValueError("a SHA-256 in lower-case hexadecimal is needed")
    return Path(settings.FILES_ROOT) / digest[:2] / digest[2:4] / digest


def store(data: bytes) -> str:
    """Keep `data`; return its SHA-256. Storing the same bytes twice writes once."""
    digest = hashlib.sha256(data).hexdigest()
    target = path_of(digest)
    if target.exists():
        return digest
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, temporary = tempfile.mkstemp(dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return digest


def load(digest: str) -> bytes:
    """The bytes stored under this SHA-256."""
    return path_of(digest).read_bytes()
