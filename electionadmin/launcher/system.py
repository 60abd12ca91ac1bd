"""Debian packages that are good to have: installed where that is possible, done without where it is not."""

import os
import shutil
import subprocess
import sys

from .places import tell, timed

APT_OPTIONS = ["-q", "-y", "--no-install-recommends", "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=30"]


def privilege() -> list[str] | None:
    """How to become root: nothing to do, sudo without a password, or None."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0:
        return ["sudo", "-n"]
    return None


def ensure_browser() -> None:
    """Debian's chromium for the browser tests. Without it they are skipped, and this says why."""
    if shutil.which("chromium") and _has_libatomic():
        return
    how = "apt-get install -y chromium libatomic1"
    rights = privilege()
    if rights is None or not shutil.which("apt-get"):
        tell(f"  Browser tests will be skipped: chromium is not installed and this user may not install it ({how}).")
        return
    with timed("Looked for chromium and libatomic1 with apt-get"):
        subprocess.run([*rights, "apt-get", "update", "-q"], stdout=sys.stderr, check=False)
        install = [*rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", *APT_OPTIONS, "chromium", "libatomic1"]
        done = subprocess.run(install, stdout=subprocess.DEVNULL, check=False)
    if done.returncode or not shutil.which("chromium"):
        tell(f"  Browser tests will be skipped: apt-get could not install chromium ({how}).")


def _has_libatomic() -> bool:
    """Playwright's driver needs it."""
    cache = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=False)
    return "libatomic.so.1" in cache.stdout
