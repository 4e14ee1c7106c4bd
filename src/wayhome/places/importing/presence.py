"""Who does what where (3W) as humanitarian tables have it: rows of HXL tags, or headings in English, French or Spanish.

Every row names an organisation, a sector and a place (P-codes, names of one or more levels). Rows that say the same of the same
organisation, sector and place become one, with how many there were.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from wayhome.core.errors import InvalidInput
from wayhome.core.text import fold
from wayhome.places.importing import levels
from wayhome.places.importing.records import Fault
from wayhome.places.importing.tables import Table, tables
from wayhome.places.models.presence import Presence
from wayhome.places.work_states import OrganisationKind

Sector = Presence.Sector
MOST_ACTIVITIES = 6
# What a column is, by its heading: folded, letters and digits alone. The first of a list that a table has is taken.
HEADINGS: dict[str, tuple[str, ...]] = {
    "organisation": (
        "implementingpartnername", "implementingpartner", "implementingorganization", "implementingorganisation", "organizationname",
        "organisationname", "organization", "organisation", "nomorganisation", "nomdelorganisation", "partenairedemiseenoeuvre",
        "organizacion", "nombredelaorganizacion", "socioimplementador", "ngo", "agency", "partner",
    ),
    "second": ("programpartnername", "partenaire", "sociodelprograma", "leadorganization"),
    "acronym": ("implementingpartneracronym", "organizationacronym", "organisationacronym", "acronyme", "acronym", "sigle", "siglas", "sigla"),
    "kind": (
        "implementingpartnertype", "organizationtype", "organisationtype", "typeorganisation", "typedorganisation", "orgtype",
        "tipodeorganizacion", "tipoorganizacion", "typeoforganization",
    ),
    "sector": ("cluster", "sector", "secteur", "clusters", "clustersector", "sectorcluster", "secteurcluster"),
    "activity": ("activity", "activite", "activites", "actividad", "actividades", "activitydescription", "activities"),
    "status": ("activitystatus", "status", "statut", "statutactivite", "estado", "estadodelaactividad"),
    "month": ("month", "mois", "mes", "reportingmonth", "period", "periode", "periodo"),
    "name1": ("region", "adm1", "adm1name", "admin1", "admin1name", "province", "provinces", "governorate", "state", "departamento", "provincia", "estadoadm1"),
    "code1": ("regionpcode", "adm1pcode", "adm1code", "admin1pcode", "provincepcode", "governoratepcode", "statepcode", "departamentopcode"),
    "name2": ("zone", "district", "adm2", "adm2name", "admin2", "admin2name", "departement", "county", "municipio", "distrito", "canton"),
    "code2": ("zonepcode", "districtpcode", "adm2pcode", "adm2code", "admin2pcode", "departementpcode", "countypcode", "municipiopcode"),
    "name3": ("woreda", "subdistrict", "adm3", "adm3name", "admin3", "admin3name", "commune", "souspréfecture", "sousprefecture", "corregimiento"),
    "code3": ("woredapcod", "woredapcode", "subdistrictpcode", "adm3pcode", "adm3code", "admin3pcode", "communepcode"),
    "name4": ("locality", "localite", "localidad", "settlement", "village", "site", "location", "camp"),
    "code4": ("localitypcode", "settlementpcode", "sitepcode", "locationpcode"),
}  # fmt: skip
# What a column is, by its HXL tag: the tag, and attributes that have to be there.
TAGS: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("acronym", "#org", frozenset({"acronym"})), ("kind", "#org", frozenset({"type"})), ("organisation", "#org", frozenset({"impl"})),
    ("organisation", "#org", frozenset({"name"})), ("second", "#org", frozenset({"prog"})), ("organisation", "#org", frozenset()),
    ("sector", "#sector", frozenset()), ("activity", "#activity", frozenset()), ("status", "#status", frozenset()),
    ("month", "#date", frozenset()),
    *((f"code{n}", f"#adm{n}", frozenset({"code"})) for n in (1, 2, 3)),
    *((f"name{n}", f"#adm{n}", frozenset[str]()) for n in (1, 2, 3)),
    ("code4", "#loc", frozenset({"code"})), ("name4", "#loc", frozenset()),
)  # fmt: skip
_SECTORS: tuple[tuple[str, str], ...] = (
    (r"mine|explosive|demin|remining|desminado|uxo|\bmre\b", Sector.MINES),
    (r"shelter|\bnfi\b|esnfi|abris?\b|ame\b|alojamiento|albergue|housing|hlp|land and property|logement", Sector.SHELTER),
    (r"cccm|camp coordination|camp management|gestion des sites|gestion de campamentos|\bcamps?\b", Sector.CAMPS),
    (r"wash|water|sanitation|hygiene|\beha\b|eau|assainissement|agua|saneamiento", Sector.WATER),
    (r"nutrition|nutricion", Sector.NUTRITION),
    (r"health|sante|salud|medical|medecin", Sector.HEALTH),
    (r"education|educacion|school|ecole", Sector.EDUCATION),
    (r"food|agricult|livelihood|aliment|agricol|medios de vida|moyens d.existence|\bfsl?\b|\bfsc\b", Sector.FOOD),
    (r"cash|mpca|multi.?purpose|transfert|efectivo", Sector.CASH),
    (r"early recovery|relevement|recuperacion temprana", Sector.RECOVERY),
    (r"logisti|telecom|\betc\b", Sector.LOGISTICS),
    (r"protection|proteccion|\bgbv\b|\bvbg\b|violence|child|enfance|refugie|refugee|refugiad", Sector.PROTECTION),
    (r"coordination|coordinacion", Sector.COORDINATION),
)
K = OrganisationKind
_KINDS: tuple[tuple[str, str], ...] = (
    (r"red cross|red crescent|croix.?rouge|croissant.?rouge|cruz roja|media luna", K.RED_CROSS),
    (r"\bun\b|united nations|nations unies|naciones unidas|agence un|\bonu\b", K.UN),
    (r"\bnngo\b|\blngo\b|\bnational ngo|local ngo|ong nationale|ong locale|ong nacional|ong local", K.NATIONAL),
    (r"\bingo\b|international|internationale|internacional", K.INTERNATIONAL),
    (r"government|gouvernement|gobierno|authority|ministry|autorite", K.GOVERNMENT),
    (r"donor|bailleur|donante", K.DONOR),
    (r"private|prive|privado|company", K.PRIVATE),
    (r"academ|univers", K.ACADEMIC),
    (r"communit|communaut|comunid", K.COMMUNITY),
)  # fmt: skip


@dataclass(slots=True)
class Row:
    """An organisation does something of a sector in a place, as `rows` rows of the table say; the first is `first`."""

    organisation: str
    acronym: str
    kind: str
    sector: str
    sector_text: str
    place: str
    within: str
    pcode: str
    status: str
    first: int
    rows: int = 1
    activities: list[str] = field(default_factory=list)
    months: list[str] = field(default_factory=list)


@dataclass
class Contents:
    """A table that was read: rows, faults, which heading was taken for what, sectors that no word fits, sheets left out."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    read: int = 0
    unknown_sectors: Counter[str] = field(default_factory=Counter)
    left_out: list[str] = field(default_factory=list)


