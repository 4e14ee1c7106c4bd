"""What an area became: said on its page, and taken back there."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core.actors import Actor
from wayhome.core.errors import WayhomeError
from wayhome.places.actions import succession as actions
from wayhome.places.forms_succession import BecameForm
from wayhome.places.models import AreaSuccession
from wayhome.places.queries import areas as queries
from wayhome.places.views.areas import show


@require_POST
@in_process(Permission.EDIT_PLACES)
def record(request: HttpRequest, process: Process, pk: int) -> HttpResponse:
    """Add what became of the area."""
    row = queries.area(process, pk)
    form = BecameForm(request.POST, process=process)
    if form.is_valid():
        said = form.cleaned_data
        try:
            actions.record(
                before=row, actor=Actor.of(request.user), kind=said["kind"], afters=said["afters"], moment=said["moment"],
                source=said["source"], note=said["note"], began=said["began"],
            )  # fmt: skip
            return redirect("area", slug=process.slug, pk=pk)
        except WayhomeError as error:
            if error.status == 403:
                raise
            form.add_error(error.field if error.field in form.fields else None, str(error))
    return show(request, process, pk, became_form=form, status=422)


@require_POST
@in_process(Permission.EDIT_PLACES)
def retire(request: HttpRequest, process: Process, pk: int, number: int) -> HttpResponse:
    """Take a statement back, with a reason."""
    found = (
        AreaSuccession.objects.of(process).filter(pk=number, before_id=pk).select_related("before", "after", "process").first()
    )
    if found is None:
        raise Http404
    actions.retire(statement=found, actor=Actor.of(request.user), reason=request.POST.get("reason", ""))
    return redirect("area", slug=process.slug, pk=pk)
