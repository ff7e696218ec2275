"""Each package, installed where nothing of Tidemark is, runs `tidemark demo` to a page."""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unittest
from pathlib import Path

from demo import demo, read_page
from test_formats import package, run

HERE = Path(__file__).resolve().parent
SERVICE_USER = "tidemark"
IMAGE_USER = 10001


class Installed(unittest.TestCase):
    def setUp(self):
        self.room = Path(tempfile.mkdtemp(prefix="tidemark-dist-"))
        self.addCleanup(shutil.rmtree, self.room, ignore_errors=True)
        # Nothing of this machine's settings: a home and a path of its own.
        self.clean = {"HOME": str(self.room), "PATH": "/usr/bin:/bin:/usr/sbin:/sbin"}

    def opens(self, *command: object, look=read_page, **options) -> None:
        options.setdefault("cwd", self.room)
        with demo([str(part) for part in command], env=self.clean, **options) as base:
            look(base)

    def test_the_tarball_runs_where_it_is_unpacked_and_draws_in_a_browser(self):
        with tarfile.open(package("*-linux-gnu.tar.gz")) as archive:
            archive.extractall(self.room, filter="data")
        (program,) = self.room.glob("tidemark-*/tidemark")
        self.opens(program, look=draws)

    def test_the_wheel_installs_with_pip_into_an_empty_environment(self):
        run(sys.executable, "-m", "venv", self.room / "venv")
        run(self.room / "venv/bin/pip", "install", "--quiet", "--no-index", package("*.whl"))
        self.opens(self.room / "venv/bin/tidemark")

    def test_the_wheel_starts_with_uvx(self):
        uvx = [Path(sys.executable).parent / "uvx", "--offline", "--python", sys.executable]
        self.opens(*uvx, "--from", package("*.whl"), "tidemark")

    def test_the_npm_packages_install_and_pass_signals_on(self):
        packages = package("npm-tidemark-linux-*.tgz"), package("npm-tidemark-[0-9]*.tgz")
        run("npm", "install", "--prefix", self.room, "--offline", "--no-audit", "--no-fund", *packages)
        self.opens(self.room / "node_modules/.bin/tidemark")

    def test_the_npm_launcher_says_what_is_missing(self):
        with tarfile.open(package("npm-tidemark-[0-9]*.tgz")) as archive:
            archive.extractall(self.room, filter="data")
        done = subprocess.run(["node", self.room / "package/tidemark.js"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("--omit=optional", done.stderr)

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("debootstrap"), "needs root and debootstrap")
    def test_the_debian_package_installs_upgrades_and_goes_without_losing_what_is_yours(self):
        root = self.room / "root"
        run("debootstrap", "--variant=minbase", "--include=adduser,init-system-helpers", os.environ["DIST_SUITE"], root)
        shutil.copy(package("*.deb"), root / "tidemark.deb")

        def inside(*command: str) -> str:
            return run("chroot", root, *command)

        inside("dpkg", "--install", "/tidemark.deb")
        self.assertEqual((root / "var/lib/tidemark").stat().st_mode & 0o777, 0o700)
        as_service = ["chroot", f"--userspec={SERVICE_USER}:{SERVICE_USER}", root, "env", "-C", "/var/lib/tidemark", "/usr/bin/tidemark"]
        self.opens(*as_service)

        settings = root / "etc/tidemark/tidemark.toml"
        settings.write_text('timezone = "Europe/Berlin"\n')
        inside("dpkg", "--install", "/tidemark.deb")
        self.assertEqual(settings.read_text(), 'timezone = "Europe/Berlin"\n')
        inside("dpkg", "--remove", "tidemark")
        self.assertTrue(settings.exists())
        inside("dpkg", "--purge", "tidemark")
        self.assertFalse(settings.exists())
        self.assertTrue((root / "var/lib/tidemark/demo-data").is_dir(), "the data of the demo outlives the program")

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("umoci"), "needs root and umoci")
    def test_the_image_runs_as_a_user_without_rights_on_a_read_only_root(self):
        layout = self.room / "layout"
        with tarfile.open(package("*-oci-*.tar")) as archive:
            archive.extractall(layout, filter="data")
            tag = package("*-oci-*.tar").name.split("-")[1]
        run("umoci", "unpack", "--image", f"{layout}:{tag}", self.room / "bundle")
        root = self.room / "bundle/rootfs"
        volume = self.room / "volume"
        volume.mkdir(mode=0o700)
        os.chown(volume, IMAGE_USER, IMAGE_USER)
        self.room.chmod(0o711)
        # What a container engine does for `--read-only --tmpfs /tmp --volume …`, in a mount namespace of its own.
        script = (
            'set -e; mount --bind "$0" "$0"; mount -t tmpfs none "$0/tmp"; mount --bind "$1" "$0/var/lib/tidemark"; '
            'mount -o remount,bind,ro "$0"; shift; cd "$0"; '
            'if touch "$0/etc/written" 2>/dev/null; then echo "the root is writable"; exit 9; fi; '
            f'exec chroot --userspec={IMAGE_USER}:{IMAGE_USER} . /usr/local/bin/tidemark "$@" --data /var/lib/tidemark/demo'
        )
        command = ["unshare", "--mount", "sh", "-c", script, root, volume]
        self.opens(*command)


def draws(base: str) -> None:
    """The page in a real browser: it draws its first chart, and nothing goes wrong on it."""
    read_page(base)
    run("node", HERE / "draws.mjs", base)


if __name__ == "__main__":
    unittest.main(verbosity=2)
