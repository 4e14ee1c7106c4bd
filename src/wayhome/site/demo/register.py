"""The register of the demo: lists of invented people brought in, what their households answered, who gave which consent, who is who.

Lists, answers and claims come from the generator (`engines.population.registry`), always the same ones, and go in by the use cases
that the pages call, as the people of the demo's office. Days are moved so that the newest survey is six weeks old. Each part is
done once: loading again finds it done, and a load that was interrupted goes on with the part it had not finished.
"""

from __future__ import annotations

import csv
import io
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from wayhome.accounts.models import Process, User
from wayhome.core.actors import Actor
from wayhome.core.errors import WayhomeError
from wayhome.engines.population.registry import generate_registry
from wayhome.engines.population.registry.lists import AS_OF
from wayhome.engines.population.registry.wishes import WAVES
from wayhome.places.actions import matches
from wayhome.places.actions.gazetteers import bring_in
from wayhome.places.models import Area
from wayhome.places.queries.matches import resolve_many
from wayhome.registry.actions import (
    consents,
    contacts,
    import_places,
    import_work,
    importing,
    judging,
    linking,
    needs,
    wave_tables,
    waves,
)
from wayhome.registry.models import (
    CandidatePair,
    Claim,
    Consent,
    Contact,
    Household,
    Import,
    Judgement,
    LinkRun,
    Person,
    ProcessingPurpose,
    Wave,
)
from wayhome.registry.states import Given, LegalBasis, PairState, Purpose, Relation, SealedKind, Verdict
from wayhome.registry.wish_states import Frame, Wish

HOUSEHOLDS = 2_000
SEED = 3
PARTNER = "Sarn Ford Health Office"
LISTS = {
    "community": "Community list",
    "reception": "Reception register",
    "aid": "Aid list",
    "camp": "Orchard Camp list",
    "tracing": "Tracing list",
}
VILLAGES = {  # the generator's villages in the gazetteer that ships
    **{"LV01": "VM010101", "LV02": "VM010102", "LV03": "VM010201", "LV04": "VM010202", "LV05": "VM020101", "LV06": "VM010301"},
    **{"LV07": "VM010103", "LV08": "VM010302", "LV09": "VM010104", "LV10": "VM010203", "LV11": "VM020201", "LV12": "VM010303"},
}
CONDITIONS = {
    "water at the house": "water",
    "a school in both languages": "school_language",
    "mines cleared": "clearance",
    "the house rebuilt": "shelter",
    "papers for house and land": "documents",
    "a promise of safety that can be checked": "security",
    "work or land to till": "livelihoods",
    "a nurse within an hour": "health",
    "neighbours go too": "neighbours",
    "the road open in winter": "access",
}
PANEL: dict[str, Any] = {
    "frame": Frame.SAMPLE,
    "share": 40,
    "seed": SEED,
    "frame_note": "The same panel in each of the first three waves",
}
LANGUAGE = {"community": "hy", "reception": "ru", "aid": "en", "camp": "az", "tracing": "fr"}
Tell = Callable[[str], None]
S = Import.State


