"""A container image as an OCI layout: the binary, the system libraries it names, certificates, and a user without rights."""

import json
import re
import subprocess
from datetime import datetime, timezone
from pathlib import Path

from common import SUMMARY, Release, gzipped, own_licences, sha256, tar, write

USER = 10001
HOME = "var/lib/tidemark"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


def oci(release: Release, notices: bytes, sbom: bytes) -> Path:
    """Writes the layout and a tar archive of it, which `docker load` and `podman load` of recent versions read."""
    layout = {"oci-layout": json.dumps({"imageLayoutVersion": "1.0.0"}).encode()}
    layers = [system(release), program(release, notices, sbom)]
    described = [add(layout, LAYER, gzipped(layer, 6)) for layer in layers]
    config = add(layout, CONFIG, json.dumps(configuration(release, layers)).encode())
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": config,
        "layers": described,
        "annotations": annotations(release),
    }
    top = add(layout, MANIFEST, json.dumps(manifest).encode())
    top["platform"] = {"architecture": release.machine["oci"], "os": "linux"}
    top["annotations"] = {"org.opencontainers.image.ref.name": release.version}
    layout["index.json"] = json.dumps({"schemaVersion": 2, "manifests": [top]}).encode()
    entries = [(path, content, 0o644) for path, content in layout.items()]
    return write(release.out / f"tidemark-{release.version}-oci-{release.machine['oci']}.tar", tar(entries, release.epoch))


def add(layout: dict[str, bytes], kind: str, content: bytes) -> dict:
    """Stores content by its digest; returns its descriptor."""
    digest = sha256(content)
    layout[f"blobs/sha256/{digest}"] = content
    return {"mediaType": kind, "digest": f"sha256:{digest}", "size": len(content)}


def program(release: Release, notices: bytes, sbom: bytes) -> bytes:
    doc = "usr/share/doc/tidemark"
    files = [("usr/local/bin/tidemark", release.binary.read_bytes(), 0o755)]
    files += [(f"{doc}/{name}", text, 0o644) for name, text in own_licences().items()]
    files += [(f"{doc}/THIRD-PARTY.txt", notices, 0o644), (f"{doc}/tidemark.cdx.json", sbom, 0o644)]
    return tar(with_folders(files), release.epoch)


def system(release: Release) -> bytes:
    """The libraries that the binary is linked against, of the machine that makes the image, with their licences."""
    files = [
        ("etc/passwd", f"root:x:0:0:root:/:/nologin\ntidemark:x:{USER}:{USER}::/{HOME}:/nologin\n".encode(), 0o644),
        ("etc/group", f"root:x:0:\ntidemark:x:{USER}:\n".encode(), 0o644),
        ("etc/nsswitch.conf", b"passwd: files\ngroup: files\nhosts: files dns\n", 0o644),
    ]
    for library in libraries(release.binary):
        files.append((library.lstrip("/"), Path(library).read_bytes(), 0o755))
    certificates = Path("/etc/ssl/certs/ca-certificates.crt")
    if not certificates.exists():
        raise SystemExit("dist: no certificates to put into the image, so no API could be called: apt-get install ca-certificates")
    files.append(("etc/ssl/certs/ca-certificates.crt", certificates.read_bytes(), 0o644))
    for package in ("libc6", "libgcc-s1", "ca-certificates"):
        text = Path(f"/usr/share/doc/{package}/copyright")
        if text.exists():
            files.append((f"usr/share/doc/{package}/copyright", text.read_bytes(), 0o644))
    entries = with_folders(files)
    entries += [("tmp", None, 0o1777), ("var", None, 0o755), ("var/lib", None, 0o755), (HOME, None, 0o700)]
    return tar(entries, release.epoch, {HOME: USER})


def libraries(binary: Path) -> list[str]:
    """Where the loader finds what the binary needs, the loader included; DNS and files of names are inside glibc since 2.34."""
    listed = subprocess.run(["ldd", str(binary)], capture_output=True, text=True, check=True).stdout
    if "not found" in listed:
        raise SystemExit(f"dist: a library of {binary} is missing on this machine:\n{listed}")
    return sorted(set(re.findall(r"(?m)(?:=> |^\s+)(/\S+)", listed)))


def with_folders(files: list[tuple[str, bytes, int]]) -> list[tuple[str, bytes | None, int]]:
    """The files, each folder above them first and once."""
    folders = sorted({str(above) for path, _, _ in files for above in Path(path).parents if str(above) != "."})
    return [(folder, None, 0o755) for folder in folders] + sorted(files)


def configuration(release: Release, layers: list[bytes]) -> dict:
    created = datetime.fromtimestamp(release.epoch, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "created": created,
        "architecture": release.machine["oci"],
        "os": "linux",
        "config": {
            "User": f"{USER}:{USER}",
            "ExposedPorts": {"8080/tcp": {}},
            "Env": [
                "PATH=/usr/local/bin",
                f"TIDEMARK_DATA=/{HOME}/data",
                f"TIDEMARK_RAW=/{HOME}/raw",
                "TIDEMARK_LISTEN=0.0.0.0:8080",
                "TIDEMARK_LOG=json",
            ],
            "Entrypoint": ["/usr/local/bin/tidemark"],
            "Cmd": ["serve"],
            "Volumes": {f"/{HOME}": {}},
            "WorkingDir": f"/{HOME}",
            "Labels": annotations(release),
            "StopSignal": "SIGTERM",
        },
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{sha256(layer)}" for layer in layers]},
        "history": [
            {"created": created, "created_by": "system libraries, certificates and the user tidemark"},
            {"created": created, "created_by": "the program and its licences"},
        ],
    }


def annotations(release: Release) -> dict[str, str]:
    return {
        "org.opencontainers.image.title": "tidemark",
        "org.opencontainers.image.description": SUMMARY,
        "org.opencontainers.image.version": release.version,
        "org.opencontainers.image.revision": release.commit,
        "org.opencontainers.image.licenses": "MIT OR Apache-2.0",
    }
