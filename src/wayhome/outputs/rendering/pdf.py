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
    compiler = typst.Compiler(
        _TEMPLATE.read_bytes(),
        root=str(FOLDER),
        font_paths=_fonts(_own_fonts()),
        sys_inputs={"letter": json.dumps(sheet.values(), ensure_ascii=True)},
    )
    try:
        return bytes(compiler.compile(format="pdf", pdf_standards=STANDARDS, timestamp=0))
    except typst.TypstError as error:
        unknown = sorted(set(_UNKNOWN.findall(str(error))))
        if not unknown:
            raise
        raise InvalidInput(
            _("The PDF cannot show these characters: %(characters)s") % {"characters": " ".join(unknown)[:200]},
            _("The Word document has them. For the PDF, the operator puts a font with this script into the folder “fonts”."),
            code="no_font",
        ) from error
