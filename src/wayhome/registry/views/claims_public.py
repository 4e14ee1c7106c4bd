"""What of the claims is public: the look-up by number and code, the figures by municipality, and the page where that is switched.

The look-up says a state and days, no name and no place. A wrong pair and a claim that does not exist get the same answer, in
the same time, and an address may try only so often.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Forbidden, WayhomeError
from wayhome.dialogue import tokens
from wayhome.places.queries.areas import labels
from wayhome.registry import claim_codes
from wayhome.registry.actions import claims as actions
from wayhome.registry.claim_states import ClaimState
from wayhome.registry.forms.claim_families import SettingsForm
from wayhome.registry.models import Claim, ClaimLookup, ClaimsSettings
from wayhome.registry.queries import claims as queries

_LANGUAGES = dict(settings.LANGUAGES)
MOST_WRONG, MOST_TRIES, WINDOW = 10, 60, timedelta(minutes=15)
KEPT = timedelta(days=2)


def _public(open_when: Callable[[ClaimsSettings], bool]) -> Callable[[Any], Any]:
    """The process whose claims are public so far; any other answers as if there were none. Speaks the language asked for."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def opened(request: HttpRequest, slug: str) -> HttpResponse:
            process = Process.objects.filter(slug=slug).first()
            setting = queries.settings_of(process) if process is not None else None
            if process is None or setting is None or not open_when(setting):
                raise Http404
            asked = request.GET.get("lang", "")
            language = asked if asked in _LANGUAGES else translation.get_language_from_request(request)
            with translation.override(language):
                response = view(request, process, setting)
                response.headers["Content-Language"] = translation.get_language() or "en"
            return response

        return opened

    return decorate


def _wait(address: str) -> int:
    """Minutes this address must wait; 0 when it may try."""
    since = timezone.now() - WINDOW
    tries = ClaimLookup.objects.filter(address_hash=address, at__gt=since)
    if tries.filter(wrong=True).count() >= MOST_WRONG or tries.count() >= MOST_TRIES:
        return int(WINDOW.total_seconds() // 60)
    return 0


def _find(process: Process, number: str, code: str) -> Claim | None:
    """The claim, if the code is its own. The slow hash is computed whether or not there is such a claim."""
    digits = number.strip().upper().removeprefix("C").lstrip("-– ")
    found = None
    if digits.isascii() and digits.isdigit() and len(digits) < 9:
        found = Claim.objects.of(process).filter(number=int(digits)).only("uid", "code_digest", "process_id").first()
    known = claim_codes.fits(code, found.uid if found else claim_codes.NOBODY, found.code_digest if found else "")
    return queries.get(process, found.number) if found is not None and known else None


def _steps(claim: Claim) -> list[tuple[str, Any, Any]]:
    """States reached, with their days, in the order of the table; nothing else of the claim."""
    days = queries.days_of(claim)
    return [(state, state.label, days[state]) for state in ClaimState if state in days]


@require_http_methods(["GET", "HEAD", "POST"])
@_public(lambda setting: setting.lookup_public)
def lookup(request: HttpRequest, process: Process, setting: ClaimsSettings) -> HttpResponse:
    """Where a claim stands, for whoever has its number and its code."""
    context: dict[str, Any] = {
        "shown_process": process,
        "setting": setting,
        "languages": settings.LANGUAGES,
        "language": translation.get_language(),
        "asked": request.method == "POST",
    }
    status = 200
    if request.method == "POST":
        address = tokens.address_hash(tokens.address_of(request))
        minutes = _wait(address)
        if minutes:
            context["wait"], status = minutes, 429
        else:
            found = _find(process, request.POST.get("number", "")[:20], request.POST.get("code", "")[:64])
            with transaction.atomic():
                ClaimLookup.objects.filter(at__lt=timezone.now() - KEPT).delete()
                ClaimLookup.objects.create(address_hash=address, wrong=found is None)
                if found is not None:
                    audit.record(
                        "claim.looked_up",
                        actor=Actor(None, pgettext("audit log", "claimant with a code"), "link"),
                        subject=found,
                        process_id=process.pk,
                        detail={"claim": found.ref},
                    )
            if found is not None:
                context |= {"found": found.ref, "state": found.get_state_display(), "tone": found.state, "steps": _steps(found)}
                context["outcome"] = found.get_outcome_display() if found.outcome else ""
    response = render(request, "registry/claim_lookup.html", context, status=status)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@require_safe
@_public(lambda setting: setting.figures_public)
def public_figures(request: HttpRequest, process: Process, setting: ClaimsSettings) -> HttpResponse:
    """Claims lodged, decided and repossessed by municipality, and the filing date reached; small counts hidden."""
    rows, total = queries.figures(process)
    queries.protect(rows, total, setting.small_cell)
    response = render(
        request,
        "registry/claim_figures_public.html",
        {
            "shown_process": process,
            "setting": setting,
            "languages": settings.LANGUAGES,
            "language": translation.get_language(),
            "rows": _lines(process, rows),
            "total": total,
            "today": timezone.localdate(),
        },
    )
    response["Cache-Control"] = "public, max-age=300"
    return response


def _lines(process: Process, rows: list[queries.Row]) -> list[dict[str, Any]]:
    names = labels(process, [row.area.pk if row.area else None for row in rows])
    return [{"name": names.get(row.area.pk, "") if row.area else "", "row": row} for row in rows]


@require_safe
@in_process(Permission.VIEW_REGISTRY)
def figures(request: HttpRequest, process: Process) -> HttpResponse:
    """The same figures inside, whole, with what the public page would hide marked."""
    setting = queries.settings_of(process)
    rows, total = queries.figures(process)
    queries.protect(rows, total, setting.small_cell)
    return render(
        request,
        "registry/claim_figures.html",
        {"rows": _lines(process, rows), "total": total, "setting": setting, "now": timezone.localtime()},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.PUBLISH)
def switches(request: HttpRequest, process: Process) -> HttpResponse:
    """What of the claims is public."""
    setting = queries.settings_of(process)
    form = SettingsForm(request.POST if request.method == "POST" else None, instance=setting)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_settings(process=process, actor=Actor.of(request.user), **form.cleaned_data)
        except Forbidden:
            raise
        except WayhomeError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Kept."))
            return redirect("claims_settings", slug=process.slug)
    return render(
        request,
        "registry/claim_settings.html",
        {"form": form, "setting": queries.settings_of(process)},
        status=422 if form.errors else 200,
    )
