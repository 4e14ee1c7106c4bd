"""The inbox: mails to assign, replies to link, reports."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.errors import Forbidden, WayhomeError
from wayhome.core.paging import paginate
from wayhome.dialogue.actions import mail
from wayhome.dialogue.actions.documents import record_reading_by
from wayhome.dialogue.actions.replies import our_party
from wayhome.dialogue.dating import first_day
from wayhome.dialogue.forms.replies import AssignForm
from wayhome.dialogue.models import Communication, Incoming
from wayhome.dialogue.queries import inbox as queries
from wayhome.dialogue.queries.threads import Candidate, candidates
from wayhome.dialogue.rendering import blocks


@require_GET
@in_process(Permission.ADD_DOCUMENT)
def inbox(request: HttpRequest, process: Process) -> HttpResponse:
    """What came in and waits for a person; delivery reports; what is done."""
    view = request.GET.get("view", "waiting")
    if view not in queries.VIEWS:
        view = "waiting"
    counts = queries.counts(process, request.access)  # type: ignore[attr-defined]
    titles = {"waiting": _("Waiting"), "reports": _("Delivery reports"), "done": _("Done")}
    context = {
        "page": paginate(queries.listing(process, request.access, view), request.GET, total=counts[view]),  # type: ignore[attr-defined]
        "view": view,
        "views": [(name, titles[name], counts[name]) for name in queries.VIEWS],
        "counts": counts,
        "now": timezone.localtime(),
    }
    return render(request, "dialogue/inbox.html", context)


def _arrival(request: HttpRequest, process: Process, pk: int) -> Incoming:
    found = (
        queries.incoming(process, request.access)  # type: ignore[attr-defined]
        .filter(pk=pk)
        .select_related("process", "document", "communication", "earlier", "party")
        .first()
    )
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.ADD_DOCUMENT)
def incoming(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """One mail: what it says, and whose it is."""
    arrival = _arrival(request, process, pk)
    if arrival.communication is not None and arrival.state in {Incoming.State.FILED, Incoming.State.DONE}:
        return redirect("reply_link", slug=process.slug, number=arrival.communication.number)
    if arrival.document is not None and request.method != "POST":
        record_reading_by(user=request.user, document=arrival.document, how="inbox")
    readable = arrival.document is not None and bool(arrival.document.text)
    assignable = arrival.state in {Incoming.State.INBOX, Incoming.State.ASIDE} and arrival.document is not None
    ours = our_party(process)
    likely: list[Candidate] = []
    if assignable and readable and arrival.document is not None:
        senders = [name for name in (arrival.party.name if arrival.party else "", arrival.sender_name) if name]
        likely = candidates(process, arrival.document, subject=arrival.subject, senders=senders)
    form = AssignForm(
        request.POST or None,
        process=process,
        restricted=request.access.may(Permission.VIEW_RESTRICTED),  # type: ignore[attr-defined]
        initial={
            "sender": arrival.party_id,
            "recipient": ours.pk if ours else None,
            "earlier": arrival.earlier_id or (likely[0].communication.pk if likely else None),
            "kind": mail.kind_of(arrival),
        },
    )
    if request.method == "POST" and assignable and form.is_valid():
        given = form.cleaned_data
        earlier = Communication.objects.of(process).filter(pk=given["earlier"]).first() if given["earlier"] else None
        try:
            row = mail.assign(
                arrival=arrival,
                user=request.user,
                sender=given["sender"],
                recipient=given["recipient"],
                earlier=earlier,
                kind=given["kind"],
            )
        except Forbidden:
            raise
        except WayhomeError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Filed as %(ref)s. Now say what it means to each ask.") % {"ref": row.ref})
            return redirect("reply_link", slug=process.slug, number=row.number)
    document = arrival.document
    context = {
        "arrival": arrival,
        "sent": first_day(arrival.sent_on),
        "form": form,
        "assignable": assignable,
        "likely": likely,
        "blocks": blocks(document.text, document.zones) if document is not None and document.text else [],
        "enclosures": list(document.enclosures.order_by("pk").only("number", "name", "process_id", "size")[:200])
        if document
        else [],
    }
    return render(request, "dialogue/incoming.html", context, status=422 if form.errors else 200)


@require_POST
@in_process(Permission.ADD_DOCUMENT)
def incoming_aside(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """Take a mail out of the inbox without filing it."""
    arrival = _arrival(request, process, pk)
    mail.put_aside(arrival=arrival, user=request.user)
    messages.success(request, _("Set aside. It stays under “Done”."))
    return redirect("inbox", slug=process.slug)
