"""Works: what they may say, the table of states and its one writer, money, counts, photographs."""

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from PIL import Image

from wayhome.accounts.models import Process
from wayhome.core import files
from wayhome.core.actors import SYSTEM, Actor
from wayhome.core.errors import Conflict, Forbidden, InvalidInput, TooLarge
from wayhome.core.models import AuditEntry
from wayhome.places import money
from wayhome.places.actions import funding, homes, work_photos, works
from wayhome.places.models import Area, ExchangeRate, Funding, HomeStock, Work, WorkPhoto
from wayhome.places.precedence import circles
from wayhome.places.work_states import NEEDS_REASON, TRANSITIONS, WorkState

pytestmark = pytest.mark.django_db
SAID = {
    "kind": "water", "title": "Water intake", "cost": Decimal("41000.50"), "currency": "EUR", "price_date": date(2027, 3, 1),
    "duration_months": 5,
}  # fmt: skip


def add(area, **more):
    return works.add(process=area.process, actor=SYSTEM, area=area, **{**SAID, **more})


def test_a_work_is_numbered_logged_and_planned(valley, editor):
    work = works.add(process=valley.process, actor=Actor.of(editor), area=valley.kul, **SAID)
    assert (work.ref, work.state, work.steps.get().after) == ("W-001", "planned", "planned")
    assert AuditEntry.objects.get(action="work.added").detail["work"] == "W-001"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"currency": ""}, "currency"),
        ({"currency": "EURO"}, "currency"),
        ({"price_date": None}, "price_date"),
        ({"cost": Decimal(-1)}, "cost"),
        ({"duration_months": 0}, "duration_months"),
        ({"adds": 20}, "adds"),
        ({"resource": "water"}, "adds"),
        ({"crew_units": 2}, "crew_units"),
        ({"kind": "cinema"}, "kind"),
        ({"title": ""}, "title"),
    ],
)
def test_what_a_work_may_not_say_names_its_field(valley, wrong, field):
    with pytest.raises(InvalidInput) as caught:
        add(valley.kul, **wrong)
    assert caught.value.field == field
    assert Work.objects.count() == 0


def test_nothing_of_another_process(valley, other_process):
    there = Area.objects.create(process=other_process, code="X")
    with pytest.raises(InvalidInput) as caught:
        works.add(process=valley.process, actor=SYSTEM, area=there, **SAID)
    assert caught.value.field == "area"


def test_readers_may_not(valley, person):
    for role in ("reader", "case_worker"):
        with pytest.raises(Forbidden):
            works.add(process=valley.process, actor=Actor.of(person(role)), area=valley.kul, **SAID)
    assert Work.objects.count() == 0


def test_a_code_is_used_once_and_changes_are_logged_with_before_and_after(valley):
    first = add(valley.kul, code="KW-1")
    with pytest.raises(Conflict):
        add(valley.kul, code="KW-1")
    works.change(work=first, actor=SYSTEM, cost=Decimal(50000), duration_months=6)
    entry = AuditEntry.objects.get(action="work.changed")
    assert entry.detail["before"] == {"cost": "41000.50", "duration_months": "5"}
    works.change(work=first, actor=SYSTEM, cost=Decimal(50000))
    assert AuditEntry.objects.filter(action="work.changed").count() == 1


class Orders(TestCase):
    """Whatever is set after whatever, in whichever order: no circle is ever on file."""

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 5), st.one_of(st.none(), st.integers(0, 5))), max_size=14))
    def test_no_circle_is_ever_on_file(self, steps):
        process = Process.objects.create(slug="p", name="P")
        area = Area.objects.create(process=process, code="A")
        made = [add(area, title=str(n)) for n in range(6)]
        for at, before in steps:
            target = Work.objects.get(pk=made[before].pk) if before is not None else None
            wish = dict(Work.objects.filter(process=process).values_list("pk", "after_id"))
            wish[made[at].pk] = target.pk if target else None
            if circles(wish):
                with pytest.raises(InvalidInput, match="circle"):
                    works.change(work=made[at], actor=SYSTEM, after=target)
            else:
                works.change(work=made[at], actor=SYSTEM, after=target)
            assert circles(dict(Work.objects.filter(process=process).values_list("pk", "after_id"))) == []


