"""The search of the top bar."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.dialogue.queries import found
from wayhome.dialogue.queries.silence import searched


@require_safe
@in_process(Permission.VIEW)
def search(request: HttpRequest, process: Process) -> HttpResponse:
    """Asks, letters, passages, commitments and parties that hold the words, grouped; `only` shows more of one group."""
    words = request.GET.get("q", "").replace("\x00", "")[:200]
    only = request.GET.get("only", "")
    only = only if only in found.TITLES else ""
    groups = found.find(
        process,
        words,
        restricted=request.access.may(Permission.VIEW_RESTRICTED),  # type: ignore[attr-defined]
        only=only,
        limit=100 if only else found.EACH,
    )
    if words.strip() and not only:
        groups = [*found.elsewhere(process, words, request.access), *groups]  # type: ignore[attr-defined]
    for group in groups:
        for hit in group.hits:
            if hit.route is not None:
                hit.url = reverse(hit.route[0], args=[process.slug, hit.route[1]])
    return render(
        request,
        "dialogue/search.html",
        {"search_words": words, "groups": groups, "only": only, "now": timezone.localtime(), "searched": searched(process)},
    )
