"""A Debian package: program, manual page, service with a user of its own, and settings that upgrades respect."""

import re
import shutil
import subprocess
import tempfile
from datetime import datetime, timezone
from email.utils import format_datetime
from pathlib import Path

from common import CHECKOUT, DEPLOY, SUMMARY, Release, gzipped, newest_glibc, write

MAINTAINER = "Tidemark <tidemark@localhost.invalid>"


def deb(release: Release, notices: bytes, sbom: bytes) -> Path:
    files = contents(release, notices, sbom)
    with tempfile.TemporaryDirectory() as work:
        root = Path(work) / "tidemark"
        for path, (content, mode) in files.items():
            write(root / path, content).chmod(mode)
        control = root / "DEBIAN"
        control.mkdir()
        (control / "control").write_text(control_file(release, files))
        (control / "conffiles").write_text("/etc/tidemark/tidemark.toml\n")
        (control / "md5sums").write_text(md5sums(root, files))
        for name in ("postinst", "prerm", "postrm"):
            shutil.copyfile(DEPLOY / "debian" / name, control / name)
            (control / name).chmod(0o755)
        for folder in [root, *(path for path in root.rglob("*") if path.is_dir())]:
            folder.chmod(0o755)
        package = release.out / f"tidemark_{release.version}_{release.machine['debian']}.deb"
        command = ["dpkg-deb", "--build", "--root-owner-group", "-Zxz", str(root), str(package)]
        # dpkg-deb takes the time of every file from here.
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={"SOURCE_DATE_EPOCH": str(release.epoch), "PATH": "/usr/bin:/bin"})
    return package


def contents(release: Release, notices: bytes, sbom: bytes) -> dict[str, tuple[bytes, int]]:
    doc = "usr/share/doc/tidemark"
    return {
        "usr/bin/tidemark": (release.binary.read_bytes(), 0o755),
        "lib/systemd/system/tidemark.service": (unit(), 0o644),
        "etc/tidemark/tidemark.toml": ((DEPLOY / "debian/tidemark.toml").read_bytes(), 0o644),
        "usr/share/man/man1/tidemark.1.gz": (gzipped(manual(release)), 0o644),
        "usr/share/lintian/overrides/tidemark": ((DEPLOY / "debian/lintian-overrides").read_bytes(), 0o644),
        f"{doc}/changelog.gz": (gzipped(changelog(release)), 0o644),
        f"{doc}/copyright": (copyright_file(), 0o644),
        f"{doc}/THIRD-PARTY.txt.gz": (gzipped(notices), 0o644),
        f"{doc}/tidemark.cdx.json.gz": (gzipped(sbom), 0o644),
    }


def unit() -> bytes:
    """The service as it is for a binary installed by hand, but with the package's program and user."""
    text = (DEPLOY / "tidemark.service").read_text()
    # The first comment says how to install by hand.
    text = text[text.index("[Unit]") :]
    for old, new in (("/usr/local/bin/", "/usr/bin/"), ("DynamicUser=yes", "User=tidemark\nGroup=tidemark\nRemoveIPC=yes")):
        if text.count(old) != 1:
            raise SystemExit(f"dist: tidemark.service must have {old} once, to be adapted for the package")
        text = text.replace(old, new)
    return text.encode()


def control_file(release: Release, files: dict[str, tuple[bytes, int]]) -> str:
    major, minor = newest_glibc(release.binary)
    size = sum(len(content) for content, _ in files.values()) // 1024
    return f"""Package: tidemark
Version: {release.version}
Architecture: {release.machine['debian']}
Maintainer: {MAINTAINER}
Installed-Size: {size}
Depends: libc6 (>= {major}.{minor}), libgcc-s1, adduser, init-system-helpers (>= 1.51)
Recommends: ca-certificates
Section: database
Priority: optional
Description: {SUMMARY[0].lower() + SUMMARY[1:SUMMARY.index(':')]}
 Tidemark pulls from Stripe, Salesforce and Zendesk, or reads exports, builds
 daily marts of acquisition, retention and churn, checks them and serves them
 as a dashboard. This package runs it as a service on 127.0.0.1:8080.
"""


def md5sums(root: Path, files: dict[str, tuple[bytes, int]]) -> str:
    import hashlib

    listed = (path for path in files if not path.startswith("etc/"))
    return "".join(f"{hashlib.md5((root / path).read_bytes()).hexdigest()}  {path}\n" for path in listed)


def changelog(release: Release) -> bytes:
    date = format_datetime(datetime.fromtimestamp(release.epoch, timezone.utc))
    return f"""tidemark ({release.version}) unstable; urgency=medium

  * Built from commit {release.commit}; see CHANGELOG.md of the source.

 -- {MAINTAINER}  {date}
""".encode()


def copyright_file() -> bytes:
    mit = (CHECKOUT / "LICENSE-MIT").read_text()
    holder = re.search(r"(?m)^Copyright (?:\(c\) )?(.*)$", mit)
    permission = mit[mit.index("Permission is hereby") :]
    body = "".join(f" {line}\n" if line else " .\n" for line in permission.strip().splitlines())
    return f"""Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: tidemark
Comment: The parts by others inside the program, and their licences, are listed
 in THIRD-PARTY.txt.gz beside this file.

Files: *
Copyright: 2026 {holder.group(1) if holder else "The Tidemark contributors"}
License: Expat or Apache-2.0

License: Expat
{body}
License: Apache-2.0
 On Debian systems the text of the licence is in
 /usr/share/common-licenses/Apache-2.0.
""".encode()


def manual(release: Release) -> bytes:
    """A manual page made of what `tidemark --help` prints, so that the two cannot differ."""
    text = subprocess.run([release.binary, "--help"], capture_output=True, text=True, check=True).stdout
    about, rest = text.split("\n\nUsage: ", 1)
    date = datetime.fromtimestamp(release.epoch, timezone.utc).strftime("%Y-%m-%d")
    lines = [
        f'.TH TIDEMARK 1 "{date}" "tidemark {release.version}"',
        ".SH NAME",
        f"tidemark \\- {roff(SUMMARY)}",
        ".SH SYNOPSIS",
        roff(rest.split("\n", 1)[0]),
        ".SH DESCRIPTION",
        roff(about),
    ]
    for line in rest.splitlines()[1:]:
        if line.endswith(":") and not line.startswith(" "):
            lines.append(f".SH {line[:-1].upper()}")
        elif line.strip():
            name, _, help_text = line.strip().partition("  ")
            lines += [".TP", f"\\fB{roff(name)}\\fR", roff(help_text.strip())]
    lines += [".SH FILES", "/etc/tidemark/tidemark.toml, /etc/tidemark/secrets.env: settings and secrets of the service"]
    return ("\n".join(lines) + "\n").encode()


def roff(text: str) -> str:
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("…", "...")
    return re.sub(r"(?m)^([.'])", r"\\&\1", escaped)
