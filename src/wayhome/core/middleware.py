"""The visitor's address behind a proxy; errors of the one family as a page or as JSON."""

from __future__ import annotations

import contextlib
import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from wayhome.core.errors import WayhomeError


class ProxyMiddleware:
    """Puts the visitor's address in REMOTE_ADDR when the server stands behind `settings.PROXIES` proxies of its own.

    Each proxy appends the address that it saw to X-Forwarded-For; what stands before those is the visitor's own word and is not
    believed. Locks after wrong passwords, limits and the audit log all go by REMOTE_ADDR.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.PROXIES > 0:
            chain = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
            if len(chain) >= settings.PROXIES:
                with contextlib.suppress(ValueError):  # not an address: the connection's own stays
                    request.META["REMOTE_ADDR"] = str(ipaddress.ip_address(chain[-settings.PROXIES]))
        return self.get_response(request)


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
