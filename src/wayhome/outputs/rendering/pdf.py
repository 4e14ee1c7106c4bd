"""PDF through Typst: tagged (PDF/UA-1), with language and title, set in the fonts of this package alone.

Values travel as JSON in `sys.inputs`; the template sets each as text, so no string of a letter is ever read as markup. A folder
`fonts` in the data folder adds an operator's own fonts for further scripts.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from wayhome.core.errors import InvalidInput
from wayhome.outputs.rendering.sheet import Sheet

FOLDER = Path(__file__).resolve().parent
FONTS = FOLDER.parent / "fonts"
_TEMPLATE = FOLDER / "letter.typ"
_UNKNOWN = re.compile(r"the text `\"(.+?)\"` could not be displayed")
STANDARDS = ["ua-1"]
MOST_ROUNDS = 20  # of asking which characters have no font


@lru_cache(maxsize=2)
def _fonts(own: str) -> Any:
    folders = [str(FONTS)] + ([own] if own else [])
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


def _own_fonts() -> str:
    folder = Path(settings.WAYHOME_HOME) / "fonts"
    return str(folder) if folder.is_dir() else ""


def pdf(sheet: Sheet) -> bytes:
    """The letter as PDF. The same sheet gives the same bytes.

    Raises:
        InvalidInput: for characters that no font at hand can show; the message lists them.
    """
    values = json.dumps(sheet.values(), ensure_ascii=False)
    try:
        return _compile(values)
    except typst.TypstError as error:
        unknown = _unknown(error, values)
        if not unknown:
            raise
        raise InvalidInput(
            _("The PDF cannot show these characters: %(characters)s") % {"characters": " ".join(sorted(unknown))[:200]},
            _("The Word document has them. For the PDF, the operator puts a font with this script into the folder “fonts”."),
            code="no_font",
        ) from error


def _compile(values: str) -> bytes:
    compiler = typst.Compiler(
        _TEMPLATE.read_bytes(), root=str(FOLDER), font_paths=_fonts(_own_fonts()), sys_inputs={"letter": values}
    )
    return bytes(compiler.compile(format="pdf", pdf_standards=STANDARDS, timestamp=0))


def _unknown(error: typst.TypstError, values: str) -> set[str]:
    """Characters without a font. Typst names the first in each string: those are taken out and it is asked again."""
    found: set[str] = set()
    for _round in range(MOST_ROUNDS):
        named = {ch for text in _UNKNOWN.findall(str(error)) for ch in text} - found
        if not named:
            break
        found |= named
        values = values.translate({ord(ch): None for ch in named})
        try:
            _compile(values)
        except typst.TypstError as again:
            error = again
        else:
            break
    return found
