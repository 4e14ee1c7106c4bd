"""A result to the files of the contract: `clusters.csv`, `pairs.csv`, `report.json`, and `bad_rows.csv` when there are any."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from wayhome.engines.linking.run import peak_mib
from wayhome.engines.linking.types import Result


def write(result: Result, folder: Path) -> None:
    """Write all files of one result into `folder`, which is made when missing."""
    folder.mkdir(parents=True, exist_ok=True)
    ids = result.record_ids
    with (folder / "clusters.csv").open("w", newline="", encoding="utf-8") as handle:
        rows = csv.writer(handle, lineterminator="\n")
        rows.writerow(("record_id", "person_id"))
        rows.writerows(zip(ids.tolist(), ids[result.person].tolist(), strict=True))
    with (folder / "pairs.csv").open("w", newline="", encoding="utf-8") as handle:
        rows = csv.writer(handle, lineterminator="\n")
        rows.writerow(("record_id_l", "record_id_r", "probability", "band", "explanation"))
        pairs = result.pairs
        for at, (left, right, p) in enumerate(
            zip(pairs.left.tolist(), pairs.right.tolist(), pairs.probability.tolist(), strict=True)
        ):
            rows.writerow((ids[left], ids[right], f"{p:.6f}", result.band(p), result.explainer.sentence(at)))
    path = folder / "bad_rows.csv"
    path.unlink(missing_ok=True)
    if result.bad_rows:
        with path.open("w", newline="", encoding="utf-8") as handle:
            rows = csv.writer(handle, lineterminator="\n")
            rows.writerow(("file", "line", "field", "value", "problem", "remedy", "rest_of_row_linked"))
            for bad in result.bad_rows:
                rows.writerow(
                    (
                        bad.file,
                        bad.line,
                        bad.field,
                        _plain(bad.value),
                        _plain(bad.problem),
                        bad.remedy,
                        "yes" if bad.kept else "no",
                    )
                )
    report = {**result.report, "peak_memory_mib": round(peak_mib())}
    (folder / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _plain(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return "'" + text if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
