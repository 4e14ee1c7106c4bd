"""The public pages: no log-in, no cookie, nothing that was not published."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from itertools import groupby
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wayhome.accounts.models import Process
from wayhome.dialogue.queries.silence import searched
from wayhome.outputs.queries import timeline as queries
from wayhome.outputs.timeline import formats


def public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The process whose timeline is public; any other answers as if there were none. `?lang=fr` speaks French."""

    @require_safe
    @wraps(view)
    def opened(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
        process = Process.objects.filter(slug=slug, public=True).first()
        if process is None:
            raise Http404
        with _speaking(request):
            response = view(request, process, *args, **kwargs)
            response["Content-Language"] = get_language() or "en"
        response["Cache-Control"] = "public, max-age=60"
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response

    return opened


def _speaking(request: HttpRequest) -> AbstractContextManager[None]:
    asked = request.GET.get("lang")
    return override(asked) if asked in dict(settings.LANGUAGES) else nullcontext()


def _spoken(request: HttpRequest) -> str:
    """What to put behind an address of these pages so that it speaks the language of this one."""
    return f"?lang={get_language()}" if "lang" in request.GET else ""


def _address(request: HttpRequest, process: Process) -> str:
    return request.build_absolute_uri(reverse("public_timeline", args=[process.slug]))


@public
def timeline(request: HttpRequest, process: Process) -> HttpResponse:
    """Who said what when, newest first; gaps are said as gaps."""
    now, today = timezone.now(), timezone.localdate()
    every = queries.entries(process, now)
    words, speaker, year = (request.GET.get(name, "")[:200] for name in ("q", "speaker", "year"))
    found = queries.narrowed(every, words=words, speaker=speaker, year=year)
    months = [(day, list(group)) for day, group in groupby(found, key=lambda entry: entry.day.replace(day=1))]
    return render(
        request,
        "outputs/public_timeline.html",
        {
            "timeline": process,
            "spoken": _spoken(request),
            "months": months,
            "count": len(found),
            "all": len(every),
            "searched": searched(process),
            "silences": queries.silences(process, now, today) if not (words or speaker or year) else [],
            "today": today,
            "speakers": sorted({name for entry in every for name in entry.speakers}),
            "years": sorted({entry.dated[:4] for entry in every}, reverse=True),
            "asked": {"q": words, "speaker": speaker, "year": year},
            "changed": max((entry.changed_at for entry in every if entry.changed_at), default=None),
        },
    )


@public
def as_csv(request: HttpRequest, process: Process) -> HttpResponse:
    text = formats.as_csv(queries.entries(process, timezone.now()), _address(request, process))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{process.slug}-timeline.csv"'
    return response


@public
def as_jsonld(request: HttpRequest, process: Process) -> HttpResponse:
    text = formats.as_jsonld(queries.entries(process, timezone.now()), page=_address(request, process), name=_title(process))
    return HttpResponse(text, content_type="application/ld+json; charset=utf-8")


@public
def as_rss(request: HttpRequest, process: Process) -> HttpResponse:
    text = formats.as_rss(
        queries.entries(process, timezone.now()),
        page=_address(request, process),
        name=_title(process),
        description=process.public_lede,
    )
    return HttpResponse(text, content_type="application/rss+xml; charset=utf-8")


def _title(process: Process) -> str:
    return _("Timeline: %(process)s") % {"process": process.name}


@public
def document(request: HttpRequest, process: Process, uid: UUID) -> HttpResponse:
    """The whole text of a published document, withheld words left out."""
    found = queries.public_document(process, uid, timezone.now())
    if found is None:
        raise Http404
    context = {"timeline": process, "document": found[0], "pieces": found[1], "spoken": _spoken(request)}
    return render(request, "outputs/public_document.html", context)
