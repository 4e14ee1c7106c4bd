"""A text put together piece by piece, with the zones of the pieces."""

from __future__ import annotations

from wayhome.engines.reading.types import Zone, ZoneSpan


class Sheet:
    """Collects pieces and where they came to lie; joined once, so that many pieces cost no more than their length."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.length = 0
        self.zones: list[ZoneSpan] = []

    def add(self, piece: str, *, zone: Zone | None = None, gap: str = "\n\n") -> int:
        """Append `piece` after `gap` (none before the first); returns where it begins. Neighbours of one zone become one span."""
        if self._parts:
            self._parts.append(gap)
            self.length += len(gap)
        start = self.length
        self._parts.append(piece)
        self.length += len(piece)
        if zone is not None and piece:
            if self.zones and self.zones[-1].zone == zone and self.zones[-1].end + len(gap) == start:
                self.zones[-1] = ZoneSpan(zone, self.zones[-1].start, self.length)
            else:
                self.zones.append(ZoneSpan(zone, start, self.length))
        return start

    def text(self) -> str:
        return "".join(self._parts)
