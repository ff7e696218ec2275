"""A Python wheel with the binary as its script: what `pip install` and `uvx` need, and nothing of Python inside."""

import base64
import hashlib
import io
import time
import zipfile
from pathlib import Path

from common import SUMMARY, Release, newest_glibc, own_licences, write

# The plain name belongs to another project on PyPI; the command is `tidemark` all the same.
NAME = "tidemark-dashboard"
LONG_DESCRIPTION = """Tidemark builds daily marts from Stripe, Salesforce and Zendesk, or from exports, and serves them as a dashboard.

    uvx --from tidemark-dashboard tidemark demo

shows it with a simulated company.
"""


def wheel(release: Release, notices: bytes, sbom: bytes) -> Path:
    base = f"{NAME.replace('-', '_')}-{release.version}"
    tag = f"py3-none-{platform(release)}"
    licences = {**own_licences(), "THIRD-PARTY.txt": notices}
    metadata = [
        "Metadata-Version: 2.4",
        f"Name: {NAME}",
        f"Version: {release.version}",
        f"Summary: {SUMMARY}",
        "License-Expression: MIT OR Apache-2.0",
        *(f"License-File: {name}" for name in licences),
        "Requires-Python: >=3.8",
        "Description-Content-Type: text/markdown",
        "",
        LONG_DESCRIPTION,
    ]
    about = f"{base}.dist-info"
    files = {
        f"{base}.data/scripts/tidemark": release.binary.read_bytes(),
        f"{about}/METADATA": "\n".join(metadata).encode(),
        f"{about}/WHEEL": f"Wheel-Version: 1.0\nGenerator: tidemark\nRoot-Is-Purelib: false\nTag: {tag}\n".encode(),
        **{f"{about}/licenses/{name}": text for name, text in licences.items()},
        f"{about}/sboms/tidemark.cdx.json": sbom,
    }
    record = "".join(f"{path},sha256={digest(content)},{len(content)}\n" for path, content in files.items())
    files[f"{about}/RECORD"] = f"{record}{about}/RECORD,,\n".encode()
    return write(release.out / f"{base}-{tag}.whl", zipped(files, release.epoch))


def platform(release: Release) -> str:
    machine = release.machine["wheel"]
    if not release.is_linux:
        # The oldest macOS that the compiler builds for.
        return f"macosx_11_0_{machine}" if machine == "arm64" else f"macosx_10_12_{machine}"
    major, minor = newest_glibc(release.binary)
    # pip knows no manylinux tag below 2.17.
    return f"manylinux_{major}_{max(minor, 17)}_{machine}"


def digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def zipped(files: dict[str, bytes], epoch: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, content in files.items():
            info = zipfile.ZipInfo(path, time.gmtime(epoch)[:6])
            # Installers take the executable bit from here.
            info.external_attr = (0o100755 if "/scripts/" in path else 0o100644) << 16
            info.create_system = 3
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return buffer.getvalue()
