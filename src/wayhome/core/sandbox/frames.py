"""What goes through the pipe between the caller and a worker: a length (8 bytes, big endian) and a pickle.

The worker trusts its caller. The caller does not trust the worker, which has had a stranger's file in its hands: from its
answers only plain values and the engines' frozen dataclasses are rebuilt, nothing else can be named in them.
"""

from __future__ import annotations

import dataclasses
import importlib
import io
import pickle
import struct
from typing import Any

HEADER = struct.Struct(">Q")
MAX_ANSWER = 512 * 1024 * 1024


def pack(value: object) -> bytes:
    """One frame."""
    content = pickle.dumps(value, protocol=5)
    return HEADER.pack(len(content)) + content


class _Plain(pickle.Unpickler):
    def find_class(self, module_name: str, name: str) -> Any:
        if module_name.startswith("wayhome.engines.") and name.isidentifier():
            found = getattr(importlib.import_module(module_name), name, None)
            if isinstance(found, type) and dataclasses.is_dataclass(found) and found.__module__ == module_name:
                return found
        raise pickle.UnpicklingError(f"{module_name}.{name} has no place in an answer")


def unpack_answer(content: bytes) -> Any:
    """The value of an answer's content. Raises `pickle.UnpicklingError` and its like for anything else than plain data."""
    return _Plain(io.BytesIO(content)).load()
