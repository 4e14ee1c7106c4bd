"""Outside links: made, shown once, listed with their visits, revoked."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.errors import Forbidden, InvalidInput, WayhomeError
from wayhome.core.paging import paginate
from wayhome.dialogue.actions import links as actions
from wayhome.dialogue.forms.replies import LinkForm
from wayhome.dialogue.models import Ask, OutsideLink, Party
from wayhome.dialogue.queries import links as queries
from wayhome.dialogue.queries.replies import picked


@require_GET
@in_process(Permission.SHARE_LINK)
def links(request: HttpRequest, process: Process) -> HttpResponse:
    """All links of the process: for whom, until when, how often used."""
    now = timezone.now()
    page = paginate(queries.links_of(process), request.GET, total=OutsideLink.objects.of(process).count())
    context = {"page": page, "rows": [queries.row_of(link, now) for link in page.rows], "now": timezone.localtime()}
    return render(request, "dialogue/links.html", context)


def _party(process: Process, asks: list[Ask], chosen: str) -> Party | None:
    """The party that all these asks were put to: the one chosen, else the only addressee."""
    if chosen.isdigit():
        return Party.objects.of(process).filter(pk=int(chosen), merged_into=None).first()
    addressees = {ask.addressee_id: ask.addressee for ask in asks}
    return next(iter(addressees.values())) if len(addressees) == 1 else None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.SHARE_LINK)
def link_new(request: HttpRequest, process: Process) -> HttpResponse:
    """Make a link from chosen asks (`?ask=3&ask=4`). The address is on the answer to this form and nowhere else."""
    asks = picked(process, request.access, request.GET.getlist("ask"))
    parties = {ask.addressee_id: ask.addressee for ask in asks if ask.addressee is not None}
    party = _party(process, asks, request.GET.get("party", ""))
    fitting = [ask for ask in asks if party is not None and ask.addressee_id == party.pk] or asks
    initial = {
        "days": settings.OUTSIDE_LINK_DAYS,
        "language": (party.language if party else "") or process.language,
        "mail_to": "",
    }
    form = LinkForm(request.POST or None, process=process, initial=initial)
    made = None
    if request.method == "POST" and form.is_valid():
        try:
            if party is None:
                raise InvalidInput(_("Choose asks that were put to one party."))
            made = actions.make_link(process=process, user=request.user, party=party, asks=fitting, **form.cleaned_data)
        except Forbidden:
            raise
        except WayhomeError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
    context = {
        "form": form,
        "asks": fitting,
        "left_out": [ask for ask in asks if ask not in fitting],
        "party": party,
        "parties": list(parties.values()) if len(parties) > 1 else [],
        "query": "&".join(f"ask={ask.number}" for ask in asks),
        "made": made,
    }
    return render(request, "dialogue/link_new.html", context, status=422 if form.errors else 200)


def _link(process: Process, uid: uuid.UUID) -> OutsideLink:
    found = queries.links_of(process).filter(uid=uid).select_related("process", "party", "made_by", "revoked_by").first()
    if found is None:
        raise Http404
    return found


@require_GET
@in_process(Permission.SHARE_LINK)
def link(request: HttpRequest, process: Process, uid: uuid.UUID) -> HttpResponse:
    """One link: its asks, its visits, what was answered through it."""
    found = _link(process, uid)
    context = {
        "link": found,
        "row": queries.row_of(found, timezone.now()),
        "asks": queries.shown_asks(found),
        "visits": queries.visits_of(found),
    }
    return render(request, "dialogue/link.html", context)


@require_POST
@in_process(Permission.SHARE_LINK)
def link_revoke(request: HttpRequest, process: Process, uid: uuid.UUID) -> HttpResponse:
    """End a link now."""
    found = _link(process, uid)
    actions.revoke_link(link=found, user=request.user)
    messages.success(request, _("The link no longer holds. Answers given through it stay."))
    return redirect("links", slug=process.slug)