def sector_of(text: str) -> str:
    """The sector that words mean; `other` where none fits."""
    word = fold(text)
    return next((str(sector) for pattern, sector in _SECTORS if re.search(pattern, word)), str(Sector.OTHER))


def kind_of(text: str) -> str:
    """The kind of organisation that words mean; empty for none, `other` where none fits."""
    word = fold(text).strip()
    if not word:
        return ""
    return next((str(kind) for pattern, kind in _KINDS if re.search(pattern, word)), str(K.OTHER))


def _bare(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", fold(text))


_BY_HEADING = {_bare(word): (name, n) for name, words in HEADINGS.items() for n, word in enumerate(words)}


def _by_tags(cells: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, cell in enumerate(cells):
        tag, *attributes = re.split(r"\s*\+", cell.strip().casefold())
        for name, wanted, needed in TAGS:
            if tag == wanted and needed <= set(attributes):
                found.setdefault(name, at)
                break
    return found


def _by_headings(cells: list[str]) -> dict[str, int]:
    best: dict[str, tuple[int, int]] = {}
    for at, cell in enumerate(cells):
        known = _BY_HEADING.get(_bare(cell))
        if known is not None and (known[0] not in best or known[1] < best[known[0]][0]):
            best[known[0]] = (known[1], at)
    return {name: at for name, (_n, at) in best.items()}


def columns_of(table: Table) -> tuple[dict[str, int], int]:
    """Which column is what, and the index of the first row of data. Tags go before headings; headings fill what has no tag."""
    tagged = levels.tag_row(table.rows)
    head = table.rows[tagged - 1] if tagged else table.rows[0]
    found = _by_headings(head)
    if tagged is not None:
        by_tag = _by_tags(table.rows[tagged])
        taken = set(by_tag.values())
        found = {name: at for name, at in found.items() if at not in taken} | by_tag
    return found, (tagged + 1 if tagged is not None else 1)


def read(name: str, data: bytes) -> Contents:
    """Read every sheet that names organisations, sectors and places.

    Raises: InvalidInput for a file without such a sheet, with what would make it one; TooLarge.
    """
    contents = Contents()
    given = tables(name, data)
    fitting = 0
    for table in given:
        columns, first = columns_of(table)
        placed = any(key[:-1] in {"name", "code"} and key[-1].isdigit() for key in columns)
        if not placed or not {"organisation", "acronym"} & columns.keys():
            continue
        if "sector" not in columns:
            contents.left_out.append(table.name)
            continue
        fitting += 1
        head = table.rows[max(first - 2, 0)]
        contents.columns |= {key: (head[at].strip() or table.rows[first - 1][at].strip())[:80] for key, at in columns.items()}
        _read(table, columns, first, contents)
    if not fitting:
        raise InvalidInput(
            _("%(file)s does not say who does what where: its first row is “%(head)s”.")
            % {"file": name, "head": " · ".join(given[0].rows[0][:8])[:160]},
            _("It needs a column for the organisation, one for the sector or cluster, and names or P-codes of places."),
            field="file",
        )
    return contents


def _read(table: Table, columns: dict[str, int], first: int, contents: Contents) -> None:
    found: dict[tuple[str, str, str, str, str], Row] = {}
    for number, cells in enumerate(table.rows[first:], first + 1):
        said = {key: " ".join(cells[at].split()) for key, at in columns.items() if at < len(cells)}
        if not any(said.values()):
            continue
        contents.read += 1
        organisation = said.get("organisation") or said.get("second") or said.get("acronym") or ""
        place, within, pcode = _place(said)
        missing = [
            (key, words)
            for key, words, there in (
                ("organisation", _("No organisation is named."), organisation),
                ("sector", _("No sector is named."), said.get("sector")),
                ("place", _("No place is named."), place or pcode),
            )
            if not there
        ]
        if missing:
            contents.faults += [
                Fault(table.name, number, contents.columns.get(key, key), words, _("Fill the cell, or take the row out."))
                for key, words in missing
            ]
            continue
        sector = sector_of(said["sector"])
        if sector == Sector.OTHER:
            contents.unknown_sectors[said["sector"]] += 1
        key = (fold(organisation), sector, fold(place), fold(within), pcode)
        row = found.get(key)
        if row is None:
            row = found[key] = Row(
                organisation[:250], said.get("acronym", "")[:60], kind_of(said.get("kind", "")), sector, said["sector"][:150],
                place[:300], within[:300], pcode[:40], said.get("status", "")[:60], number,
            )  # fmt: skip
        else:
            row.rows += 1
        for words, kept, most in (
            (said.get("activity", ""), row.activities, MOST_ACTIVITIES),
            (said.get("month", ""), row.months, 24),
        ):
            if words and words not in kept and len(kept) < most:
                kept.append(words[:150])
    contents.rows += found.values()


def _place(said: dict[str, str]) -> tuple[str, str, str]:
    """(the deepest place that is named, what stands above it, the P-code of the deepest level that has one)."""
    names = [said[f"name{n}"] for n in (4, 3, 2, 1) if said.get(f"name{n}")]
    codes = [said[f"code{n}"] for n in (4, 3, 2, 1) if said.get(f"code{n}")]
    # A code of a higher level than the deepest name is not the code of that place.
    deepest_name = max((n for n in (1, 2, 3, 4) if said.get(f"name{n}")), default=0)
    deepest_code = max((n for n in (1, 2, 3, 4) if said.get(f"code{n}")), default=0)
    code = codes[0] if codes and deepest_code >= deepest_name else ""
    return names[0] if names else "", names[1] if len(names) > 1 else "", code
