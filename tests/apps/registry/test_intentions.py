"""Waves and answers: who was asked, corrections that keep what was said, figures that name silence, flows, small counts, tables."""

import csv
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests.apps.registry.land import Land
from wayhome.core.errors import Conflict, Forbidden, InvalidInput
from wayhome.core.models import AuditEntry
from wayhome.registry.actions import intentions, wave_tables, waves
from wayhome.registry.actions.intentions import Named, SaidBy, parse_period
from wayhome.registry.models import Household, Intention, WaveTable
from wayhome.registry.queries import intentions as queries
from wayhome.registry.queries import wish_charts
from wayhome.registry.queries.wish_tables import FIELDS, guess
from wayhome.registry.wish_states import Frame, Wish

pytestmark = pytest.mark.django_db


@pytest.fixture
def land(process, person):
    return Land(process, person("editor"), person("process_lead"))


def answer(land, wave, household, wish="return", **more):
    return intentions.record(wave=wave, household=household, wish=wish, actor=land.clerk, **more)


# --- who is asked


def test_the_frame_is_fixed_when_the_wave_opens_and_closed_households_are_not_in_it(land):
    homes = [land.household() for _n in range(3)]
    Household.objects.filter(pk=homes[2].pk).update(closed_on=date(2026, 1, 1))
    wave = land.wave()
    land.household("Came later")
    assert queries.tallies([wave])[wave.pk].asked == 2


def test_frames_by_place_and_by_a_draw_that_can_be_repeated(land):
    kul = land.area("Kul")
    for n in range(20):
        land.household(origin=kul if n < 5 else None)
    assert land.wave("By origin", frame=Frame.ORIGINS, areas=[kul]).asked.count() == 5
    one = land.wave("Draw", frame=Frame.SAMPLE, share=30, seed=7)
    two = land.wave("Draw again", frame=Frame.SAMPLE, share=30, seed=7)
    other = land.wave("Another draw", frame=Frame.SAMPLE, share=30, seed=8)
    drawn = [set(wave.asked.values_list("household", flat=True)) for wave in (one, two, other)]
    assert len(drawn[0]) == 6 and drawn[0] == drawn[1] != drawn[2]


def test_a_wave_that_does_not_fit_is_refused(land, process, person):
    from wayhome.core.actors import Actor

    land.wave()
    for bad, field in (
        ({"name": "March 2026"}, "name"),
        ({"name": "x", "ends_on": date(2020, 1, 1)}, "ends_on"),
        ({"name": "x", "frame": Frame.ORIGINS}, "areas"),
        ({"name": "x", "frame": Frame.SAMPLE}, "share"),
    ):
        values = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 1, 2), "language": "en", **bad}
        with pytest.raises(InvalidInput) as caught:
            waves.open_wave(process=process, actor=land.clerk, **values)
        assert caught.value.field == field
    with pytest.raises(Forbidden):
        waves.open_wave(
            process=process,
            actor=Actor.of(person("reader")),
            name="y",
            starts_on=date(2026, 1, 1),
            ends_on=date(2026, 1, 2),
            language="en",
        )


# --- answers


