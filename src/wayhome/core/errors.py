"""One family of errors that people may see. Each has a stable `code`, a translated `problem` and a `remedy`."""

from __future__ import annotations

from typing import Any


class WayhomeError(Exception):
    """Something could not be done. `problem` says what and where, `remedy` what to do; both may be lazy translations."""

    status = 400
    code = "error"

    def __init__(self, problem: Any, remedy: Any = "", *, code: str | None = None, field: str | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy
        self.field = field
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        return f"{self.problem} {self.remedy}".strip()

    def as_json(self) -> dict[str, Any]:
        """The one JSON error shape."""
        return {"error": {"code": self.code, "problem": str(self.problem), "remedy": str(self.remedy), "field": self.field}}


class InvalidInput(WayhomeError):
    """What was given does not fit; `field` names where."""

    status = 422
    code = "invalid_input"


class Forbidden(WayhomeError):
    """The person may see the thing but may not do this with it."""

    status = 403
    code = "forbidden"


class Conflict(WayhomeError):
    """The thing is in a state that does not allow this step, or somebody else changed it first."""

    status = 409
    code = "conflict"


class TooLarge(WayhomeError):
    """Over a limit; the message names the limit."""

    status = 413
    code = "too_large"


class TooMany(WayhomeError):
    """Asked too often; the message says when to try again."""

    status = 429
    code = "too_many"