def test_every_step_of_the_table_and_no_other(valley):
    for before in WorkState:
        for after in WorkState:
            work = add(valley.kul)
            Work.objects.filter(pk=work.pk).update(state=before)
            work.refresh_from_db()
            reason = "Because" if (before, after) in NEEDS_REASON else ""
            if after in TRANSITIONS[before]:
                works.move(work=work, after=after, actor=SYSTEM, reason=reason)
                work.refresh_from_db()
                assert work.state == after
                assert work.steps.first().before == before
            else:
                with pytest.raises(Conflict):
                    works.move(work=work, after=after, actor=SYSTEM, reason="Because")


@pytest.mark.parametrize(("before", "after"), sorted(NEEDS_REASON))
def test_steps_that_need_a_reason(valley, before, after):
    work = add(valley.kul)
    Work.objects.filter(pk=work.pk).update(state=before)
    work.refresh_from_db()
    with pytest.raises(InvalidInput) as caught:
        works.move(work=work, after=after, actor=SYSTEM)
    assert caught.value.field == "reason"


def test_dates_and_progress_follow_the_steps(valley):
    work, today = add(valley.kul), timezone.localdate()
    with pytest.raises(Conflict):
        works.set_progress(work=work, actor=SYSTEM, progress=10)
    with pytest.raises(InvalidInput):
        works.move(work=work, after="under_way", actor=SYSTEM, on=today + timedelta(days=1))
    works.move(work=work, after="under_way", actor=SYSTEM, on=today - timedelta(days=40), seen="planned")
    works.set_progress(work=work, actor=SYSTEM, progress=60)
    with pytest.raises(InvalidInput):
        works.set_progress(work=work, actor=SYSTEM, progress=100)
    with pytest.raises(Conflict, match="by now"):
        works.move(work=work, after="finished", actor=SYSTEM, seen="planned")
    with pytest.raises(InvalidInput, match="before it started"):
        works.move(work=work, after="finished", actor=SYSTEM, on=today - timedelta(days=50))
    works.move(work=work, after="finished", actor=SYSTEM)
    work.refresh_from_db()
    assert (work.progress, work.finished_on, work.started_on) == (100, today, today - timedelta(days=40))
    works.move(work=work, after="under_way", actor=SYSTEM, reason="The pump stands still")
    work.refresh_from_db()
    assert (work.progress, work.finished_on, work.started_on) == (99, None, today - timedelta(days=40))


def test_a_work_does_not_start_before_the_one_it_waits_for(valley):
    first = add(valley.kul)
    second = add(valley.kul, after=first)
    with pytest.raises(Conflict, match="W-002 comes only after W-001"):
        works.move(work=second, after="under_way", actor=SYSTEM)
    works.move(work=first, after="under_way", actor=SYSTEM)
    works.move(work=first, after="finished", actor=SYSTEM)
    works.move(work=second, after="under_way", actor=SYSTEM)


def test_money_moves_in_stages_and_is_never_written_twice(valley):
    work = add(valley.kul)
    one = funding.organisation(process=valley.process, actor=SYSTEM, name="Fund for  the Valley", acronym="FV")
    assert funding.organisation(process=valley.process, actor=SYSTEM, name="FUND for the valley", kind="donor") == one
    one.refresh_from_db()
    assert (one.name, one.kind, one.acronym) == ("Fund for the Valley", "donor", "FV")
    said = {"process": valley.process, "actor": SYSTEM, "funder": one, "on": date(2027, 1, 5), "work": work}
    row = funding.add(**said, amount=Decimal(30000), currency="EUR", stage="pledged")
    funding.set_stage(row=row, stage="committed", actor=SYSTEM)
    assert AuditEntry.objects.get(action="funding.moved").detail["before"] == "pledged"
    with pytest.raises(InvalidInput):
        funding.retire(row=row, reason=" ", actor=SYSTEM)
    funding.retire(row=row, reason="Withdrawn by letter", actor=SYSTEM)
    with pytest.raises(Conflict):
        funding.set_stage(row=row, stage="disbursed", actor=SYSTEM)
    for wrong in ({"amount": Decimal(0)}, {"currency": "ABC"}, {"stage": "hoped"}):
        with pytest.raises(InvalidInput) as caught:
            funding.add(**said, **{"amount": Decimal(1), "currency": "EUR", "stage": "pledged", **wrong})
        assert caught.value.field == next(iter(wrong))
    assert Funding.objects.count() == 1


