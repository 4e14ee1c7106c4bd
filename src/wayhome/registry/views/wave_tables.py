"""Bringing answers in from a table: the file, how its columns were read, what is wrong with which row, bringing it in."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.actors import Actor
from wayhome.core.errors import Forbidden, WayhomeError
from wayhome.core.tables import csv_text
from wayhome.registry.actions import wave_tables as actions
from wayhome.registry.models import WaveTable
from wayhome.registry.queries.wish_tables import FIELDS
from wayhome.registry.views.intentions import fetch

SHOWN = 200


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Table"),
        help_text=gettext_lazy("XLSX, ODS or CSV with one row a household; headings in six languages."),
    )


class MappingForm(forms.Form):
    """Which column holds which field."""

    def __init__(self, *args: object, table: WaveTable, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        columns = [("", "–"), *((str(index), title) for index, title in enumerate(table.titles))]
        for name, words in FIELDS.items():
            self.fields[name] = forms.ChoiceField(
                label=words, choices=columns, required=False, initial=str(table.mapping.get(name, ""))
            )

    def mapping(self) -> dict[str, int]:
        return {name: int(value) for name, value in self.cleaned_data.items() if value}


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.IMPORT_PERSONS)
def bring(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Give a table; it is checked, and nothing is brought in yet."""
    wave = fetch(process, number)
    given = request.method == "POST"
    form = FileForm(request.POST, request.FILES) if given else FileForm()
    if given and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            table = actions.upload(wave=wave, name=file.name or "", data=file.read(), actor=Actor.of(request.user))
        except Forbidden:
            raise
        except WayhomeError as error:
            form.add_error("file", str(error))
        else:
            return redirect("wave_table", slug=process.slug, number=wave.number, table=table.number)
    return render(
        request,
        "registry/wave_import.html",
        {
            "wave": wave,
            "form": form,
            "tables": list(wave.tables.select_related("by").defer("cells", "issues")[:20]),
            "fields": FIELDS.items(),
            "now": timezone.localtime(),
        },
        status=422 if form.errors else 200,
    )


def _table(process: Process, number: int, table: int) -> WaveTable:
    found = (
        WaveTable.objects.of(process)
        .select_related("wave__process", "process", "by")
        .filter(wave__number=number, number=table)
        .first()
    )
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.IMPORT_PERSONS)
def table(request: HttpRequest, process: Process, number: int, table: int) -> HttpResponse:
    """A table under check or brought in."""
    row = _table(process, number, table)
    actor = Actor.of(request.user)
    form = MappingForm(request.POST if request.method == "POST" else None, table=row)
    if request.method == "POST":
        try:
            if "drop" in request.POST:
                actions.drop(table=row, actor=actor)
                return redirect("wave_import", slug=process.slug, number=row.wave.number)
            if form.is_valid():
                mapping = form.mapping()
                if mapping != row.mapping:
                    actions.look(table=row, mapping=mapping, actor=actor)
                if "commit" in request.POST:
                    counts = actions.commit(table=row, actor=actor)
                    done = counts["new"] + counts["replaced"]
                    messages.success(
                        request, ngettext("%(n)d answer brought in.", "%(n)d answers brought in.", done) % {"n": done}
                    )
        except Forbidden:
            raise
        except WayhomeError as error:
            messages.error(request, str(error))
        return redirect("wave_table", slug=process.slug, number=row.wave.number, table=row.number)
    return render(
        request,
        "registry/wave_table.html",
        {
            "wave": row.wave,
            "table": row,
            "form": form,
            "open": row.state == WaveTable.State.CHECKED,
            "issues": row.issues[:SHOWN],
            "issue_count": len(row.issues),
            "missing": [FIELDS[name] for name in row.counts.get("missing", [])],
            "sample": row.cells[:4],
            "now": timezone.localtime(),
        },
    )


@require_safe
@in_process(Permission.IMPORT_PERSONS)
def issues(request: HttpRequest, process: Process, number: int, table: int) -> HttpResponse:
    """What was wrong, as a CSV to correct by."""
    row = _table(process, number, table)
    names = ("row", "field", "column", "value", "problem", "remedy")
    head = [_("Row"), _("Field"), _("Column"), _("Value"), _("What is wrong"), _("What to do")]
    response = HttpResponse(
        csv_text(head, [[issue.get(name, "") for name in names] for issue in row.issues]), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{row.ref}-problems.csv"'
    return response
