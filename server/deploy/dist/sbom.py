"""A software bill of materials in CycloneDX 1.6: which libraries, in which versions, are inside the binary."""

import json
import uuid
from datetime import datetime, timezone

from common import Release, sha256
from parts import Part


def sbom(release: Release, found: list[Part]) -> bytes:
    digest = sha256(release.binary.read_bytes())
    root = f"pkg:generic/tidemark@{release.version}"
    component = {
        "type": "application",
        "bom-ref": root,
        "name": "tidemark",
        "version": release.version,
        "licenses": [{"expression": "MIT OR Apache-2.0"}],
        "purl": root,
        "hashes": [{"alg": "SHA-256", "content": digest}],
        "properties": [
            {"name": "tidemark:commit", "value": release.commit},
            {"name": "tidemark:models", "value": release.models},
            {"name": "tidemark:target", "value": release.target},
        ],
    }
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        # Named by the binary, so that the same binary has the same document.
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, digest)}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(release.epoch, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": component,
        },
        "components": [library(part) for part in found],
        "dependencies": [{"ref": root, "dependsOn": [part.purl for part in found]}],
    }
    return (json.dumps(document, indent=1) + "\n").encode()


def library(part: Part) -> dict:
    component = {"type": "library", "bom-ref": part.purl, "name": part.name, "version": part.version, "purl": part.purl}
    if part.licence:
        component["licenses"] = [{"expression": part.licence}]
    if part.checksum:
        component["hashes"] = [{"alg": "SHA-256", "content": part.checksum}]
    if part.repository:
        component["externalReferences"] = [{"type": "vcs", "url": part.repository}]
    return component
