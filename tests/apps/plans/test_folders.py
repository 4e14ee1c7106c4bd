"""Instance folders from outside and out again; hostile zips; every fault of a table named."""

import csv
import io
import zipfile

import pytest

from tests.apps.plans.land import START
from wayhome.core.actors import Actor
from wayhome.core.errors import Forbidden, InvalidInput
from wayhome.core.models import AuditEntry
from wayhome.plans import folders
from wayhome.plans.actions import folders as actions
from wayhome.plans.actions import scenarios
from wayhome.plans.bridge import keeping, preparing
from wayhome.plans.bridge.solving import Flawed, instance_from
from wayhome.plans.models import Scenario


@pytest.fixture
def instance(land, ilse):
    scenario = scenarios.make(process=land.process, actor=ilse, name="Steady funding", start=START, months=8)
    made = preparing.prepare(land.process, scenario)
    return instance_from(made.settings, made.tables)


def repacked(data, **changed):
    """The same zip with files replaced (bytes), or left out (None)."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(sink, "w") as target:
        for info in source.infolist():
            new = changed.pop(info.filename.replace(".", "_"), source.read(info))
            if new is not None:
                target.writestr(info.filename, new)
        for name, new in changed.items():
            target.writestr(name, new)
    return sink.getvalue()


@pytest.mark.django_db
def test_a_folder_goes_out_and_comes_back_the_same(land, ilse, instance):
    data = keeping.pack_instance(instance)
    assert data == keeping.pack_instance(keeping.unpack_instance(data))
    scenario = actions.bring_in(process=land.process, actor=ilse, name="From outside", data=data)
    assert scenario.imported and scenario.months == 8
    again = actions.bring_in(process=land.process, actor=ilse, name="From outside", data=data)
    assert again.name != scenario.name and again.imported_digest == scenario.imported_digest
    assert AuditEntry.objects.filter(action="plan.imported").count() == 2


@pytest.mark.django_db
def test_parquet_is_read_as_csv_is(land, ilse, instance, tmp_path):
    import duckdb

    data = keeping.pack_instance(instance)
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        (tmp_path / "households.csv").write_bytes(source.read("households.csv"))
    target = tmp_path / "households.parquet"
    duckdb.sql(f"COPY (SELECT * FROM '{tmp_path / 'households.csv'}') TO '{target}' (FORMAT parquet)")
    packed = repacked(data, households_csv=None, **{"households.parquet": target.read_bytes()})
    assert keeping.pack_instance(keeping.unpack_instance(packed)) == data


@pytest.mark.django_db
def test_every_fault_is_named_by_file_row_and_field(land, ilse, instance):
    data = keeping.pack_instance(instance)
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        works = list(csv.DictReader(io.StringIO(source.read("projects.csv").decode())))
        wishes = list(csv.DictReader(io.StringIO(source.read("wishes.csv").decode())))
    works[0]["cost"], works[0]["after"] = "-5", works[1]["project_id"]
    wishes[2]["area_id"] = "NOWHERE"

    def text(rows):
        sink = io.StringIO()
        writer = csv.DictWriter(sink, rows[0])
        writer.writeheader()
        writer.writerows(rows)
        return sink.getvalue().encode()

    with pytest.raises(Flawed) as refused:
        actions.bring_in(
            process=land.process,
            actor=ilse,
            name="Bad",
            data=repacked(data, projects_csv=text(works), wishes_csv=text(wishes)),
        )
    named = {(flaw.file, flaw.row, flaw.field) for flaw in refused.value.flaws}
    assert {("projects.csv", 1, "cost"), ("wishes.csv", 3, "area_id")} <= named
    assert not Scenario.objects.filter(name="Bad").exists()


def hostile():
    plain = {f"{name}.csv": b"a\n1\n" for name in folders.TABLES} | {"settings.json": b"{}"}

    def made(files, **said):
        sink = io.BytesIO()
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as target:
            for name, content in files.items():
                target.writestr(name, content, **said)
        return sink.getvalue()

    link = zipfile.ZipInfo("areas.csv")
    link.external_attr = 0o120777 << 16
    linked = io.BytesIO()
    with zipfile.ZipFile(linked, "w") as target:
        target.writestr(link, "/etc/passwd")
    lying = bytearray(made(plain))
    return {
        "no zip": b"not a zip",
        "empty": b"",
        "outside": made({**plain, "../areas.csv": b"x"}),
        "absolute": made({**plain, "/areas.csv": b"x"}),
        "bomb": made({**plain, "areas.csv": b"0" * 40_000_000}),
        "many": made({**plain, **{f"x{n}": b"" for n in range(40)}}),
        "link": linked.getvalue(),
        "cut": bytes(lying[: len(lying) // 2]),
        "no settings": made({name: content for name, content in plain.items() if name != "settings.json"}),
        "settings no json": made({**plain, "settings.json": b"{" * 20_000}),
        "list": made({**plain, "settings.json": b"[]"}),
        "twice": made({**plain, "deep/areas.csv": b"a\n"}),
        "both kinds": made({**plain, "areas.parquet": b"PAR1"}),
        "ragged": made({**plain, "areas.csv": b"a,b\n1\n"}),
        "latin": made({**plain, "areas.csv": b"a\n\xff\xfe\n"}),
        "no parquet": made({name: c for name, c in plain.items() if name != "areas.csv"} | {"areas.parquet": b"PAR1junk"}),
    }


@pytest.mark.parametrize("kind", sorted(hostile()))
def test_hostile_zips_are_refused_in_words(kind):
    with pytest.raises(InvalidInput) as refused:
        folders.unpack(hostile()[kind])
    assert str(refused.value.problem)


@pytest.mark.django_db
def test_who_may_not_plan_brings_nothing_in(process, person):
    with pytest.raises(Forbidden):
        actions.bring_in(process=process, actor=Actor.of(person("reader")), name="A", data=b"")
