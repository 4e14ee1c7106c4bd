"""The files of imports, sealed: they hold document numbers and needs as people typed them.

A file is cut into pieces, each encrypted with the process's data key and bound to its place, so that pieces can't be moved,
swapped or left out. It is opened into a temporary file readable by this user alone, which is gone when the work with it ends.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from wayhome.accounts.models import Process
from wayhome.registry.sealing import Sealer

_PIECE = 4 * 1024 * 1024
_HEAD = struct.Struct(">8sQ")  # a mark and the number of the data key
_LENGTH = struct.Struct(">I")
_MARK = b"WHLIST1\n"


def path_of(process_id: int, digest: str) -> Path:
    """Where the sealed file lies, whether or not it exists."""
    if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        raise ValueError("a SHA-256 in lower-case hexadecimal is needed")
    return Path(settings.FILES_ROOT) / "lists" / str(process_id) / digest[:2] / digest


def store(process: Process, source: BinaryIO) -> tuple[str, int]:
    """Seal a file; return its SHA-256 and size. The same file twice in a process is kept once."""
    hashing, size = hashlib.sha256(), 0
    while piece := source.read(_PIECE):
        hashing.update(piece)
        size += len(piece)
    digest = hashing.hexdigest()
    target = path_of(process.pk, digest)
    if target.exists() and _readable(process, target, digest):
        return digest, size
    source.seek(0)
    sealer = Sealer(process)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, temporary = tempfile.mkstemp(dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as sink:
            sink.write(_HEAD.pack(_MARK, sealer.key_id))
            place = 0
            piece = source.read(_PIECE)
            while piece:
                following = source.read(_PIECE)
                sealed = sealer.encrypt_bytes(piece, bound_to=_bound(digest, place, last=not following))
                sink.write(_LENGTH.pack(len(sealed)) + sealed)
                piece, place = following, place + 1
            sink.flush()
            os.fsync(sink.fileno())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return digest, size


@contextlib.contextmanager
def opened(process: Process, digest: str) -> Iterator[Path]:
    """The file in the clear, for as long as the work with it lasts. Raises `FileNotFoundError`, and `ValueError` for a damaged one."""
    source = path_of(process.pk, digest)
    if not source.is_file():
        raise FileNotFoundError(source.name)
    sealer = Sealer(process)
    with tempfile.TemporaryDirectory(prefix="wayhome-list-") as folder:
        target = Path(folder) / "list"
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with source.open("rb") as sealed, os.fdopen(descriptor, "wb") as sink:
            mark, key_id = _HEAD.unpack(sealed.read(_HEAD.size))
            if mark != _MARK:
                raise ValueError("not a sealed list")
            place = 0
            length = sealed.read(_LENGTH.size)
            while length:
                piece = sealed.read(_LENGTH.unpack(length)[0])
                length = sealed.read(_LENGTH.size)
                sink.write(sealer.decrypt_bytes(piece, key_id=key_id, bound_to=_bound(digest, place, last=not length)))
                place += 1
        yield target


def _readable(process: Process, target: Path, digest: str) -> bool:
    """Whether the file on disk is sealed with a key of this database: after a restored backup it may not be."""
    try:
        with target.open("rb") as sealed:
            mark, key_id = _HEAD.unpack(sealed.read(_HEAD.size))
            piece = sealed.read(_LENGTH.unpack(sealed.read(_LENGTH.size))[0])
            last = not sealed.read(1)
        Sealer(process).decrypt_bytes(piece, key_id=key_id, bound_to=_bound(digest, 0, last=last))
    except (OSError, ValueError, struct.error):
        return False
    return bool(mark == _MARK)


def forget(process_id: int, digest: str) -> None:
    """Delete the sealed file and what was kept of it."""
    target = path_of(process_id, digest)
    target.unlink(missing_ok=True)
    _rest_of(target).unlink(missing_ok=True)


def drop_file(process_id: int, digest: str) -> None:
    """Delete the sealed file alone: what `keep_rest` kept of it stays."""
    path_of(process_id, digest).unlink(missing_ok=True)


def is_whole(process_id: int, digest: str) -> bool:
    """Whether the file itself is still there: it goes when somebody in it is erased."""
    return path_of(process_id, digest).is_file()


def keep_rest(process: Process, digest: str, rest: bytes) -> None:
    """Put `rest` beside the file, sealed and bound to it: rows still to be corrected, when the file itself has to go."""
    sealer = Sealer(process)
    target = _rest_of(path_of(process.pk, digest))
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    sealed = sealer.encrypt_bytes(rest, bound_to=f"list {digest} rest".encode())
    descriptor, temporary = tempfile.mkstemp(dir=target.parent)
    with os.fdopen(descriptor, "wb") as sink:
        sink.write(_HEAD.pack(_MARK, sealer.key_id) + sealed)
        sink.flush()
        os.fsync(sink.fileno())
    Path(temporary).replace(target)


def rest(process: Process, digest: str) -> bytes:
    """What `keep_rest` kept. Raises `FileNotFoundError` where nothing was."""
    sealed = _rest_of(path_of(process.pk, digest)).read_bytes()
    _mark, key_id = _HEAD.unpack(sealed[: _HEAD.size])
    return Sealer(process).decrypt_bytes(sealed[_HEAD.size :], key_id=key_id, bound_to=f"list {digest} rest".encode())


def _rest_of(target: Path) -> Path:
    return target.with_name(f"{target.name}.rest")


def _bound(digest: str, place: int, *, last: bool) -> bytes:
    return f"list {digest} {place}{' end' if last else ''}".encode()
