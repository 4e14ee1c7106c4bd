"""Turns errors of the one family into a page or into JSON."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from wayhome.core.errors import WayhomeError


class ErrorMiddleware:
    """A `WayhomeError` that a view lets through becomes a page with its status, or JSON for API clients."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, WayhomeError):
            return None
        if request.accepts("text/html"):
            return render(request, "wayhome/error.html", {"error": exception}, status=exception.status)
        return JsonResponse(exception.as_json(), status=exception.status)
