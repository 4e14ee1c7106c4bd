"""What no linter checks: no address in a lock file, no vague file names, no file that should have been split, no stray words.

python scripts/check_repository.py
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MOST_LINES = 600
VAGUE = re.compile(r"(^|/)(utils?|helpers?|misc|common|stuff|tmp)(\.py|/)")
ADDRESS = re.compile(r"https?://")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b|raise NotImplementedError")


def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def faults(names: list[str]) -> list[str]:
    found = []
    for name in names:
        if VAGUE.search(name):
            found.append(f"{name}: a vague name; name it by what it holds")
        if name.startswith("requirements/") and ADDRESS.search((ROOT / name).read_text(encoding="utf-8")):
            found.append(f"{name}: a lock file names no address; run make lock")
        if name.endswith((".py", ".html", ".js", ".css")) and "/migrations/" not in name and "/vendor/" not in name:
            text = (ROOT / name).read_text(encoding="utf-8")
            lines = text.count("\n")
            if lines > MOST_LINES:
                found.append(f"{name}: {lines} lines; split it by noun (most: {MOST_LINES})")
            if name.endswith((".py", ".js")) and name != "scripts/check_repository.py":
                found.extend(f"{name}: unfinished: {m[0]}" for m in UNFINISHED.finditer(text))
    return found


if __name__ == "__main__":
    problems = faults(tracked())
    print("\n".join(problems) or "the repository holds no stray file")
    sys.exit(1 if problems else 0)
