"""Plain text and Markdown: the text is the file's own, character for character, line ends kept, so that offsets hold."""

from __future__ import annotations

import re

from wayhome.engines.reading.extract.decode import decode
from wayhome.engines.reading.extract.limits import Limits
from wayhome.engines.reading.extract.sniff import MARKDOWN
from wayhome.engines.reading.types import Extracted

_HEADING = re.compile(r"^#{1,2}[ \t]+(\S.*?)[ \t#]*$", re.M)


def extract_plain(data: bytes, media_type: str, limits: Limits) -> Extracted:
    """Decode `data`; Markdown's first heading of level one or two is the title, a text file has none of its own."""
    decoded = decode(data)
    limits.check_characters(len(decoded.text))
    title = None
    if media_type == MARKDOWN and (match := _HEADING.search(decoded.text[:5_000])):
        title = match[1].strip()
    return Extracted(text=decoded.text, media_type=media_type, title=title, warnings=decoded.warnings)
