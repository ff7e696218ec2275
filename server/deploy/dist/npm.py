"""Two npm packages: one for each platform with the binary, and `tidemark`, which finds and starts the right one."""

import json
from pathlib import Path

from common import DEPLOY, MACHINES, SUMMARY, Release, gzipped, own_licences, tar, write

SCOPE = "@tidemark"


def npm(release: Release, notices: bytes) -> list[Path]:
    system, cpu = release.machine["npm"]
    common = {"version": release.version, "license": "MIT OR Apache-2.0"}
    binary = {
        "name": f"{SCOPE}/{system}-{cpu}",
        **common,
        "description": f"The program of the package tidemark for {system} on {cpu}",
        "os": [system],
        "cpu": [cpu],
        # The binary is linked against glibc: on Alpine npm must not pick it.
        **({"libc": ["glibc"]} if release.is_linux else {}),
        "preferUnplugged": True,
    }
    start = {
        "name": "tidemark",
        **common,
        "description": SUMMARY,
        "bin": {"tidemark": "tidemark.js"},
        "engines": {"node": ">=18"},
        "optionalDependencies": {
            f"{SCOPE}/{'-'.join(machine['npm'])}": release.version for machine in MACHINES.values()
        },
    }
    launcher = (DEPLOY / "npm/tidemark.js").read_bytes()
    licences = own_licences()
    return [
        package(release, binary, {**licences, "THIRD-PARTY.txt": notices}, {"tidemark": release.binary.read_bytes()}),
        package(release, start, licences, {"tidemark.js": launcher}),
    ]


def package(release: Release, manifest: dict, files: dict[str, bytes], programs: dict[str, bytes]) -> Path:
    entries = [("package/package.json", (json.dumps(manifest, indent=2) + "\n").encode(), 0o644)]
    entries += [(f"package/{name}", content, 0o644) for name, content in files.items()]
    entries += [(f"package/{name}", content, 0o755) for name, content in programs.items()]
    name = manifest["name"].removeprefix("@").replace("/", "-")
    return write(release.out / f"npm-{name}-{release.version}.tgz", gzipped(tar(entries, release.epoch)))
