"""Account pages that allauth does not bring: preferences after log-in, language and theme before it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wayhome.accounts.forms import PreferencesForm

YEAR = 365 * 24 * 3600


def safe_next(request: HttpRequest, otherwise: str) -> str:
    """The address in `next` when it lies on this site, else `otherwise`."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe else otherwise


@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """Name, language, theme and single-key shortcuts of one's own account."""
    form = PreferencesForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect(safe_next(request, "preferences"))
    return render(request, "accounts/preferences.html", {"form": form})


@require_POST
def entrance_preferences(request: HttpRequest) -> HttpResponse:
    """Language or theme for somebody who is not logged in, kept in a cookie. Unknown values change nothing."""
    response = redirect(safe_next(request, "account_login"))
    common = {"max_age": YEAR, "samesite": "Lax", "secure": request.is_secure(), "httponly": True}
    if (language := request.POST.get("language")) in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, str(language), **common)  # type: ignore[arg-type]
    if (theme := request.POST.get("theme")) in {"auto", "light", "dark"}:
        response.set_cookie("theme", str(theme), **common)  # type: ignore[arg-type]
    return response
