"""Make the virtual environment and install what the lock files pin. Standard library only.

    python3 scripts/setup.py .venv

Installs with uv (itself pinned and hashed), with pip where uv has no build for the machine.
"""

from __future__ import annotations

import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MINIMUM = (3, 11)


def run(*command: str | Path) -> None:
    subprocess.run([str(part) for part in command], check=True, cwd=ROOT)


def main(folder: str) -> int:
    if sys.version_info < MINIMUM:
        print(f"Wayhome needs Python 3.11 or newer; this is {sys.version.split()[0]}. Try: make setup PYTHON=python3.11")
        return 1
    began = time.monotonic()
    target = ROOT / folder
    python = target / "bin" / "python"
    if not python.exists():
        print(f"Making {folder} with Python {sys.version.split()[0]} ...", flush=True)
        venv.EnvBuilder(with_pip=True, clear=target.exists()).create(target)
    lock = ROOT / "requirements" / "dev.txt"
    print("Installing the locked packages ...", flush=True)
    try:
        run(
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--require-hashes",
            "--only-binary",
            ":all:",
            "-r",
            ROOT / "requirements" / "uv.txt",
        )
        uv = [target / "bin" / "uv", "pip"]
        run(*uv, "install", "--quiet", "--python", python, "--require-hashes", "-r", lock)
    except subprocess.CalledProcessError:
        print("uv could not install here; trying pip, which takes longer ...", flush=True)
        run(python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", lock)
    run(python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", ROOT)
    compiled = [python, "-m", "wayhome.site.catalogues"]
    if (ROOT / "src" / "wayhome" / "site" / "catalogues.py").exists():
        run(*compiled)
    print(f"Ready in {time.monotonic() - began:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ".venv"))
