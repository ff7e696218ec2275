"""What every package is made of: one binary, its version, and archives that are the same for the same input."""

import gzip
import hashlib
import io
import os
import re
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]
DEPLOY = CHECKOUT / "server/deploy"
SUMMARY = "Customer-lifecycle dashboard: daily acquisition, retention and churn from CRM, billing and support"
LICENCES = ["LICENSE-MIT", "LICENSE-APACHE"]

# For each Rust target: what PyPI, npm, Debian and OCI call the machine.
MACHINES = {
    "x86_64-unknown-linux-gnu": {"wheel": "x86_64", "npm": ("linux", "x64"), "debian": "amd64", "oci": "amd64"},
    "aarch64-unknown-linux-gnu": {"wheel": "aarch64", "npm": ("linux", "arm64"), "debian": "arm64", "oci": "arm64"},
    "aarch64-apple-darwin": {"wheel": "arm64", "npm": ("darwin", "arm64")},
    "x86_64-apple-darwin": {"wheel": "x86_64", "npm": ("darwin", "x64")},
}


@dataclass(frozen=True)
class Release:
    """One build: the binary, what it says of itself, and where its packages go."""

    binary: Path
    out: Path
    version: str
    commit: str
    models: str
    target: str
    # Seconds since 1970 that every file in every package carries.
    epoch: int

    @property
    def machine(self) -> dict:
        return MACHINES[self.target]

    @property
    def is_linux(self) -> bool:
        return "linux" in self.target


def read_release(binary: Path, out: Path) -> Release:
    """Asks the binary what it is; fails with what to do where it cannot say."""
    text = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True).stdout
    said = dict(line.split(" ", 1) for line in text.splitlines())
    missing = {"tidemark", "commit", "models", "target"} - said.keys()
    if missing:
        raise SystemExit(f"dist: {binary} --version does not name {', '.join(sorted(missing))}: build it from this checkout")
    if said["target"] not in MACHINES:
        raise SystemExit(f"dist: no packages are made for {said['target']}; add it to MACHINES in {__file__}")
    date = ["git", "-C", str(CHECKOUT), "log", "-1", "--format=%ct"]
    epoch = os.environ.get("SOURCE_DATE_EPOCH") or subprocess.run(date, capture_output=True, text=True, check=True).stdout
    return Release(binary, out, said["tidemark"], said["commit"], said["models"], said["target"], int(epoch))


def newest_glibc(binary: Path) -> tuple[int, int]:
    """The newest version of glibc whose symbols the binary names: it does not start on an older one."""
    found = re.findall(rb"\0GLIBC_(\d+)\.(\d+)", binary.read_bytes())
    return max(((int(major), int(minor)) for major, minor in found), default=(2, 17))


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def tar(entries: list[tuple[str, bytes | None, int]], epoch: int, owners: dict[str, int] | None = None) -> bytes:
    """A tar archive of (path, content or None for a folder, mode); `owners` gives some paths to a user id."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for path, content, mode in entries:
            info = tarfile.TarInfo(path)
            info.type = tarfile.DIRTYPE if content is None else tarfile.REGTYPE
            info.size = len(content or b"")
            info.mode, info.mtime = mode, epoch
            info.uid = info.gid = (owners or {}).get(path, 0)
            archive.addfile(info, io.BytesIO(content or b""))
    return buffer.getvalue()


def gzipped(content: bytes, level: int = 9) -> bytes:
    return gzip.compress(content, level, mtime=0)


def write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def own_licences() -> dict[str, bytes]:
    return {name: (CHECKOUT / name).read_bytes() for name in LICENCES}