def test_a_correction_replaces_and_keeps_what_was_said_before(land):
    home, wave = land.household(), land.wave()
    wave = land.wave("With it")
    first = answer(land, wave, home, "undecided")
    second = answer(land, wave, home, "return", conditions=[Named("water"), Named("water"), Named("own_words", "the mill")])
    first.refresh_from_db()
    assert first.replaced_at is not None and first.wish == "undecided"
    assert queries.tallies([wave])[wave.pk].wishes == {"return": 1}
    assert [row.code for row in second.conditions.all()] == ["water", "own_words"]
    actions = list(AuditEntry.objects.filter(action__startswith="intention.").values_list("action", flat=True))
    assert actions == ["intention.recorded", "intention.corrected"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Intention.objects.filter(pk=first.pk).update(replaced_at=None)


def test_each_adult_is_counted_for_what_they_said(land):
    home = land.household(origin=land.area("Meshul"))
    people = [land.person(name, household=home) for name in ("Tamar", "Suren", "Lala", "Davit")]
    said = [
        SaidBy(people[0], "return"),
        SaidBy(people[1], "return"),
        SaidBy(people[2], "undecided"),
        SaidBy(people[3], "no_answer"),
    ]
    made = answer(land, land.wave(), home, area=home.origin, said=said)
    assert (made.adults_same, made.adults) == (2, 4)
    with pytest.raises(InvalidInput):
        answer(land, land.wave("Other"), home, said=[SaidBy(land.person("Stranger"), "return")])


@pytest.mark.parametrize(
    "wish, values, field",
    [
        ("maybe", {}, "wish"),
        ("return", {"silence": "declined"}, "silence"),
        ("no_answer", {"place_text": "Kul"}, "wish"),
        ("no_answer", {"conditions": [Named("water")]}, "conditions"),
        ("return", {"when_from": date(2027, 2, 1), "when_to": date(2027, 1, 1)}, "when_to"),
        ("return", {"asked_on": date(2126, 1, 1)}, "asked_on"),
        ("return", {"adults": 2}, "adults_same"),
        ("return", {"adults": 2, "adults_same": 3}, "adults_same"),
        ("return", {"conditions": [Named("gold")]}, "conditions"),
        ("return", {"conditions": [Named("own_words")]}, "own_words"),
        ("return", {"presence": "angel"}, "presence"),
    ],
)
def test_an_answer_that_contradicts_itself_is_refused(land, wish, values, field):
    home = land.household()
    with pytest.raises(InvalidInput) as caught:
        answer(land, land.wave(), home, wish, **values)
    assert caught.value.field == field and not Intention.objects.exists()


def test_a_closed_wave_takes_no_answer_until_it_is_opened_again(land):
    home, wave = land.household(), land.wave()
    waves.close(wave=wave, actor=land.clerk)
    with pytest.raises(Conflict):
        answer(land, wave, home)
    waves.reopen(wave=wave, actor=land.clerk)
    answer(land, wave, home)


def test_a_household_asked_though_not_chosen_is_counted_among_those_asked(land):
    wave = land.wave()
    home = land.household("Late")
    answer(land, wave, home)
    assert queries.tallies([wave])[wave.pk].asked == 1 and wave.asked.get().added


@pytest.mark.parametrize(
    "text, first, last",
    [
        ("2027", date(2027, 1, 1), date(2027, 12, 31)),
        ("2027-06", date(2027, 6, 1), date(2027, 6, 30)),
        ("2027-06 to 2027-09", date(2027, 6, 1), date(2027, 9, 30)),
        ("after 2028", date(2028, 1, 1), None),
        ("после 2028", date(2028, 1, 1), None),
        ("spring 2027", None, None),
        ("when the war is over", None, None),
        ("", None, None),
    ],
)
def test_a_period_in_words_is_a_range_only_where_it_is_one(text, first, last):
    assert parse_period(text) == (first, last)


# --- figures


def test_silence_is_counted_and_never_filled_in(land):
    homes = [land.household() for _n in range(10)]
    wave = land.wave()
    for n, home in enumerate(homes[:7]):
        answer(land, wave, home, "no_answer" if n == 6 else "return" if n < 4 else "stay")
    tally = queries.tallies([wave])[wave.pk]
    assert (tally.asked, tally.answered, tally.no_answer, tally.no_reply, tally.silent) == (10, 6, 1, 3, 4)
    assert tally.share("return") == pytest.approx(4 / 6) and tally.response == pytest.approx(0.6)
    assert queries.Tally().share("return") is None
    assert sum(part.n for part in wish_charts.bar(tally)) == 10
    assert sum(part.width for part in wish_charts.bar(tally)) == pytest.approx(100, abs=0.01)


def test_flows_account_for_every_household_of_both_waves(land):
    homes = [land.household() for _n in range(6)]
    first = land.wave("First", month=1)
    homes.append(land.household("New"))
    second = land.wave("Second", month=3)
    for home, before, after in zip(
        homes, ["return", "return", "stay", "undecided"], ["return", "stay", "stay", "return"], strict=False
    ):
        answer(land, first, home, before)
        answer(land, second, home, after)
    answer(land, first, homes[4], "return")
    answer(land, second, homes[6], "no_answer")
    found = {(flow.before, flow.after): flow.n for flow in queries.flows(first, second)}
    assert found == {
        ("return", "return"): 1,
        ("return", "stay"): 1,
        ("stay", "stay"): 1,
        ("undecided", "return"): 1,
        ("return", "no_reply"): 1,
        ("no_reply", "no_reply"): 1,
        ("not_asked", "no_reply"): 1,
    }
    chart = wish_charts.flow_chart(queries.flows(first, second))
    assert (chart.both, chart.changed) == (4, 2)
    assert sum(total for _words, _cells, total in chart.table) == sum(chart.sums) == 7
    assert all(node.y + node.height <= chart.height + 1 for node in chart.nodes)


def test_conditions_are_counted_once_a_household_and_lead_to_gates(land):
    homes = [land.household() for _n in range(3)]
    wave = land.wave()
    answer(land, wave, homes[0], conditions=[Named("clearance"), Named("water"), Named("school")])
    answer(land, wave, homes[1], "undecided", conditions=[Named("water")])
    answer(land, wave, homes[2], "stay")
    asked = queries.conditions(wave)
    assert [(row.code.code, row.named, row.first, row.returning) for row in asked] == [
        ("water", 2, 1, 1),
        ("clearance", 1, 1, 1),
        ("school", 1, 0, 1),
    ]
    assert queries.gates_asked_for(asked, wave) == [("water", 2), ("clearance", 1), ("services", 1)]


def test_small_counts_do_not_leave_and_cannot_be_worked_out(land):
    kul, sarn = land.area("Kul"), land.area("Sarn")
    wave_homes = [(land.household(origin=kul), "return" if n < 9 else "stay") for n in range(12)]
    wave_homes += [(land.household(origin=sarn), "return" if n < 8 else "stay") for n in range(14)]
    wave = land.wave()
    for home, wish in wave_homes:
        answer(land, wave, home, wish)
    lines = {row.area: cells for row, cells in queries.protected(queries.by_place(wave, "origin"))}
    asked, answered, returned, stayed, *_rest = lines[kul]
    assert (asked, answered, stayed) == ("12", "12", "<5")
    assert returned == "x"  # 12 - 9 would tell
    assert lines[sarn][2] == "x" and lines[sarn][3] == "x"  # and so would the columns' sums


# --- tables of answers


def table_of(rows, head=("household", "wish", "where", "when", "conditions", "asked", "presence", "asked_on")):
    import io

    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue().encode()


def test_a_table_goes_in_once_and_its_bad_rows_are_named(land):
    homes = [land.household() for _n in range(4)]
    wave = land.wave()
    data = table_of(
        [
            [homes[0].ref, "return", "Meshul", "2027", "mines cleared; a bridge at the mill", "phone", "leader", "2026-03-02"],
            [homes[1].ref, "остаться", "", "", "", "лично", "", "02.03.2026"],
            ["H-999", "return", "", "", "", "", "", ""],
            [homes[2].ref, "perhaps", "", "", "", "", "", "tomorrow"],
            [homes[0].ref, "stay", "", "", "", "", "", ""],
            ["", "", "", "", "", "", "", ""],
        ]
    )
    table = wave_tables.upload(wave=wave, name="answers.csv", data=data, actor=land.clerk)
    assert not Intention.objects.exists()
    assert table.counts["good"] == 2 and table.counts["bad"] == 3
    said = {(issue["row"], issue["field"]) for issue in table.issues}
    assert said == {(4, "Household"), (5, "Wish"), (5, "Asked on"), (6, "Household")}
    assert all(issue["problem"] and issue["remedy"] for issue in table.issues)
    counts = wave_tables.commit(table=table, actor=land.clerk)
    assert counts["new"] == 2
    made = Intention.objects.get(household=homes[0])
    assert (made.when_from, made.presence, made.how, made.source) == (date(2027, 1, 1), "leader", "phone", table)
    assert [(row.code, row.words) for row in made.conditions.all()] == [("clearance", ""), ("own_words", "a bridge at the mill")]
    assert Intention.objects.get(household=homes[1]).wish == Wish.STAY
    table.refresh_from_db()
    assert table.cells == [] and table.state == WaveTable.State.DONE


def test_the_same_table_twice_changes_nothing_and_hand_written_answers_stay(land):
    homes = [land.household() for _n in range(3)]
    wave = land.wave()
    answer(land, wave, homes[2], "undecided")
    data = table_of([[home.ref, "return", "", "", "", "", "", ""] for home in homes])
    for _time in range(2):
        table = wave_tables.upload(wave=wave, name="answers.csv", data=data, actor=land.clerk)
        counts = wave_tables.commit(table=table, actor=land.clerk)
    assert counts == {"new": 0, "replaced": 0, "unchanged": 2, "by_hand": 1}
    assert Intention.objects.count() == 3 and Intention.objects.get(household=homes[2]).wish == "undecided"
    changed = table_of([[homes[0].ref, "stay", "", "", "", "", "", ""]])
    table = wave_tables.upload(wave=wave, name="answers2.csv", data=changed, actor=land.clerk)
    assert wave_tables.commit(table=table, actor=land.clerk)["replaced"] == 1
    assert Intention.objects.get(household=homes[0], replaced_at=None).wish == "stay"


def test_rows_of_other_waves_are_passed_over_and_lists_tell_equal_numbers_apart(land):
    camp = land.household(list_name="Camp", list_key="0001")
    aid = land.household(list_name="Aid", list_key="0001")
    wave = land.wave("Mar 2025")
    head = ("list", "household", "wave", "wish")
    data = table_of(
        [["camp", "0001", "Mar 2025", "return"], ["aid", "0001", "Oct 2024", "stay"], ["", "0001", "Mar 2025", "stay"]], head
    )
    table = wave_tables.upload(wave=wave, name="all.csv", data=data, actor=land.clerk)
    assert (table.counts["good"], table.counts["other_waves"], table.counts["bad"]) == (1, 1, 1)
    wave_tables.commit(table=table, actor=land.clerk)
    assert Intention.objects.get().household == camp and aid.intentions.count() == 0


def test_columns_are_guessed_in_six_languages():
    assert guess(["Household No.", "Wish"]) == {"household": 0, "wish": 1}
    assert guess(["Номер семьи", "Намерение", "Куда", "Условия"]) == {"household": 0, "wish": 1, "where": 2, "conditions": 3}
    assert guess(["Ailə nömrəsi", "Niyyət"]) == {"household": 0, "wish": 1}
    assert guess(["Ընտանիքի համար", "Մտադրություն"]) == {"household": 0, "wish": 1}
    assert guess(["رقم الأسرة", "النية"]) == {"household": 0, "wish": 1}
    assert guess(["Numéro du ménage", "Souhait"]) == {"household": 0, "wish": 1}
    assert guess(list(FIELDS)) == {name: index for index, name in enumerate(FIELDS)}


def test_a_heading_under_a_title_is_found_whatever_the_rows_hold(land):
    home = land.household()
    rows = "Results of the March round,,,\n\nhousehold,wish,where,asked_on\n"
    rows += "".join(f"{home.ref},return,Village {n},2026-03-02\n" for n in range(40))
    table = wave_tables.upload(wave=land.wave(), name="round.csv", data=rows.encode(), actor=land.clerk)
    assert table.titles == ["household", "wish", "where", "asked_on"]
    assert (table.counts["good"], table.counts["bad"]) == (1, 39)
    assert table.issues[0]["row"] == 5 and "row 4" in table.issues[0]["problem"]


def test_a_file_that_is_no_table_is_refused_with_words(land):
    with pytest.raises(InvalidInput) as caught:
        wave_tables.upload(wave=land.wave(), name="x.xlsx", data=b"PK\x03\x04 broken", actor=land.clerk)
    assert caught.value.remedy


# --- pages


def filled(land, count):
    homes = [land.household(f"Home {n}", origin=land.area(f"Village {n % 7}")) for n in range(count)]
    wave = land.wave(f"Wave of {count}")
    for n, home in enumerate(homes):
        answer(land, wave, home, list(Wish)[n % 4], conditions=[Named("water")], place_text="Kul")
    return wave


@pytest.mark.parametrize("name", ["wave", "wave_households"])
def test_pages_of_a_wave_cost_the_same_for_1_and_30_households(land, as_user, lead, django_assert_max_num_queries, name):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = as_user(lead)
    small = filled(land, 1)
    costs = []
    for wave in (small, filled(land, 30)):
        url = reverse(name, args=[land.process.slug, wave.number]) + "?list=all"
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(url).status_code == 200
        costs.append(len(seen))
    # the first wave has no earlier one to compare with: four queries fewer for the flow
    assert costs[1] - costs[0] <= (5 if name == "wave" else 0), costs


def test_the_list_of_waves_costs_the_same_for_1_and_30(land, as_user, lead):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = as_user(lead)
    url = reverse("intentions", args=[land.process.slug])
    costs = []
    for count in (1, 29):
        for n in range(count):
            land.wave(f"Wave {count} {n}")
        client.get(url)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1]