def test_two_currencies_are_added_only_by_a_dated_rate(valley):
    rows = [(Decimal(100), "EUR", date(2027, 3, 1)), (Decimal(110), "USD", date(2027, 3, 1))]
    with pytest.raises(money.MixedCurrencies, match="USD and EUR were not added.*2027-03-01") as caught:
        money.Rates().add(rows, "EUR")
    assert caught.value.code == "mixed_currencies"
    funding.set_rate(
        process=valley.process, actor=SYSTEM, base="EUR", quote="USD", rate=Decimal("1.1"), on=date(2027, 2, 1), source="A bank"
    )
    rates = money.Rates(ExchangeRate.objects.values_list("base", "quote", "rate", "on", "source"))
    assert rates.add(rows, "EUR") == Decimal("200.00")
    assert rates.add(rows, "USD") == Decimal("220.00")
    with pytest.raises(money.MixedCurrencies):  # a rate of February says nothing of January
        rates.convert(Decimal(1), "USD", "EUR", date(2027, 1, 1))
    for wrong in ({"source": " "}, {"rate": Decimal(0)}, {"quote": "EUR"}):
        said = {"base": "EUR", "quote": "USD", "rate": Decimal(1), "on": date(2027, 2, 1), "source": "A bank", **wrong}
        with pytest.raises(InvalidInput) as caught:
            funding.set_rate(process=valley.process, actor=SYSTEM, **said)
        assert caught.value.field == next(iter(wrong))


def test_counts_are_retired_not_overwritten(valley):
    said = {"process": valley.process, "actor": SYSTEM, "area": valley.kul, "as_of": date(2026, 5, 1), "source": "Survey"}
    first = homes.count_homes(**said, none=10, minor=4, occupied=3)
    assert homes.count_homes(**said, none=10, minor=4, occupied=3) == first
    second = homes.count_homes(**said, none=10, minor=5, occupied=3)
    first.refresh_from_db()
    assert first.retired_at is not None
    assert (second.habitable, second.free, HomeStock.objects.count()) == (15, 12, 2)
    for wrong, field in (({}, "none"), ({"none": 1, "occupied": 2}, "occupied")):
        with pytest.raises(InvalidInput) as caught:
            homes.count_homes(**said, **wrong)
        assert caught.value.field == field
    with pytest.raises(InvalidInput):
        homes.count_homes(**(said | {"as_of": timezone.localdate() + timedelta(days=2)}), none=1)
    homes.retire_count(row=second, reason="Counted the wrong village", actor=SYSTEM)
    assert not HomeStock.objects.filter(retired_at=None).exists()


def picture(size=(64, 32), orientation=6, form="JPEG"):
    """A picture with what a telephone writes into it: a place, a camera, a turn."""
    image = Image.new("RGB", size, (30, 90, 60))
    exif = image.getexif()
    exif[0x0112] = orientation
    exif[0x010F] = "SECRET CAMERA"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    image.save(out, form, exif=exif)
    return out.getvalue()


def test_a_photograph_is_kept_upright_without_what_the_camera_noted(valley):
    work = add(valley.kul)
    raw = picture()
    assert b"SECRET CAMERA" in raw
    row = work_photos.add(work=work, actor=SYSTEM, data=raw, caption="The new intake")
    kept = files.load(row.sha256)
    assert b"SECRET CAMERA" not in kept
    assert b"Exif" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == (row.width, row.height) == (32, 64)
        assert not image.getexif()
    assert work_photos.add(work=work, actor=SYSTEM, data=raw, caption="Again") == row
    assert max(work_photos.clean(picture((5000, 40), form="PNG"))[1:]) == work_photos.SIDE
    path = files.path_of(row.sha256)
    work_photos.remove(photo=row, actor=SYSTEM)
    assert WorkPhoto.objects.count() == 0
    assert path.exists()  # gone only once the transaction is through


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"<svg/>", picture()[:200], b"\xff\xd8\xff" + b"0" * 500])
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(InvalidInput):
        work_photos.clean(data)


def test_a_picture_too_large_is_refused_before_it_is_decoded():
    out = io.BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")
    with pytest.raises(TooLarge):
        work_photos.clean(out.getvalue())
    with pytest.raises(TooLarge):
        work_photos.clean(b"\xff\xd8\xff" + bytes(work_photos.MOST_BYTES))
