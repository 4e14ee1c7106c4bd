"""The page behind an outside link, `/answer/<token>/`: no account, no cookie, no script.

The address is the secret, so that every response says: keep no copy, list it nowhere, tell no other site where one came from.
A bad, an expired and a revoked link get the same answer, word for word. A form token would protect nothing here, because there
is no session to ride on: whoever can forge the request knows the address. It could not work either: a browser that sends no
referrer sends no origin with a form.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables

from wayhome.core import audit
from wayhome.core.errors import Conflict, TooLarge, WayhomeError
from wayhome.dialogue import tokens, visits
from wayhome.dialogue.actions import links, outside
from wayhome.dialogue.actions.outside import EFFECTS, KINDS, MOST_BYTES, MOST_FILES, Given
from wayhome.dialogue.models import Answer, OutsideLink
from wayhome.dialogue.queries.links import Shown, shown_asks

_LANGUAGES = dict(settings.LANGUAGES)
_HEADERS = {
    "Cache-Control": "no-store, max-age=0",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "X-Content-Type-Options": "nosniff",
}


def _marked(response: HttpResponse) -> HttpResponse:
    for name, value in _HEADERS.items():
        response[name] = value
    return response


def _gone(request: HttpRequest) -> HttpResponse:
    return _marked(render(request, "dialogue/outside_gone.html", {"languages": []}, status=404))


def _wait(request: HttpRequest, seconds: int) -> HttpResponse:
    response = render(request, "dialogue/outside_wait.html", {"minutes": -(-seconds // 60), "languages": []}, status=429)
    response["Retry-After"] = str(seconds)
    return _marked(response)


@contextlib.contextmanager
def _speaking(language: str) -> Any:
    with translation.override(language):
        yield


def _language(request: HttpRequest, link: OutsideLink) -> str:
    asked = request.GET.get("lang", "")
    if asked in _LANGUAGES:
        return asked
    return link.language if link.language in _LANGUAGES else translation.get_language_from_request(request)


def opened(act: str) -> Callable[[Any], Any]:
    """Count the visit, open the link, speak its language; the view gets the link. `act` is what is written down."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(view)
        @sensitive_variables("token")
        def guarded(request: HttpRequest, token: str) -> HttpResponse:
            address = tokens.address_hash(tokens.address_of(request))
            if seconds := visits.address_wait(address):
                visits.note(address, visits.LIMITED)
                return _wait(request, seconds)
            link = links.open_link(token)
            if link is None:
                visits.note(address, visits.UNKNOWN)
                return _gone(request)
            doing = visits.ANSWERED if request.method == "POST" else act
            with _speaking(_language(request, link)):
                if seconds := visits.link_wait(link, doing):
                    with transaction.atomic():
                        if visits.note(address, visits.LIMITED, link):
                            audit.record("link.limited", actor=outside.actor_of(link), subject=link, process_id=link.process_id)
                    return _wait(request, seconds)
                with transaction.atomic():
                    visits.note(address, doing, link)
                    audit.record(f"link.{doing}", actor=outside.actor_of(link), subject=link, process_id=link.process_id)
                response = view(request, link, token)
                response.headers["Content-Language"] = translation.get_language() or "en"
                return _marked(response)

        return guarded

    return decorate


@opened(visits.OPENED)
def page(request: HttpRequest, link: OutsideLink, token: str) -> HttpResponse:
    """The asks put to the party and, where it may, a form to answer each."""
    if request.method not in {"GET", "HEAD", "POST"}:
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD, POST"})
    rows = shown_asks(link)
    error: WayhomeError | None = None
    if request.method == "POST":
        try:
            _answer(request, link, rows)
        except WayhomeError as refused:
            error = refused
        else:
            url = reverse("outside", args=[token])
            return HttpResponseRedirect(f"{url}?lang={translation.get_language()}&sent=1#top", status=303)
    context = {
        "link": link,
        "rows": [_shown(request, row, error) for row in rows],
        "error": error,
        "sent": "sent" in request.GET and error is None,
        "languages": settings.LANGUAGES,
        "language": translation.get_language(),
        "token": token,
        "kinds": ",".join(KINDS),
        "kind_words": ", ".join(kind[1:].upper() for kind in KINDS),
        "most_files": MOST_FILES,
        "limit": filesizeformat(min(MOST_BYTES, settings.UPLOAD_MAX_BYTES)),
        "today": timezone.localdate(),
        "given": _sender(request) if error is not None else {},
        "answerable": link.may_answer and any(row.open for row in rows),
    }
    return render(request, "dialogue/outside.html", context, status=error.status if error else 200)


