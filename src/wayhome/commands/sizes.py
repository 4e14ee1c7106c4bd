"""Sizes and names on the command line."""

from __future__ import annotations

import os
import re
import unicodedata

import click

_UNITS = {"": 1, "b": 1, "k": 1024, "kb": 1024, "m": 1024**2, "mb": 1024**2, "g": 1024**3, "gb": 1024**3}


class Size(click.ParamType[int]):
    """A number of bytes: `300000`, `50MB`, `1.5 GB` (units of 1024)."""

    name = "size"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        match = re.fullmatch(r"\s*(\d{1,12}(?:\.\d{1,3})?)\s*([a-zA-Z]{0,2})\s*", str(value))
        if not match or match[2].lower() not in _UNITS:
            self.fail(f"{value!r} is no size. Write for example 300000, 50MB or 2GB.", param, ctx)
        size = int(float(match[1]) * _UNITS[match[2].lower()])
        if size < 1:
            self.fail("the size must be at least one byte.", param, ctx)
        return size


def plain_name(name: str) -> str:
    """A file's name as valid Unicode: bytes that are none are written `\\xNN`."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def shown_name(name: str) -> str:
    """A file's name safe to print."""
    return visible(plain_name(name))


def visible(text: str) -> str:
    """Text safe to print: control, direction and other invisible characters are escaped, so that none steers the terminal."""
    return "".join(char if _is_visible(char) else char.encode("unicode_escape").decode("ascii") for char in text)


def _is_visible(char: str) -> bool:
    # Joiners shape Arabic and Indic words; they are harmless and belong to the text.
    return char in " \u00a0\u200c\u200d" or unicodedata.category(char)[0] not in "CZ"
