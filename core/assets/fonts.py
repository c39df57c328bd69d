"""Vazirmatn: one small variable font for the pages, two whole ones for PDFs."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from core.assets.node import AssetError

UNICODES = (
    "U+20-7E,U+A0,U+AB,U+B7,U+BB,U+D7,"  # ASCII, guillemets, middle dot, multiplication sign
    "U+60C,U+61B,U+61F,U+621-63A,U+640-652,U+654,U+670,U+67E,U+686,U+698,U+6A9,U+6AF,"
    "U+6C0,U+6C2,U+6CC,U+6D5,"  # Persian letters and marks, Arabic ones that people paste
    "U+660-66C,U+6F0-6F9,"  # both digit families, per cent sign, decimal and thousands separators
    "U+200B-200F,U+202A-202E,U+2066-2069,"  # joiners and direction marks
    "U+2010-2015,U+2018-201E,U+2022,U+2026,U+2039,U+203A,U+2212,"
    "U+FDFC"  # the rial sign
)
"""The characters in the pages' font; others fall back to the system's font."""

FEATURES = "ccmp,locl,init,medi,fina,isol,rlig,liga,calt,mark,mkmk,kern,tnum"
"""Shaping of Persian, and equal-width digits for money columns."""


def subset(modules: Path, target: Path) -> None:
    """Write the pages' font (woff2, all weights, ≈ 47 kB) to `target`.

    fonttools runs as a process of its own: it takes a few seconds and 100 MB, once.

    :raises AssetError: when fonttools or brotli is missing or refuses.
    """
    source = modules / "vazirmatn" / "fonts" / "variable" / "Vazirmatn[wght].ttf"
    options = (f"--unicodes={UNICODES}", f"--layout-features={FEATURES}", "--flavor=woff2")
    output = f"--output-file={target}"
    done = subprocess.run(
        [sys.executable, "-m", "fontTools.subset", str(source), *options, output],
        text=True,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise AssetError(
            "Building the font needs fonttools and brotli (pip install hamyar[assets]):\n"
            + done.stderr.strip()
        )


def copy_whole(modules: Path, target: Path) -> list[str]:
    """Copy the regular and bold TTF for PDFs into `target`; return their names."""
    target.mkdir(parents=True, exist_ok=True)
    names = ["Vazirmatn-Regular.ttf", "Vazirmatn-Bold.ttf"]
    for name in names:
        shutil.copyfile(modules / "vazirmatn" / "fonts" / "ttf" / name, target / name)
    return names