def test_an_answer_is_written_down_on_the_form_and_the_next_household_comes(land, as_user, editor):
    meshul = land.area("Meshul")
    homes = [land.household(f"Home {n}", origin=meshul) for n in range(2)]
    tamar = land.person(household=homes[0])
    wave = land.wave()
    client = as_user(editor)
    url = reverse("intention", args=[land.process.slug, wave.number, homes[0].number])
    page = client.get(url)
    assert "Meshul" in page.content.decode()
    assert AuditEntry.objects.filter(action="intention.read").count() == 1
    answer = client.post(
        url,
        {
            "wish": "return",
            "where": "origin",
            "when_text": "2027-06",
            "conditions": ["water", "clearance"],
            "first": "clearance",
            f"adult{tamar.pk}": "same",
            "presence": "family",
            "how": "phone",
            "next": "1",
        },
    )
    assert answer.status_code == 302 and answer.url.endswith(f"/households/{homes[1].number}/")
    made = Intention.objects.get()
    assert (made.area, made.when_from, made.when_to, made.adults) == (meshul, date(2027, 6, 1), date(2027, 6, 30), 1)
    assert [row.code for row in made.conditions.all()] == ["clearance", "water"]
    bad = client.post(url, {"wish": "return", "where": "other", "place_text": ""})
    assert bad.status_code == 422 and Intention.objects.count() == 1


def test_the_page_of_a_household_shows_what_it_said(land, as_user, lead):
    home = land.household(origin=land.area("Meshul"))
    first, _second = land.wave("First", month=1), land.wave("Second", month=3)
    answer(land, first, home, "return", area=home.origin, adults=4, adults_same=3, conditions=[Named("water")])
    page = as_user(lead).get(reverse("household", args=[land.process.slug, home.number])).content.decode()
    assert "3 of 4 adults" in page and "No response" in page and "Meshul" in page


def test_figures_leave_with_small_counts_hidden(land, as_user, lead):
    wave = filled(land, 8)
    response = as_user(lead).get(reverse("wave_figures", args=[land.process.slug, wave.number]))
    text = response.content.decode("utf-8-sig")
    assert "<5" in text and ",2," not in text and ",1," not in text
