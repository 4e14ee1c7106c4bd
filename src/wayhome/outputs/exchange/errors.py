"""What can be wrong with a docket file; each fault names the part, row and field and what to do."""

from __future__ import annotations

from typing import Any

from wayhome.core.errors import InvalidInput


class DocketFileError(InvalidInput):
    """A docket file cannot be read; nothing of it was kept."""

    code = "docket_file"

    def __init__(
        self, problem: Any, remedy: Any = "", *, part: str = "", row: int | None = None, field: str | None = None
    ) -> None:
        place = part + (f", row {row}" if row is not None else "") + (f", field “{field}”" if field else "")
        super().__init__(f"{place}: {problem}" if place else problem, remedy, field=field)
        self.part, self.row = part, row
