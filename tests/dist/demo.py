"""Runs `tidemark demo` as it was installed somewhere, and reads its page as a browser would begin to."""

import json
import os
import re
import selectors
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

ARGUMENTS = ["demo", "--customers", "60", "--days", "200", "--no-history", "--no-open", "--listen", "127.0.0.1:0"]
PATIENCE_SECONDS = 300


@contextmanager
def demo(command: list[str], **options) -> Iterator[str]:
    """Starts `command demo`, gives the address it prints, and stops it as a service manager would.

    On the way out it must end by itself with exit code 0.
    """
    child = subprocess.Popen([*command, *ARGUMENTS], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    try:
        yield address(child)
        child.send_signal(signal.SIGTERM)
        assert child.wait(60) == 0, f"SIGTERM ended it with {child.returncode}"
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()
        child.stdout.close()


def address(child: subprocess.Popen) -> str:
    seen, until = "", time.monotonic() + PATIENCE_SECONDS
    selector = selectors.DefaultSelector()
    selector.register(child.stdout, selectors.EVENT_READ)
    while time.monotonic() < until:
        if not selector.select(1):
            continue
        # Read past Python's buffer: what waits in there would not wake the selector again.
        piece = os.read(child.stdout.fileno(), 65536)
        if not piece:
            break
        seen += piece.decode(errors="replace")
        found = re.search(r"Tidemark is at (http://\S+?)/? ", seen)
        if found:
            return found.group(1)
    raise AssertionError(f"the demo did not come up:\n{seen}")


def get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.read()


def read_page(base: str) -> None:
    """The page, every file it names, and the first published table."""
    page = get(f"{base}/").decode()
    files = set(re.findall(r'(?:src|href)="(/[^"]+\.(?:js|css|wasm|svg))"', page))
    assert any(name.endswith(".js") for name in files), f"the page starts no program: {page[:300]}"
    for name in files:
        assert get(base + name), f"{name} is empty"
    manifest = json.loads(get(f"{base}/api/v1/manifest"))
    assert manifest["made_by"]["models"], "the manifest names no models"
