"""The gazetteer that ships, for the demo and for trying out: an invented valley, written for this product, CC0."""

from __future__ import annotations

from importlib import resources

from django.db import transaction

from wayhome.accounts.models import Process
from wayhome.core.actors import Actor
from wayhome.places.actions.gazetteers import bring_in

NAME = "Lirva Valley"
_SAID = {"name": NAME, "source": "Written for Wayhome; invented", "licence": "CC0-1.0", "edition": "2026"}


@transaction.atomic
def bring_in_lirva_valley(*, process: Process, actor: Actor) -> None:
    """Its areas with their names, then the outlines of its districts; twice changes nothing."""
    folder = resources.files("wayhome.places.data")
    for file, named in (("lirva_valley.csv", NAME), ("lirva_valley.geojson", f"{NAME}: outlines")):
        data = folder.joinpath(file).read_bytes()
        bring_in(process=process, actor=actor, file_name=file, data=data, **{**_SAID, "name": named})
