"""Which columns of a boundary file hold what: asked where they cannot be told, or where somebody wants to say it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.rules import require_actor
from wayhome.accounts.scope import in_process
from wayhome.core import files
from wayhome.core.actors import Actor
from wayhome.core.errors import WayhomeError
from wayhome.engines.boundaries import Options
from wayhome.places.actions.gazetteers import Report, bring_in
from wayhome.places.forms import GazetteerForm
from wayhome.places.importing.boundaries import fits
from wayhome.places.importing.boundaries import read as read_boundaries
from wayhome.places.importing.columns import Columns, Said
from wayhome.places.importing.records import KINDS
from wayhome.places.models import Area

__all__ = ["arranged", "ask", "columns", "fits", "options"]

SALT = "wayhome.places.boundaries"
A_DAY = 24 * 60 * 60
_KEPT = ("name", "source", "licence", "edition", "crs", "encoding", "good_rows_only", "dry")
ROLES = {
    "": gettext_lazy("nothing that is needed"),
    "code": gettext_lazy("P-code of the area"),
    "parent": gettext_lazy("P-code of the area above"),
    "official": gettext_lazy("its name"),
    "local": gettext_lazy("its name as its people call it"),
    "variant": gettext_lazy("another spelling"),
    "former": gettext_lazy("a former name"),
}


def arranged(given: Mapping[str, bytes]) -> tuple[tuple[str, bytes], dict[str, bytes]]:
    """The file that stands for all (a .shp before others), and the files that came with it."""
    main = next((name for name in given if name.casefold().endswith(".shp")), next(iter(given)))
    return (main, given[main]), {name: data for name, data in given.items() if name != main}


def options(said: Mapping[str, Any]) -> Options:
    """What the form says of the file."""
    return Options(crs=(said.get("crs") or "").strip().upper(), encoding=(said.get("encoding") or "").strip())


def ask(
    request: HttpRequest, process: Process, given: Mapping[str, bytes], said: Mapping[str, Any], report: Report | None = None
) -> HttpResponse:
    """The page that asks. The files are kept; the form carries a signed note of which they are, for a day, this person and process."""
    require_actor(Actor.of(request.user), process, Permission.EDIT_PLACES)
    problem, layers = "", list(report.layers) if report else []
    if report is None:
        try:
            layers = list(read_boundaries(given, options(said)).layers)
        except WayhomeError as error:
            problem = str(error)
    note = {key: said.get(key) or "" for key in _KEPT} | {
        "files": {name: files.store(data) for name, data in given.items()}, "process": process.pk, "user": request.user.pk,
    }  # fmt: skip
    return _page(request, layers, signing.dumps(note, salt=SALT, compress=True), problem)


def _page(request: HttpRequest, layers: list[Columns], token: str, problem: str = "") -> HttpResponse:
    shown = [(n, layer, list(_rows(layer))) for n, layer in enumerate(layers)]
    context = {"layers": shown, "token": token, "roles": ROLES.items(), "kinds": Area.Kind.choices, "problem": problem}
    return render(request, "places/boundary_columns.html", context, status=422)


def _rows(layer: Columns) -> Any:
    """Each column with examples, the role it is taken for, and the language of its names."""
    names = {column: (language, kind) for column, language, kind in layer.said.names}
    for column in layer.fields:
        role, language = "", ""
        if column == layer.said.code:
            role = "code"
        elif column == layer.said.parent:
            role = "parent"
        elif column in names:
            language, role = names[column]
        yield column, layer.examples.get(column, []), role, language


def _told(request: HttpRequest, layers: list[Columns]) -> dict[str, Said]:
    """What the person said of each layer."""
    found: dict[str, Said] = {}
    for n, layer in enumerate(layers):
        if request.POST.get(f"leave-{n}"):
            found[layer.title] = Said(left_out=True)
            continue
        code, parent, names = "", "", []
        for at, column in enumerate(layer.fields):
            role = request.POST.get(f"role-{n}-{at}", "")
            if role == "code":
                code = column
            elif role == "parent":
                parent = column
            elif role in ROLES and role:
                names.append((column, request.POST.get(f"language-{n}-{at}", "").strip().lower()[:12], role))
        kind = request.POST.get(f"kind-{n}", "")
        found[layer.title] = Said(code, parent, kind if kind in KINDS else "", tuple(names))
    return found


@require_POST
@in_process(Permission.EDIT_PLACES)
def columns(request: HttpRequest, process: Process) -> HttpResponse:
    """What the person said of the columns: bring the kept files in by it."""
    from wayhome.places.views.gazetteers import page, said_of

    token = request.POST.get("token", "")
    try:
        note = signing.loads(token, salt=SALT, max_age=A_DAY)
    except signing.BadSignature:
        messages.error(request, _("The files are no longer waiting. Choose them again."))
        return redirect("gazetteers", slug=process.slug)
    if note["process"] != process.pk or note["user"] != request.user.pk:
        raise Http404
    given = {name: files.load(digest) for name, digest in note["files"].items()}
    main, companions = arranged(given)
    layers: list[Columns] = []
    try:
        layers = list(read_boundaries(given, options(note)).layers)
        report = bring_in(
            process=process,
            actor=Actor.of(request.user),
            name=note["name"],
            file_name=main[0],
            data=main[1],
            source=note["source"],
            licence=note["licence"],
            edition=note["edition"],
            companions=companions,
            options=options(note),
            columns=_told(request, layers),
            good_rows_only=bool(note["good_rows_only"]),
            dry=bool(note["dry"]),
        )
    except WayhomeError as error:
        if error.status == 403:
            raise
        return _page(request, layers, token, str(error))
    if report.columns_wanted and not report.written:
        return _page(
            request, report.layers, token, _("Say for each layer which column holds the P-codes, or leave the layer out.")
        )
    if report.known_file:
        messages.info(request, _("This file is on file already. Nothing was changed."))
        return redirect("gazetteers", slug=process.slug)
    if report.written and not report.faults and not report.notes:
        messages.info(request, said_of(report))
        return redirect("gazetteers", slug=process.slug)
    return page(request, process, GazetteerForm(), report)
