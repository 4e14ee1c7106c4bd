"""The parts of an Office file: a ZIP that is opened with suspicion, and XML that is parsed without entities."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from wayhome.engines.reading.errors import ReadingError
from wayhome.engines.reading.extract.limits import Limits, megabytes

_RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


class Package:
    """An Office file's parts by name. Raises `zip_bomb`, `damaged`, `encrypted`, `unsafe_xml`."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, RuntimeError, OSError, EOFError):
            raise _damaged() from None
        entries = self._zip.infolist()
        total = sum(entry.file_size for entry in entries)
        if len(entries) > limits.max_zip_entries:
            raise _bomb(f"it holds {len(entries):,} parts; the limit is {limits.max_zip_entries:,}")
        if total > limits.max_zip_bytes:
            raise _bomb(f"unpacked it would take {megabytes(total)}; the limit is {megabytes(limits.max_zip_bytes)}")
        if total > limits.max_zip_ratio * max(len(data), 10_000):
            raise _bomb(f"its {megabytes(len(data))} would unpack to {megabytes(total)}")
        # Names are compared without case, as Word does; a part that comes twice is a disguise.
        self._parts = {entry.filename.lstrip("/").casefold(): entry for entry in entries}
        if len(self._parts) < len(entries):
            raise _damaged()
        self._left = limits.max_zip_bytes

    def has(self, name: str) -> bool:
        return name.lstrip("/").casefold() in self._parts

    def names(self) -> list[str]:
        return [entry.filename for entry in self._parts.values()]

    def bytes_of(self, name: str) -> bytes:
        """A part's content. The size the archive declares is a ceiling, never trusted to be the truth."""
        entry = self._parts.get(name.lstrip("/").casefold())
        if entry is None:
            raise _damaged()
        if entry.flag_bits & 0x1:
            raise ReadingError(
                "encrypted",
                "The document is protected by a password.",
                "Open it with its password, save it without one, and give it again.",
            )
        try:
            with self._zip.open(entry) as stream:
                content = stream.read(self._left + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OSError):
            raise _damaged() from None
        self._left -= len(content)
        if self._left < 0:
            raise _bomb("its parts unpack to more than they declare")
        return content

    def xml(self, name: str) -> Element:
        """A part's root element. A document type declaration or an entity refuses the file: Office writes neither."""
        try:
            root: Element = fromstring(self.bytes_of(name), forbid_dtd=True, forbid_entities=True, forbid_external=True)
        except DefusedXmlException:
            raise ReadingError(
                "unsafe_xml",
                "The document declares XML entities, which word processors never write and which can be used to attack a reader. "
                "It was not read.",
                "Ask where it comes from. If it is trusted, open it in a word processor and save it as a new .docx.",
            ) from None
        except (ParseError, ValueError, LookupError):
            raise _damaged() from None
        return root

    def relationships(self, part: str) -> dict[str, tuple[str, str, bool]]:
        """Relationships of `part` (`""`: the package) by id: last word of the type, target part, whether it is external."""
        folder, leaf = posixpath.split(part)
        name = posixpath.join(folder, "_rels", f"{leaf}.rels")
        found: dict[str, tuple[str, str, bool]] = {}
        if not self.has(name):
            return found
        for element in self.xml(name).iter(_RELATIONSHIPS):
            target = element.get("Target") or ""
            external = element.get("TargetMode") == "External"
            if not external:
                target = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[element.get("Id") or ""] = ((element.get("Type") or "").rsplit("/", 1)[-1], target, external)
        return found


def _damaged() -> ReadingError:
    return ReadingError(
        "damaged",
        "The Word document is damaged or cut off.",
        "Get it again from its source, or open it in a word processor, let it repair the file, and save it anew.",
    )


def _bomb(reason: str) -> ReadingError:
    return ReadingError(
        "zip_bomb",
        f"The document was not unpacked: {reason}.",
        "Ask where it comes from. If it is trusted, take its pictures out in a word processor, or save it as PDF.",
    )
