"""Makes every package from one binary: `build.py BINARY FOLDER`. scripts/dist.sh calls it."""

import sys
from pathlib import Path

from common import CHECKOUT, DEPLOY, Release, gzipped, newest_glibc, own_licences, read_release, sha256, tar, write
from deb import deb
from notices import notices
from npm import npm
from oci import oci
from parts import parts
from sbom import sbom
from wheel import wheel


def tarball(release: Release, notices: bytes, sbom: bytes) -> Path:
    base = f"tidemark-{release.version}-{release.target}"
    files = {
        **own_licences(),
        "README.md": (CHECKOUT / "README.md").read_bytes(),
        "THIRD-PARTY.txt": notices,
        "tidemark.cdx.json": sbom,
        "tidemark.service": (DEPLOY / "tidemark.service").read_bytes(),
    }
    entries = [(base, None, 0o755), (f"{base}/tidemark", release.binary.read_bytes(), 0o755)]
    entries += [(f"{base}/{name}", content, 0o644) for name, content in sorted(files.items())]
    return write(release.out / f"{base}.tar.gz", gzipped(tar(entries, release.epoch)))


def main(binary: Path, out: Path) -> None:
    release = read_release(binary, out)
    found = parts(release.target)
    texts, bill = notices(found), sbom(release, found)
    packages = [tarball(release, texts, bill), wheel(release, texts, bill), *npm(release, texts)]
    if release.is_linux:
        packages += [deb(release, texts, bill), oci(release, texts, bill)]
    packages.append(write(out / f"tidemark-{release.version}.cdx.json", bill))
    packages.append(write(out / "THIRD-PARTY.txt", texts))
    sums = "".join(f"{sha256(path.read_bytes())}  {path.name}\n" for path in sorted(packages))
    write(out / "SHA256SUMS", sums.encode())
    print(f"tidemark {release.version} of {release.commit} for {release.target}, {len(found)} parts by others")
    if release.is_linux:
        print("needs glibc {}.{} or newer".format(*newest_glibc(binary)))
    for path in sorted(packages):
        print(f"{path.stat().st_size / 1e6:7.1f} MB  {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
