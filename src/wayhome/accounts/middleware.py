"""Language as the logged-in person chose it, and a second factor for the roles that must have one."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _

from wayhome.accounts.queries import lacks_second_factor


class PreferencesMiddleware:
    """Activates the language of the account, of the language cookie, or of the browser, in this order."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.known = {code for code, _name in settings.LANGUAGES}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = getattr(request.user, "language", "") or ""
        language = chosen if chosen in self.known else translation.get_language_from_request(request)
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language() or "en")
        return response


class SecondFactorMiddleware:
    """Leads a person whose role needs a second factor to the page where one is set up, until there is one.

    The account's own pages (log-out, password, second factor, language) stay open; everything else waits. Off, and without a
    query, unless WAYHOME_REQUIRE_SECOND_FACTOR names roles.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        if not settings.REQUIRE_SECOND_FACTOR or not request.user.is_authenticated:
            return None
        if request.path_info.startswith("/account/") or not lacks_second_factor(request.user):
            return None
        messages.warning(request, _("Your role needs a second factor. Set one up here; then everything else opens again."))
        return redirect("mfa_index")
