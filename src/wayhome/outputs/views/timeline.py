"""The desk where a timeline is prepared, under `/p/<slug>/outputs/timeline/`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.errors import InvalidInput
from wayhome.core.paging import paginate
from wayhome.dialogue.models import Communication, Document, Event, Passage, Redaction, TimelineItem
from wayhome.outputs.actions import timeline as actions
from wayhome.outputs.queries import timeline as queries


class OpenForm(forms.Form):
    public = forms.BooleanField(label=gettext_lazy("The timeline is public"), required=False)
    lede = forms.CharField(
        label=gettext_lazy("Words at its head"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class EntryForm(forms.ModelForm):
    class Meta:
        model = TimelineItem
        fields = ["published", "embargo_until", "summary", "show_document", "passages"]
        widgets = {
            "embargo_until": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            "summary": forms.Textarea(attrs={"rows": 2}),
            "passages": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, subject: Communication | Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(subject, Communication) and subject.document_id:
            self.fields["passages"].queryset = Passage.objects.filter(document_id=subject.document_id).order_by("start")
            self.fields["passages"].label = gettext_lazy("Words that are quoted")
            self.fields["passages"].required = False
        else:
            del self.fields["passages"], self.fields["show_document"]


def _subject(process: Process, kind: str, pk: int) -> Communication | Event:
    if kind == "communication":
        found: Communication | Event = get_object_or_404(
            Communication.objects.of(process).select_related("document", "timeline_item"), pk=pk
        )
        return found
    if kind == "event":
        return get_object_or_404(Event.objects.of(process).select_related("timeline_item"), pk=pk)
    raise Http404


@in_process(Permission.PUBLISH)
def desk(request: HttpRequest, process: Process) -> HttpResponse:
    """What may be published and what is; the switch that makes the page public."""
    form = OpenForm(request.POST or None, initial={"public": process.public, "lede": process.public_lede})
    if request.method == "POST" and form.is_valid():
        actions.open_timeline(
            process=process, user=request.user, public=form.cleaned_data["public"], lede=form.cleaned_data["lede"]
        )
        messages.success(
            request,
            _("The timeline is public.") if form.cleaned_data["public"] else _("The timeline is not public."),
        )
        return redirect("timeline_desk", slug=process.slug)
    rows = queries.desk(process)
    now = timezone.now()
    return render(
        request,
        "outputs/timeline_desk.html",
        {
            "form": form,
            "page": paginate(rows, request.GET, size=60),
            "now": now,
            "shown": sum(
                1
                for row in rows
                if row.item and row.item.published and not (row.item.embargo_until and row.item.embargo_until > now)
            ),
        },
    )


@require_POST
@in_process(Permission.PUBLISH)
def publish_many(request: HttpRequest, process: Process) -> HttpResponse:
    """Publish or hold back the picked rows."""
    wanted: dict[str, list[int]] = {"communication": [], "event": []}
    for value in request.POST.getlist("pick")[:500]:
        kind, _sep, pk = value.partition(":")
        if kind in wanted and pk.isdecimal():
            wanted[kind].append(int(pk))
    communications = Communication.objects.of(process).filter(pk__in=wanted["communication"])
    subjects: list[Communication | Event] = [*communications.select_related("document", "timeline_item")]
    subjects += Event.objects.of(process).filter(pk__in=wanted["event"]).select_related("timeline_item")
    published = request.POST.get("do") == "publish"
    done, problems = actions.publish_many(process=process, subjects=subjects, user=request.user, published=published)
    for problem in problems:
        messages.error(request, problem)
    words = (
        ngettext("%(n)d entry published.", "%(n)d entries published.", done)
        if published
        else ngettext("%(n)d entry held back.", "%(n)d entries held back.", done)
    )
    messages.success(request, words % {"n": done})
    return redirect("timeline_desk", slug=process.slug)


@in_process(Permission.PUBLISH)
def entry(request: HttpRequest, process: Process, kind: str, pk: int) -> HttpResponse:
    """What the public sees of one communication or event: published or not, embargo, summary, quotes, redactions."""
    subject = _subject(process, kind, pk)
    item = getattr(subject, "timeline_item", None)
    form = EntryForm(request.POST or None, instance=item, subject=subject)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.edit(
                subject=subject,
                user=request.user,
                published=data["published"],
                embargo_until=data["embargo_until"],
                summary=data["summary"],
                passages=data.get("passages", ()),
                show_document=data.get("show_document", False),
            )
        except InvalidInput as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("timeline_desk", slug=process.slug)
    document = subject.document if isinstance(subject, Communication) else None
    redactions = list(document.redactions.select_related("by")) if document else []
    for redaction in redactions:
        redaction.words = document.text[redaction.start : redaction.end]  # type: ignore[attr-defined, union-attr]
    return render(
        request,
        "outputs/timeline_entry.html",
        {"form": form, "subject": subject, "document": document, "redactions": redactions, "kind": kind},
    )


def _document(process: Process, uid: UUID) -> Document:
    found: Document = get_object_or_404(Document.objects.of(process).filter(restricted=False), uid=uid)
    return found


@require_POST
@in_process(Permission.PUBLISH)
def redact(request: HttpRequest, process: Process, uid: UUID) -> HttpResponse:
    """Withhold the words that were selected; offsets come from the page and are checked against the words."""
    document = _document(process, uid)
    start, end = request.POST.get("start", ""), request.POST.get("end", "")
    quote = request.POST.get("quote", "")
    if not (start.isdecimal() and end.isdecimal()):
        at = document.text.find(quote) if quote.strip() else -1
        start, end = str(max(at, 0)), str(at + len(quote) if at >= 0 else 0)
    try:
        actions.redact(
            document=document,
            start=int(start),
            end=int(end),
            quote=quote,
            reason=request.POST.get("reason", ""),
            user=request.user,
        )
    except InvalidInput as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The words are withheld from the public."))
    return _back(process, document)


@require_POST
@in_process(Permission.PUBLISH)
def unredact(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """Show withheld words again."""
    redaction = get_object_or_404(Redaction.objects.select_related("document"), pk=pk, document__process=process)
    document = redaction.document
    actions.unredact(redaction=redaction, user=request.user)
    messages.success(request, _("The words are shown again."))
    return _back(process, document)


def _back(process: Process, document: Document) -> HttpResponse:
    communication = Communication.objects.of(process).filter(document=document).first()
    if communication is None:
        return redirect("timeline_desk", slug=process.slug)
    return redirect("timeline_entry", slug=process.slug, kind="communication", pk=communication.pk)
