"""The only file of the room that calls the engine `gazetteer`."""

from __future__ import annotations

from wayhome.engines.gazetteer import folding
from wayhome.engines.gazetteer.scripts import script_of


def name_keys(text: str) -> tuple[str, str, str]:
    """(key, sound, script) of a name, as the table of names keeps them."""
    read = folding.sounds(text)
    return folding.plain(text)[:250], folding.skeleton(read[0])[:120] if read else "", script_of(text)
