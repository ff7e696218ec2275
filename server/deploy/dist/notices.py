"""The licence texts of everything inside the binary, each text once, with the parts it covers."""

import re
import subprocess
from pathlib import Path

from common import CHECKOUT
from parts import Part, licence_files

HEAD = """Third-party licences of Tidemark

The program contains the parts below. Each is used under the licence named beside it; where it offers a choice
of several, under any of those that Tidemark accepts. The texts follow, each once.
"""


def notices(found: list[Part]) -> bytes:
    """One document; ends with an error if a part has no text, so that none is shipped without."""
    by_repository: dict[str, list[Path]] = {}
    for part in found:
        if part.repository and licence_files(part):
            by_repository.setdefault(repository(part), licence_files(part))
    texts: dict[str, list[str]] = {}
    for part in found:
        for text in texts_of(part, by_repository):
            texts.setdefault(text.strip(), []).append(f"{part.name} {part.version}")
    for text in standard_library():
        texts.setdefault(text.strip(), []).append("the Rust standard library")
    lines = [HEAD, *(f"  {part.name} {part.version}: {part.licence}" for part in found), ""]
    for text, names in sorted(texts.items(), key=lambda one: one[1]):
        lines += ["=" * 100, f"For {', '.join(sorted(set(names)))}:", "", text, ""]
    return "\n".join(lines).encode()


def repository(part: Part) -> str:
    """The repository without a folder inside it, so that crates of one workspace have the same."""
    return re.sub(r"(\.git)?/?(tree/.*)?$", "", part.repository).lower()


def texts_of(part: Part, by_repository: dict[str, list[Path]]) -> list[str]:
    """The part's own files, else those of its neighbour in the same repository, else the text its licence is known by."""
    files = licence_files(part) or by_repository.get(repository(part), [])
    if files:
        return [path.read_text(errors="replace") for path in files]
    if re.search(r"\bMIT\b", part.licence):
        return [mit_text(", ".join(part.authors) or f"the authors of {part.name}")]
    if "Apache-2.0" in part.licence:
        return [(CHECKOUT / "LICENSE-APACHE").read_text()]
    raise SystemExit(f"dist: {part.name} {part.version} ({part.licence}) has no licence text: find it and add a rule to {__file__}")


def mit_text(holders: str) -> str:
    text = (CHECKOUT / "LICENSE-MIT").read_text()
    return re.sub(r"(?m)^Copyright .*$", lambda _: f"Copyright (c) {holders}", text, count=1)


def standard_library() -> list[str]:
    """The library is linked into every Rust program; its toolchain holds the texts."""
    root = subprocess.run(["rustc", "--print", "sysroot"], capture_output=True, text=True, check=True).stdout.strip()
    folder = Path(root) / "share/doc/rust"
    files = sorted([*folder.glob("LICENSE-*"), *folder.glob("COPYRIGHT*"), *folder.glob("licenses/*.txt")])
    texts = [path.read_text(errors="replace") for path in files if path.suffix != ".html"]
    return texts or [mit_text("The Rust Project Contributors"), (CHECKOUT / "LICENSE-APACHE").read_text()]
