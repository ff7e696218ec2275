"""A real server on a small company whose raw files can be made unreadable, for the tests beside it."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STORY = ROOT / "tests/fixtures/stories/10-plan-change/raw"
DAY = "2026-02-20"

sys.path.insert(0, str(ROOT / "packages/python"))


class Company:
    """The folder of the company and the address of its server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = ""
        shutil.copytree(STORY, folder / "raw")

    @property
    def invoices(self) -> Path:
        return self.folder / "raw/stripe/invoices.jsonl"

    @contextlib.contextmanager
    def missing_invoices(self) -> Iterator[None]:
        """A run fails: a required object is not there."""
        aside = self.folder / "aside"
        self.invoices.rename(aside)
        yield
        aside.rename(self.invoices)

    @contextlib.contextmanager
    def unreadable_invoices(self) -> Iterator[None]:
        """A run is refused: most records of an object cannot be read."""
        before = self.invoices.read_bytes()
        self.invoices.write_bytes(b"{no json}\n" * 50 + before)
        yield
        self.invoices.write_bytes(before)


@contextlib.contextmanager
def company() -> Iterator[Company]:
    binary = os.environ["TIDEMARK_BIN"]
    with tempfile.TemporaryDirectory() as folder:
        made = Company(Path(folder))
        command = [binary, "serve", "--raw", "raw", "--data", "data", "--listen", "127.0.0.1:0"]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TIDEMARK_")}
        server = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            made.url = next(word for word in line.split() if word.startswith("http://")).rstrip("/")
            yield made
        finally:
            server.terminate()
            server.wait()


def main(*tests) -> None:
    """Runs tests, each on a company of its own, and counts them."""
    failed = 0
    for test in tests:
        try:
            with company() as made:
                test(made)
            print(f"ok {test.__module__} {test.__name__}")
        except Exception as error:  # noqa: BLE001: the next test runs whatever this one found
            failed += 1
            import traceback

            traceback.print_exc()
            print(f"not ok {test.__name__}: {error}")
    print(f"# pass {len(tests) - failed}")
    print(f"# fail {failed}")
    sys.exit(1 if failed else 0)