@dataclass
class Valley:
    """What the parts of the load share: the process and its people, the generated files, and who of them is which record."""

    process: Process
    staff: dict[str, User]
    today: date
    tell: Tell
    folder: Path
    rng: Random = field(default_factory=lambda: Random(SEED))  # noqa: S311 - the same demo every time
    areas: dict[str, Area | None] = field(default_factory=dict)

    def actor(self, role: str) -> Actor:
        return Actor.of(self.staff[role], "cli")

    def rows(self, name: str) -> Iterator[dict[str, str]]:
        with (self.folder / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
            yield from csv.DictReader(handle)

    @property
    def shift(self) -> timedelta:
        """From the generator's days to the demo's."""
        return self.today - timedelta(days=40) - WAVES[-1][0]

    def day(self, written: str) -> date:
        return date.fromisoformat(written) + self.shift

    def households(self) -> dict[tuple[str, str], Household]:
        """Households by list and number in the list."""
        names = {name: key for key, name in LISTS.items()}
        rows = Household.objects.of(self.process).filter(list_name__in=names)
        return {(names[row.list_name], row.list_key): row for row in rows}

    def persons(self) -> dict[tuple[str, int], Person]:
        """Persons by list and row of its file."""
        names = {name: key for key, name in LISTS.items()}
        rows = Person.objects.of(self.process).filter(list_name__in=names).select_related("household")
        return {(names[row.list_name], row.source_row): row for row in rows if row.source_row}

    def meant(self) -> dict[str, str]:
        """Which place of the generator a wording of an origin mostly means: what people of the office know of their valley."""
        said: dict[str, Counter[str]] = {}
        records = self.persons()
        for key, row in self.truth():
            person = records.get(key)
            if person is not None and person.origin_text:
                said.setdefault(person.origin_text, Counter())[row["place_id"]] += 1
        found = {words: places.most_common(1)[0][0] for words, places in said.items()}
        return found | dict.fromkeys(("Սառնի Հուն", "Gué de Sarn", "Sarn Keçidi", "Сарнский Брод"), "LV12")

    def truth(self) -> Iterator[tuple[tuple[str, int], dict[str, str]]]:
        """Rows of the generator's truth with the list and row of the record they speak of."""
        for row in self.rows("truth"):
            yield (row["file"].split("-")[0], int(row["row"])), row

    def area(self, words: str) -> Area | None:
        """The area that words mean where that is certain; asked once."""
        if words not in self.areas:
            found = resolve_many(self.process, [(words, "")])[words, ""].best_id if words else None
            self.areas[words] = Area.objects.of(self.process).filter(pk=found).first() if found else None
        return self.areas[words]


def load_register(
    *, process: Process, staff: dict[str, User], tell: Tell, today: date | None = None, households: int = HOUSEHOLDS
) -> None:
    """Fill the registry of the demo. What is there already stays as it is, with whatever people did to it since."""
    from wayhome.site.demo import claims

    parts: tuple[tuple[str, Callable[[Valley], str], Callable[[Process], bool]], ...] = (
        ("lists", bring_in_lists, _lists_are_in),
        ("places", decide_places, lambda process: Consent.objects.of(process).exists()),
        ("consent", ask_consent, lambda process: Consent.objects.of(process).exists()),
        ("intentions", survey, lambda process: Wave.objects.of(process).filter(name__startswith="Survey").exists()),
        ("claims", claims.lodge, lambda process: Claim.objects.of(process).exists()),
        ("decisions", claims.work, lambda process: Claim.objects.of(process).exclude(state="lodged").exists()),
        ("families of claims", claims.families, claims.families_exist),
        ("who is who", compare, lambda process: LinkRun.objects.filter(process=process, state=LinkRun.State.DONE).exists()),
        ("judgements", judge_pairs, lambda process: Judgement.objects.filter(process=process).exists()),
    )
    missing = [(name, part) for name, part, done in parts if not done(process)]
    if not missing:
        return
    with TemporaryDirectory(prefix="wayhome-demo-") as folder:
        valley = Valley(process, staff, today or timezone.localdate(), tell, Path(folder))
        made = generate_registry(folder, households, SEED, by_households=True)
        tell(f"  {made.persons:,} people in {made.households:,} households, invented")
        for name, part in missing:
            began = time.monotonic()
            said = part(valley)
            tell(f"  {name}: {said} ({time.monotonic() - began:.0f} s)")


# --- lists ---


def _lists_are_in(process: Process) -> bool:
    """A list that somebody took back since counts as brought in: it is not forced upon them again."""
    seen = set(Import.objects.of(process).filter(state__in=[S.DONE, S.UNDONE]).values_list("list_name", flat=True))
    return set(LISTS.values()) <= seen


def bring_in_lists(valley: Valley) -> str:
    """Each list by upload, guessed mapping, dry run and commit, as the office's editor."""
    actor, process = valley.actor("editor"), valley.process
    persons = apart = 0
    for key, name in LISTS.items():
        path = next(path for path in valley.folder.glob(f"{key}-list.*"))
        source = Import.objects.of(process).filter(list_name=name).order_by("-number").first()
        if source is not None and source.state in {S.DONE, S.UNDONE}:
            continue
        if source is None:
            with path.open("rb") as stream:
                source = importing.upload(process=process, actor=actor, name=path.name, stream=stream, list_name=name)
        if source.state in {S.UPLOADED, S.FAILED}:
            plan = importing.plan_of(source, {"at": min(AS_OF, valley.today)})
            importing.set_plan(source=source, actor=actor, plan=plan)
            importing.begin(source, S.CHECKING)
        if source.state == S.CHECKING:
            import_work.check_now(source.pk, actor)
            source.refresh_from_db()
        if source.state == S.READY:
            importing.begin(source, S.COMMITTING)
        import_work.commit_now(source.pk, actor)
        source.refresh_from_db()
        if source.state != S.DONE:
            raise RuntimeError(f"{path.name} of the demo could not be brought in: {source.problem} {source.remedy}")
        import_places.resolve_now(source.pk)
        persons += source.counts.get("persons", 0)
        apart += source.counts.get("apart", 0)
    return f"{persons:,} rows of {len(LISTS)} lists brought in, {apart} set apart"


def decide_places(valley: Valley) -> str:
    """The towns of refuge join the gazetteer. The editor confirms frequent wordings that are certain, and says what those mean
    that are not: which of two villages of a name. The rare ones wait for whoever tries the demo."""
    process, editor = valley.process, valley.actor("editor")
    bring_in(
        process=process,
        actor=editor,
        name="Places of refuge",
        source="List of the office; invented",
        licence="CC0-1.0",
        file_name="places_of_refuge.csv",
        data=(Path(__file__).parent / "places_of_refuge.csv").read_bytes(),
    )
    words: Counter[str] = Counter()
    for column in ("origin_text", "present_text"):
        words.update(Person.objects.of(process).exclude(**{column: ""}).values_list(column, flat=True))
    meant = valley.meant()
    found = resolve_many(process, [(text, "") for text, _n in words.most_common(90)])
    sure = [pair for pair, one in found.items() if one.band == "certain" and not one.decided]
    done = matches.remember_certain(process=process, actor=editor, pairs=sure)
    areas = {area.code: area for area in Area.objects.of(process).filter(code__in=VILLAGES.values())}
    for (text, within), one in found.items():
        area = areas.get(VILLAGES.get(meant.get(text, ""), ""))
        if area is not None and not one.decided and one.band != "certain":
            matches.remember(process=process, actor=editor, text=text, within=within, area=area, offered=one.candidates)
            done += 1
    return f"{done} wordings decided, {len(words) - done} wait"


# --- people ---


@transaction.atomic
def ask_consent(valley: Valley) -> str:
    """Legal bases; consent of a share of the heads of households, for each purpose by itself; safe channels; a few sealed notes."""
    process, rng, worker, editor = valley.process, valley.rng, valley.actor("case_worker"), valley.actor("editor")
    for purpose, basis, notice in (
        (Purpose.SERVICES, LegalBasis.PUBLIC_INTEREST, "To help with papers, homes and the way back."),
        (Purpose.SHARING, LegalBasis.CONSENT, "Only with the partner named, and only what they need."),
        (Purpose.STATISTICS, LegalBasis.PUBLIC_INTEREST, "Figures without names."),
        (Purpose.PUBLICATION, LegalBasis.CONSENT, "Your words or your name in public, only if you say so."),
        (Purpose.TRACING, LegalBasis.VITAL_INTEREST, "To find members of your family."),
    ):
        if not ProcessingPurpose.objects.filter(process=process, purpose=purpose).exists():
            consents.set_purpose(process=process, actor=valley.actor("dpo"), purpose=purpose, legal_basis=basis, notice=notice)
    names = {name: key for key, name in LISTS.items()}
    heads = [
        person
        for person in Person.objects.of(process).filter(relation=Relation.HEAD).order_by("number")
        if person.birth_to is not None and person.birth_to.year < valley.today.year - 19
    ]
    asked = rng.sample(heads, min(len(heads), max(10, len(heads) // 8)))
    yes = 0
    for person in sorted(asked, key=lambda person: person.number):
        on = valley.today - timedelta(days=rng.randrange(30, 400))
        said = {"on": on, "language": LANGUAGE[names[person.list_name]]}
        how = rng.choice([Given.SIGNED, Given.SIGNED, Given.THUMBPRINT, Given.ORAL])
        witness = "Jonas Weld" if how == Given.ORAL else ""
        for purpose, share in (
            (Purpose.SERVICES, 1.0),
            (Purpose.STATISTICS, 0.5),
            (Purpose.SHARING, 0.4),
            (Purpose.TRACING, 0.15),
        ):
            if rng.random() > share:
                continue
            partner = PARTNER if purpose == Purpose.SHARING else ""
            if purpose != Purpose.SERVICES and rng.random() < 0.2:
                consents.refuse(person=person, actor=worker, purpose=purpose, partner=partner, **said)
                continue
            given = consents.give(
                person=person, actor=worker, purpose=purpose, partner=partner, given=how, witness=witness, **said
            )
            yes += 1
            if rng.random() < 0.06:
                consents.withdraw(consent=given, actor=editor, on=min(on + timedelta(days=60), valley.today))
    safe = 0
    for contact in Contact.objects.filter(person__in=[person.pk for person in asked[::2]]).select_related("person__process"):
        contacts.prefer(contact=contact, actor=worker)
        safe += 1
    for person in rng.sample(heads, min(len(heads), 8)):
        needs.write_note(
            person=person, actor=worker, kind=SealedKind.PROTECTION, text="Not to be called at home. Speak to her alone."
        )
    return f"{yes} consents of {len(asked)} people, {safe} safe channels, 8 sealed notes"


# --- intentions ---


def survey(valley: Valley) -> str:
    """Three waves of one panel, then one of every household, each with a table of answers; all but the newest are closed."""
    rows: dict[str, list[dict[str, str]]] = {name: [] for _day, name in WAVES}
    for row in valley.rows("intentions"):
        rows[row["wave"]].append(row)
    households, answers, editor = valley.households(), 0, valley.actor("editor")
    for starts, name in WAVES:
        first, newest = starts + valley.shift, name == WAVES[-1][1]
        with transaction.atomic():
            wave = waves.open_wave(
                process=valley.process,
                name=f"Survey of {date_format(first, 'F Y')}",
                starts_on=first,
                ends_on=first + timedelta(days=21),
                language="en",
                actor=editor,
                **({} if newest else PANEL),
            )
            asked = set(wave.asked.values_list("household", flat=True))
            known = {key for key, household in households.items() if household.pk in asked}
            answered = [row for row in rows[name] if (row["list"], row["household"]) in known]
            if answered:
                file = f"answers-{first:%Y-%m}.csv"
                table = wave_tables.upload(wave=wave, name=file, data=_table(valley, answered), actor=editor)
                answers += wave_tables.commit(table=table, actor=editor)["new"]
            if not newest:
                waves.close(wave=wave, actor=editor, on=wave.ends_on)
    return f"{answers:,} answers in {len(WAVES)} waves"


def _table(valley: Valley, rows: list[dict[str, str]]) -> bytes:
    """Answers as the office's table: lists by their names, days moved, conditions by code."""
    out = io.StringIO()
    columns = [name for name in rows[0] if name != "wave"]
    writer = csv.DictWriter(out, columns, extrasaction="ignore")
    writer.writeheader()
    for row in rows:
        conditions = "; ".join(CONDITIONS[words] for words in row["conditions"].split("; ") if words)
        moved = {"list": LISTS[row["list"]], "asked_on": valley.day(row["asked_on"]).isoformat(), "conditions": conditions}
        if row["wish"] == Wish.NO_ANSWER:
            moved["adults"] = ""
        writer.writerow(row | moved)
    return out.getvalue().encode()


# --- who is who ---


def compare(valley: Valley) -> str:
    """The linking engine over every record, here and now instead of in the background."""
    run = LinkRun.objects.filter(process=valley.process, state=LinkRun.State.QUEUED).first()
    if run is None:
        run = linking.ask_for_run(process=valley.process, actor=valley.actor("editor"))
    linking.run_now(run.pk)
    run.refresh_from_db()
    return f"{run.pairs:,} pairs that may be one person"


def judge_pairs(valley: Valley) -> str:
    """Two judges say of some dozens of pairs what the truth of the generator says; some are unsure, some wait for a second judge."""
    who: dict[int, str] = {}
    records = valley.persons()
    for key, row in valley.truth():
        person = records.get(key)
        if person is not None:
            who[person.pk] = row["person_id"]
    open_pairs = CandidatePair.objects.filter(process=valley.process, state=PairState.OPEN)
    sensitive = Q(left__sensitive=True) | Q(right__sensitive=True)
    some = list(open_pairs.exclude(sensitive).select_related("left__process", "right__process").order_by("-value", "pk")[:70])
    sealed = list(open_pairs.filter(sensitive).select_related("left__process", "right__process").order_by("-value", "pk")[:12])
    judges = (valley.actor("editor"), valley.actor("case_worker"))
    said = 0
    # Every other pair stays in the queue for whoever tries the demo.
    for n, pair in enumerate(some[1::2]):
        same = who.get(pair.left_id) == who.get(pair.right_id)
        verdict, reason = (Verdict.SAME, "") if same else (Verdict.DIFFERENT, "")
        if n % 9 == 7:
            verdict, reason = Verdict.ASK, "The son's year of birth would settle it"
        elif n % 11 == 10:
            verdict, reason = Verdict.UNSURE, "Two cousins may bear this name"
        said += _judge(pair, verdict, judges[n % 2], reason)
    for n, pair in enumerate(sealed):
        if who.get(pair.left_id) != who.get(pair.right_id):
            continue
        said += _judge(pair, Verdict.SAME, judges[n % 2], "Same document, seen at the desk")
        if n % 3 == 0:  # the others wait for a second judge
            said += _judge(pair, Verdict.SAME, judges[(n + 1) % 2], "Agreed after a call")
    return f"{said} judgements on {CandidatePair.objects.filter(process=valley.process).count():,} pairs"


def _judge(pair: CandidatePair, verdict: str, judge: Actor, reason: str) -> int:
    try:
        judging.judge(one=pair.left, other=pair.right, verdict=verdict, actor=judge, reason=reason)
    except WayhomeError as error:
        raise RuntimeError(f"the demo's pair {pair.left.ref}, {pair.right.ref} could not be judged: {error}") from error
    return 1
