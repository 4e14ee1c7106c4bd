"""Write the hashed lock files in `requirements/` from pyproject.toml, without any address in them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = Path(sys.prefix) / "bin" / "uv"
COMMON = [
    "--universal",
    "--python-version",
    "3.11",
    "--generate-hashes",
    "--no-annotate",
    "--no-emit-index-url",
    "--no-header",
    "--quiet",
]


def compile_lock(source: list[str], target: str, *, stdin: str | None = None) -> None:
    command = [str(UV), "pip", "compile", *source, *COMMON, "--output-file", f"requirements/{target}"]
    subprocess.run(command, cwd=ROOT, check=True, input=stdin, text=True)


if __name__ == "__main__":
    compile_lock(["pyproject.toml"], "base.txt")
    compile_lock(["pyproject.toml", "--extra", "dev", "--constraint", "requirements/base.txt"], "dev.txt")
    compile_lock(["-"], "uv.txt", stdin="uv")
