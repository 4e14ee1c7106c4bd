"""What every page with a form that writes does: run it, and put an error that a person can mend at its field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction
from django.http import HttpRequest

from wayhome.core.errors import Forbidden, WayhomeError

T = TypeVar("T")


def carried_out(request: HttpRequest, form: Any, act: Callable[[], T]) -> tuple[T] | None:
    """Do what a form asks for, in one transaction, once it is sent and valid.

    Returns:
        What came of it; None when there is nothing to do yet, or when it was refused: then the form says why and nothing is kept.

    Raises:
        Forbidden: shown as a page of its own.
    """
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        with transaction.atomic():
            return (act(),)
    except Forbidden:
        raise
    except WayhomeError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return None
