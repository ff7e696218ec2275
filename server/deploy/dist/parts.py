"""What is inside the binary: the crates linked into the server and the app, and the npm packages of the app's bundle."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from common import CHECKOUT

WASM = "wasm32-unknown-unknown"
TEXTS = ("LICEN", "COPYING", "NOTICE", "UNLICENSE", "COPYRIGHT")


@dataclass(frozen=True, order=True)
class Part:
    """A library by others: `purl` identifies it, `folder` holds the files it was published with."""

    purl: str
    name: str
    version: str
    licence: str
    authors: tuple[str, ...]
    repository: str
    folder: Path
    checksum: str | None


def parts(target: str) -> list[Part]:
    """Every part of the binary for `target`, by purl."""
    found = crates("tidemark", target) | crates("tidemark-app", WASM) | npm_packages()
    return sorted(found)


def crates(root: str, target: str) -> set[Part]:
    """The crates from the registry that end up in `root`: not what only builds it, nor macros."""
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", target]
    found = subprocess.run(command, cwd=CHECKOUT, capture_output=True, check=True)
    metadata = json.loads(found.stdout)
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    checksums = lock_checksums()
    open_ids = [package["id"] for package in metadata["packages"] if package["name"] == root]
    seen: set[str] = set()
    while open_ids:
        here = open_ids.pop()
        if here in seen or is_macro(packages[here]):
            continue
        seen.add(here)
        linked = [dep for dep in nodes[here]["deps"] if any(kind["kind"] is None for kind in dep["dep_kinds"])]
        open_ids.extend(dep["pkg"] for dep in linked)
    return {crate(packages[id], checksums) for id in seen if packages[id]["source"]}


def is_macro(package: dict) -> bool:
    return any("proc-macro" in target["kind"] for target in package["targets"])


def crate(package: dict, checksums: dict[tuple[str, str], str]) -> Part:
    name, version = package["name"], package["version"]
    # Old crates write a slash where SPDX has OR.
    licence = (package["license"] or "").replace("/", " OR ").replace("  ", " ")
    return Part(
        f"pkg:cargo/{name}@{version}",
        name,
        version,
        licence,
        tuple(package["authors"]),
        package["repository"] or "",
        Path(package["manifest_path"]).parent,
        checksums.get((name, version)),
    )


def lock_checksums() -> dict[tuple[str, str], str]:
    """Name and version of each crate in Cargo.lock, and the SHA-256 of its archive."""
    import tomllib

    lock = tomllib.loads((CHECKOUT / "Cargo.lock").read_text())
    return {(one["name"], one["version"]): one["checksum"] for one in lock["package"] if "checksum" in one}


def npm_packages() -> set[Part]:
    """The npm packages that the app's script is bundled from: all but those that only build it."""
    folder = CHECKOUT / "app/js"
    lock = json.loads((folder / "package-lock.json").read_text())
    found = set()
    for path, locked in lock["packages"].items():
        if not path or locked.get("dev"):
            continue
        name, place = path.removeprefix("node_modules/"), folder / path
        if not place.is_dir():
            raise SystemExit(f"dist: {place} is missing, so its licence cannot be read: run scripts/setup.sh")
        found.add(Part(f"pkg:npm/{name}@{locked['version']}", name, locked["version"], locked["license"], (), "", place, None))
    return found


def licence_files(part: Part) -> list[Path]:
    """The texts that a part was published with; C sources inside a crate have theirs further down."""
    places = [path for depth in ("*", "*/*", "*/*/*") for path in part.folder.glob(depth)]
    return sorted(path for path in places if path.name.upper().startswith(TEXTS) and path.is_file() and is_text(path))


def is_text(path: Path) -> bool:
    return path.suffix.lower() in ("", ".md", ".txt", ".rst", ".html") or path.suffix[1:].isupper() or path.suffix[1:2].isdigit()
