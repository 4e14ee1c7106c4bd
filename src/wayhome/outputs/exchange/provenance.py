"""Who proposed and who confirmed, as PROV-O (W3C Recommendation of 30 April 2013) in JSON-LD.

Agents are the reading engine (a software agent, with version, parameters and seed on its activity) and persons; activities are
readings and decisions; entities are proposals and what was made of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wayhome.accounts.models import Process
from wayhome.dialogue import models as d
from wayhome.outputs.exchange.stream import listing

CONTEXT = {
    "prov": "http://www.w3.org/ns/prov#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "wayhome": "urn:wayhome:",
    "atTime": {"@id": "prov:atTime", "@type": "xsd:dateTime"},
    "startedAtTime": {"@id": "prov:startedAtTime", "@type": "xsd:dateTime"},
}
_MADE = ("ask", "commitment", "silence", "communication", "statement", "event")


def _items(process: Process) -> Iterator[dict[str, Any]]:
    engines: set[str] = set()
    people: set[int] = set()
    for run in d.ReadingRun.objects.filter(document__process=process).select_related("document").defer("result").order_by("pk"):
        engine = f"wayhome:engine:reading:{run.engine_version}"
        if engine not in engines:
            engines.add(engine)
            yield {"@id": engine, "@type": "prov:SoftwareAgent", "wayhome:name": f"reading {run.engine_version}"}
        yield {
            "@id": f"wayhome:reading:{run.document.uid}:{run.input_sha256[:16]}:{run.engine_version}",
            "@type": "prov:Activity",
            "prov:used": {"@id": f"urn:uuid:{run.document.uid}"},
            "prov:wasAssociatedWith": {"@id": engine},
            "wayhome:inputSha256": run.input_sha256,
            "wayhome:parameters": run.params,
            "wayhome:seed": run.seed,
            "startedAtTime": run.at.isoformat(),
        }
    proposals = d.Proposal.objects.filter(process=process).select_related("document", "passage", "run", *_MADE).order_by("pk")
    for proposal in proposals.iterator(chunk_size=200):
        row: dict[str, Any] = {
            "@id": f"urn:uuid:{proposal.uid}",
            "@type": "prov:Entity",
            "wayhome:kind": proposal.kind,
            "wayhome:state": proposal.state,
            "prov:wasDerivedFrom": {
                "@id": f"urn:uuid:{proposal.document.uid}#char={proposal.passage.start},{proposal.passage.end}"
            },
        }
        if proposal.run is not None and proposal.origin != d.Proposal.Origin.PERSON:
            run = proposal.run
            row["prov:wasGeneratedBy"] = {
                "@id": f"wayhome:reading:{proposal.document.uid}:{run.input_sha256[:16]}:{run.engine_version}"
            }
        yield row
        for name in _MADE:
            made = getattr(proposal, name)
            if made is not None:
                yield {
                    "@id": f"urn:uuid:{made.uid}",
                    "@type": "prov:Entity",
                    "wayhome:kind": name,
                    "prov:wasDerivedFrom": {"@id": f"urn:uuid:{proposal.uid}"},
                }
    decisions = d.ProposalDecision.objects.filter(proposal__process=process).select_related("proposal", "by").order_by("pk")
    for number, decision in enumerate(decisions.iterator(chunk_size=200), start=1):
        activity: dict[str, Any] = {
            "@id": f"wayhome:decision:{decision.proposal.uid}:{number}",
            "@type": "prov:Activity",
            "wayhome:act": decision.act,
            "prov:used": {"@id": f"urn:uuid:{decision.proposal.uid}"},
            "startedAtTime": decision.at.isoformat(),
        }
        if decision.by is not None:
            agent = f"wayhome:person:{decision.by.email}"
            if decision.by_id not in people:
                people.add(decision.by_id)
                yield {"@id": agent, "@type": "prov:Person", "wayhome:name": decision.by.full_name}
            activity["prov:wasAssociatedWith"] = {"@id": agent}
        yield activity


def chunks(process: Process) -> Iterator[bytes]:
    """The provenance graph."""
    return listing({"@context": CONTEXT, "@id": f"wayhome:{process.slug}:provenance"}, "@graph", _items(process))