def _posted(request: HttpRequest, name: str) -> str:
    """A field as it was sent; nothing when the request was too large to be read at all."""
    try:
        return request.POST.get(name, "")
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
        return ""


def _sender(request: HttpRequest) -> dict[str, str]:
    return {"name": _posted(request, "name")[:150], "office": _posted(request, "office")[:150]}


def _shown(request: HttpRequest, row: Shown, error: WayhomeError | None) -> dict[str, Any]:
    """A row with what the party had written, when the form comes back."""
    words = outside.effect_words()
    key = f"a{row.ask.number}"
    back = error is not None
    return {
        "shown": row,
        "key": key,
        "effects": [(effect.value, words[effect]) for effect in EFFECTS],
        "effect": _posted(request, f"{key}-effect") if back else "",
        "text": _posted(request, f"{key}-text")[: outside.LONGEST_TEXT] if back else "",
        "due_on": _posted(request, f"{key}-due_on")[:10] if back else "",
        "redirected_name": _posted(request, f"{key}-redirected_name")[:250] if back else "",
        "bad": error is not None and getattr(error, "ask_number", None) == row.ask.number,
        "answers": [{"answer": one, "words": words.get(one.effect, one.get_effect_display())} for one in row.answers],
        "replaced": Answer.State.REPLACED,
    }


def _answer(request: HttpRequest, link: OutsideLink, rows: list[Shown]) -> None:
    """Read the form and keep what it says. A request that is too large is refused before a byte of it is read."""
    if not link.may_answer:
        raise Conflict(_("This link is for reading alone."), code="read_only")
    limit = min(MOST_BYTES, settings.UPLOAD_MAX_BYTES)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > MOST_FILES * limit + settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise TooLarge(
            _("What was sent is too large: at most %(n)d files of %(limit)s.")
            % {"n": MOST_FILES, "limit": filesizeformat(limit)},
            _("Attach smaller files, or send them by post or mail."),
        )
    try:
        given = [one for row in rows if (one := _given(request, row))]
        attached = request.FILES.getlist("files")
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
        raise TooLarge(_("What was sent has too many parts."), _("Send it again with fewer files.")) from None
    attached = [file for file in attached if file.name]
    if len(attached) > MOST_FILES:
        raise TooLarge(_("At most %(n)d files can be attached.") % {"n": MOST_FILES}, field="files")
    for file in attached:
        outside.check_file(file.name or "", file.size or 0)
    for one in given:
        try:
            outside.check(one)
        except WayhomeError as error:
            error.problem = f"{one.ask.ref}: {error.problem}"
            error.ask_number = one.ask.number  # type: ignore[attr-defined]
            raise
    outside.answer(
        link=link,
        given=given,
        name=_posted(request, "name"),
        office=_posted(request, "office"),
        files=[(file.name or "", file.read()) for file in attached],
        language=translation.get_language() or "en",
    )


def _given(request: HttpRequest, row: Shown) -> Given | None:
    key = f"a{row.ask.number}"
    effect = request.POST.get(f"{key}-effect", "")
    if not effect or not row.open:
        return None
    try:
        due_on = parse_date(request.POST.get(f"{key}-due_on", ""))
    except ValueError:
        due_on = None
    return Given(
        row.ask,
        effect,
        request.POST.get(f"{key}-text", ""),
        due_on,
        request.POST.get(f"{key}-redirected_name", ""),
    )


@opened(visits.SAVED)
def copy(request: HttpRequest, link: OutsideLink, token: str) -> HttpResponse:
    """The party's own copy of what was asked and answered, as a text file."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    name = f"requests-and-answers-{timezone.localdate().isoformat()}.txt"
    text = "\ufeff" + outside.copy_of(link)  # the mark tells old editors that the letters are UTF-8
    return HttpResponse(
        text.encode(),
        content_type="text/plain; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )
