"""`make bench`: run every benchmark, each in its own process; fail if one is above its target."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HELPERS = {"__main__", "__init__", "floor_list", "measuring"}


def main() -> int:
    """Run all modules beside this one and return 1 if one of them failed or missed its target."""
    failed = False
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.stem in HELPERS:
            continue
        done = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{path.stem}"],
            stdout=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
        print(done.stdout, end="", flush=True)
        failed = failed or done.returncode != 0 or " TARGET" in done.stdout
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
