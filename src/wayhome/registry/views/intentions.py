"""Waves and what households wish: the list of waves, a wave with its figures, those asked, one household's answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wayhome.accounts.models import Process
from wayhome.accounts.roles import Permission
from wayhome.accounts.scope import in_process
from wayhome.core import audit
from wayhome.core.actors import Actor
from wayhome.core.errors import Forbidden, WayhomeError
from wayhome.core.paging import paginate
from wayhome.core.tables import csv_text
from wayhome.places.queries.areas import labels
from wayhome.registry import claim_tables
from wayhome.registry.actions import intentions as actions
from wayhome.registry.actions import waves as wave_actions
from wayhome.registry.forms.intentions import AnswerForm, WaveForm
from wayhome.registry.models import Household, Intention, Wave, WaveHousehold
from wayhome.registry.queries import intentions as queries
from wayhome.registry.queries import wish_charts
from wayhome.registry.queries.wish_maps import name_rows, wish_map
from wayhome.registry.wish_states import ANSWERS, Place, Wish

LISTS = {
    "all": gettext_lazy("All asked"),
    "waiting": gettext_lazy("Nothing on file yet"),
    "answered": gettext_lazy("Answered"),
    "no_answer": gettext_lazy("No answer"),
}


def fetch(process: Process, number: int) -> Wave:
    """The wave, or 404."""
    found = Wave.objects.of(process).select_related("process", "made_by").filter(number=number).first()
    if found is None:
        raise Http404
    return found


@require_safe
@in_process(Permission.VIEW_REGISTRY)
def listing(request: HttpRequest, process: Process) -> HttpResponse:
    """All waves with who answered of who was asked."""
    page = paginate(queries.waves(process), request.GET, size=30)
    figures = queries.tallies(page.rows)
    rows = [{"wave": wave, "tally": figures[wave.pk], "bar": wish_charts.bar(figures[wave.pk])} for wave in page.rows]
    return render(
        request,
        "registry/intentions.html",
        {"page": page, "rows": rows, "now": timezone.localtime(), "legend": wish_charts.WORDS, "wishes": ANSWERS},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.REGISTER)
def new(request: HttpRequest, process: Process) -> HttpResponse:
    """Open a wave."""
    form = WaveForm(request.POST if request.method == "POST" else None, process=process)
    if request.method == "POST" and form.is_valid():
        try:
            wave = wave_actions.open_wave(process=process, actor=Actor.of(request.user), **form.cleaned_data)
        except Forbidden:
            raise
        except WayhomeError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("The wave is open. Nobody was told anything; you ask the households."))
            return redirect("wave", slug=process.slug, number=wave.number)
    return render(
        request,
        "registry/wave_new.html",
        {"form": form, "households": Household.objects.of(process).filter(closed_on=None).count()},
        status=422 if form.errors else 200,
    )


@require_safe
@in_process(Permission.VIEW_REGISTRY)
def wave(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """A wave: who answered, what is wished from where and to where, what people ask for, who changed since an earlier wave."""
    row = fetch(process, number)
    place = request.GET.get("place", Place.ORIGIN)
    place = place if place in Place.values else Place.ORIGIN
    tally = queries.tallies([row])[row.pk]
    by_place = queries.by_place(row, place)
    names = name_rows(process, by_place)
    earlier = list(queries.earlier_waves(row)[:12])
    since = request.GET.get("since", "")
    before = next((one for one in earlier if str(one.number) == since), earlier[0] if earlier else None)
    asked_for = queries.conditions(row)
    towards = queries.destinations(row)
    named = labels(process, [area.pk for area, _n in towards])
    return render(
        request,
        "registry/wave.html",
        {
            "wave": row,
            "tally": tally,
            "bar": wish_charts.bar(tally),
            "wishes": [(wish, wish.label, tally.wishes[wish]) for wish in ANSWERS],
            "place": place,
            "places": Place.choices,
            "map": wish_map(process, row, by_place, place, names),
            "rows": [
                {
                    "name": names.get(one.area.pk, "") if one.area else "",
                    "area": one.area,
                    "tally": one.tally,
                    "bar": wish_charts.bar(one.tally),
                }
                for one in by_place
            ],
            "asked_for": asked_for,
            "most": max((one.named for one in asked_for), default=0),
            "gates": [(claim_tables.GATE_WORDS[gate], n) for gate, n in queries.gates_asked_for(asked_for, row)],
            "own_words": queries.own_words(row),
            "towards": [(named.get(area.pk, str(area)), n) for area, n in towards],
            "earlier": earlier,
            "before": before,
            "chart": wish_charts.flow_chart(queries.flows(before, row)) if before is not None else None,
            "now": timezone.localtime(),
        },
    )


@require_safe
@in_process(Permission.VIEW_REGISTRY)
def figures(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """The figures by place as CSV; counts under five leave as "<5", and so do sums that would tell them."""
    row = fetch(process, number)
    place = request.GET.get("place", Place.ORIGIN)
    place = place if place in Place.values else Place.ORIGIN
    rows = queries.by_place(row, place)
    names = name_rows(process, rows)
    head = [Place(place).label, _("Asked"), _("Answered"), *(wish.label for wish in ANSWERS), _("No answer")]
    lines = queries.protected(rows)
    table = [[names.get(one.area.pk, "") if one.area else _("place not known"), *cells] for one, cells in lines]
    response = HttpResponse(csv_text(head, table), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{process.slug}-{row.ref}-{place}.csv"'
    return response


@require_POST
@in_process(Permission.REGISTER)
def close(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """Close a wave, or open it again."""
    row = fetch(process, number)
    try:
        if request.POST.get("do") == "reopen":
            wave_actions.reopen(wave=row, actor=Actor.of(request.user))
        else:
            wave_actions.close(wave=row, actor=Actor.of(request.user))
    except Forbidden:
        raise
    except WayhomeError as error:
        messages.error(request, str(error))
    return redirect("wave", slug=process.slug, number=row.number)


@require_safe
@in_process(Permission.VIEW_REGISTRY)
def households(request: HttpRequest, process: Process, number: int) -> HttpResponse:
    """The households asked in a wave, with what each said. The reading is logged."""
    row = fetch(process, number)
    which = request.GET.get("list", "waiting" if row.closed_on is None else "all")
    which = which if which in LISTS else "all"
    words = request.GET.get("q", "").replace("\x00", "")[:100]
    page = paginate(queries.asked(row, which, words), request.GET, size=50)
    said = queries.standing_of(row, [one.household_id for one in page.rows])
    homes = [one.household for one in page.rows]
    areas = [home.origin_id for home in homes] + [home.present_id for home in homes] + [one.area_id for one in said.values()]
    with transaction.atomic():
        audit.record(
            "wave.list_read",
            actor=Actor.of(request.user),
            subject=row,
            process_id=process.pk,
            detail={"wave": row.ref, "list": which, "shown": len(page.rows)},
        )
    return render(
        request,
        "registry/wave_households.html",
        {
            "wave": row,
            "page": page,
            "rows": [(one, said.get(one.household_id)) for one in page.rows],
            "names": labels(process, areas),
            "lists": LISTS,
            "which": which,
            "words": words,
            "tally": queries.tallies([row])[row.pk],
            "now": timezone.localtime(),
        },
    )


def _following(row: Wave, household: Household) -> WaveHousehold | None:
    """The next household of which nothing is on file."""
    waiting = queries.asked(row, "waiting")
    return waiting.filter(household__number__gt=household.number).first() or waiting.first()


@require_http_methods(["GET", "HEAD", "POST"])
@in_process(Permission.REGISTER)
def answer(request: HttpRequest, process: Process, number: int, household: int) -> HttpResponse:
    """Write down what a household said; the next one comes. The reading is logged."""
    row = fetch(process, number)
    home = Household.objects.of(process).select_related("process", "origin", "present", "head").filter(number=household).first()
    if home is None:
        raise Http404
    held = (
        Intention.objects.filter(wave=row, household=home, replaced_at=None)
        .prefetch_related("conditions", "adult_wishes")
        .first()
    )
    form = AnswerForm(request.POST if request.method == "POST" else None, household=home, held=held)
    if request.method == "POST" and form.is_valid():
        try:
            actions.record(wave=row, household=home, actor=Actor.of(request.user), **form.values())
        except Forbidden:
            raise
        except WayhomeError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            messages.success(request, _("%(ref)s: written down.") % {"ref": home.ref})
            after = _following(row, home) if "next" in request.POST else None
            if after is not None:
                return redirect("intention", slug=process.slug, number=row.number, household=after.household.number)
            return redirect(reverse("wave_households", args=[process.slug, row.number]))
    if request.method != "POST":
        with transaction.atomic():
            audit.record(
                "intention.read",
                actor=Actor.of(request.user),
                subject=home,
                process_id=process.pk,
                detail={"household": home.ref, "wave": row.ref},
            )
    past = [(wave, said) for wave, said in queries.history(home) if wave.pk != row.pk][:4]
    return render(
        request,
        "registry/intention.html",
        {
            "wave": row,
            "household": home,
            "form": form,
            "held": held,
            "past": past,
            "names": labels(process, [home.origin_id, home.present_id, *(said.area_id for _w, said in past if said)]),
            "silent": Wish.NO_ANSWER,
        },
        status=422 if form.errors else 200,
    )


def shown_on_household(household: Household, access: Any) -> dict[str, Any] | None:
    """What the household's page shows of its wishes (`registry/parts/household_intentions.html`)."""
    rows = queries.history(household)
    names = labels(household.process, [said.area_id for _wave, said in rows if said])
    table = claim_tables.conditions()
    lines = [
        {
            "wave": wave,
            "said": said,
            "where": (names.get(said.area_id, "") or said.place_text) if said else "",
            "conditions": [row.words or table[row.code].words for row in said.conditions.all() if row.code in table]
            if said
            else [],
        }
        for wave, said in rows
    ]
    open_wave = queries.waves(household.process).filter(closed_on=None).first()
    return {"rows": lines, "open": open_wave if access.may(Permission.REGISTER) else None, "household": household}


def adult_wishes(household: Household) -> dict[int, str]:
    """What each adult of a household said last, in words, by their key."""
    from wayhome.registry.models import AdultWish

    found: dict[int, str] = {}
    rows = (
        AdultWish.objects.filter(intention__household=household, intention__replaced_at=None)
        .select_related("intention__wave")
        .order_by("intention__wave__starts_on", "id")
    )
    for row in rows:
        found[row.person_id] = f"{row.get_wish_display()} ({row.intention.wave})"
    return found
