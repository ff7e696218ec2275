"""Each package is what its format asks for, as judged by the format's own schema or checker."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import unittest
from pathlib import Path

PACKAGES = Path(os.environ["DIST_OUT"])
CHECKERS = Path(sys.executable).parent


def package(pattern: str) -> Path:
    (found,) = PACKAGES.glob(pattern)
    return found


def run(*command: object) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"
    return done.stdout + done.stderr


class Formats(unittest.TestCase):
    def test_the_checksums_name_every_package_and_are_true(self):
        lines = [line.split("  ") for line in (PACKAGES / "SHA256SUMS").read_text().splitlines()]
        self.assertEqual({name for _, name in lines}, {path.name for path in PACKAGES.iterdir()} - {"SHA256SUMS"})
        for digest, name in lines:
            self.assertEqual(hashlib.sha256((PACKAGES / name).read_bytes()).hexdigest(), digest, name)

    def test_the_list_of_parts_is_valid_cyclonedx(self):
        from cyclonedx.schema import SchemaVersion
        from cyclonedx.validation.json import JsonStrictValidator

        text = package("tidemark-*.cdx.json").read_text()
        self.assertIsNone(JsonStrictValidator(SchemaVersion.V1_6).validate_str(text))
        names = {part["name"] for part in json.loads(text)["components"]}
        self.assertLessEqual({"polars", "axum", "leptos", "echarts", "zrender"}, names)
        self.assertFalse({"esbuild", "binaryen", "proptest", "insta"} & names, "what only builds or tests is not inside")

    def test_every_part_has_its_licence_text(self):
        text = package("THIRD-PARTY.txt").read_text()
        _, *covered = text.split("\nFor ")
        headings = "\n".join(part.split(":\n", 1)[0] for part in covered)
        for part in json.loads(package("tidemark-*.cdx.json").read_text())["components"]:
            self.assertIn(f"{part['name']} {part['version']}", headings)

    def test_the_wheel_passes_its_checker(self):
        # W007: a wheel of one program has no library, as meant.
        run(CHECKERS / "check-wheel-contents", "--ignore", "W007", package("*.whl"))

    @unittest.skipUnless(shutil.which("lintian"), "lintian is missing")
    def test_lintian_has_nothing_to_say(self):
        said = run("lintian", "--fail-on", "error,warning", package("*.deb"))
        self.assertNotIn("W: ", said)

    @unittest.skipUnless(shutil.which("skopeo"), "skopeo is missing")
    def test_the_image_is_read_by_others(self):
        said = json.loads(run("skopeo", "inspect", "--config", f"oci-archive:{package('*-oci-*.tar')}"))
        self.assertEqual(said["config"]["User"], "10001:10001")

    def test_every_blob_of_the_image_has_the_content_it_is_named_by(self):
        with tarfile.open(package("*-oci-*.tar")) as archive:
            blobs = [member for member in archive if member.name.startswith("blobs/sha256/")]
            self.assertEqual(len(blobs), 4)
            for member in blobs:
                content = archive.extractfile(member).read()
                self.assertEqual(hashlib.sha256(content).hexdigest(), Path(member.name).name)


class ImageSchemas(unittest.TestCase):
    SCHEMAS = Path("/usr/share/gocode/src/github.com/opencontainers/image-spec/schema")

    @unittest.skipUnless(SCHEMAS.is_dir(), "golang-github-opencontainers-image-spec-dev is missing")
    def test_the_image_follows_the_schemas_of_the_specification(self):
        with tarfile.open(package("*-oci-*.tar")) as archive:
            read = lambda name: json.load(archive.extractfile(name))
            blob = lambda described: read("blobs/" + described["digest"].replace(":", "/"))
            index = read("index.json")
            manifest = blob(index["manifests"][0])
            documents = {
                "image-layout-schema.json": read("oci-layout"),
                "image-index-schema.json": index,
                "image-manifest-schema.json": manifest,
                "config-schema.json": blob(manifest["config"]),
            }
        for schema, document in documents.items():
            with self.subTest(schema):
                self.judge(schema, document)

    def judge(self, name: str, document: dict) -> None:
        from jsonschema import Draft4Validator
        from referencing import Registry
        from referencing.jsonschema import DRAFT4

        def load(uri: str):
            # Some references begin with the specification's address; the files are the same.
            return DRAFT4.create_resource(bare(self.SCHEMAS / uri.rsplit("/", 1)[-1]))

        validator = Draft4Validator(bare(self.SCHEMAS / name), registry=Registry(retrieve=load))
        self.assertEqual([error.message for error in validator.iter_errors(document)], [])


def bare(path: Path) -> dict:
    """A schema without its ids, which move the base of references to addresses where nothing is."""

    def strip(value):
        if isinstance(value, dict):
            return {key: strip(one) for key, one in value.items() if key != "id" or not isinstance(one, str)}
        return [strip(one) for one in value] if isinstance(value, list) else value

    return strip(json.loads(path.read_text()))


if __name__ == "__main__":
    unittest.main(verbosity=2)
