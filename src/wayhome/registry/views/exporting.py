"""Taking a list of people out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.actors import Actor
from wayhome.core.errors import WayhomeError
from wayhome.core.tables import csv_line
from wayhome.registry.actions import exporting
from wayhome.registry.states import Purpose

FOR = (Purpose.SERVICES, Purpose.SHARING, Purpose.TRACING)


class TakeOutForm(forms.Form):
    """What the list is for, and with whom it is shared."""

    purpose = forms.ChoiceField(label=_("What for"), choices=[(one.value, one.label) for one in FOR])
    partner = forms.CharField(
        label=_("With whom"), max_length=200, required=False, help_text=_("As it was written down when people were asked")
    )
    why = forms.CharField(label=_("Needed for"), max_length=200, help_text=_("Kept in the audit log"))


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.EXPORT_PERSONS)
def take_out(request: HttpRequest, process: Process) -> HttpResponse | StreamingHttpResponse:
    """The form; after it, the list as CSV with a row of HXL tags under the headings."""
    form = TakeOutForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            taken = exporting.take_out(process=process, actor=Actor.of(request.user), **form.cleaned_data)
        except WayhomeError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            name = f"people-{process.slug}-{timezone.localdate():%Y-%m-%d}.csv"
            answer = StreamingHttpResponse(_lines(taken.rows), content_type="text/csv; charset=utf-8")
            answer["Content-Disposition"] = f'attachment; filename="{name}"'
            return answer
    return render(request, "registry/take_out.html", {"form": form})


def _lines(rows: Iterator[list[Any]]) -> Iterator[str]:
    yield "\ufeff" + csv_line(name for name, _tag in exporting.COLUMNS)
    yield csv_line(tag for _name, tag in exporting.COLUMNS)
    for row in rows:
        yield csv_line(row)
