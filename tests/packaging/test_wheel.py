"""The wheel holds all that the program needs: built, installed where nothing else is, run from elsewhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.wheel, pytest.mark.timeout(300)]


def run(*command: str | Path, folder: Path, **more: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own commands
        [str(part) for part in command],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **more},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of a wheel that was installed into an environment of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
    home = {name: value for name, value in os.environ.items() if name == "HOME" or name.startswith("PIP_")}
    run(*pip, "wheel", "--no-deps", "--wheel-dir", folder, ROOT, folder=folder, **home)
    (wheel,) = folder.glob("narrows-*.whl")
    venv.create(folder / "env", with_pip=True)
    python = folder / "env" / "bin" / "python"
    constraints = ROOT / "constraints.txt"
    run(
        python, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", "--constraint", constraints,
        wheel, folder=folder, **home,
    )  # fmt: skip
    return folder / "env" / "bin" / "narrows"


def test_an_installed_wheel_prints_the_reference_board(program: Path, tmp_path: Path) -> None:
    board = json.loads(
        run(program, "snapshot", "--offline", "--format", "json", folder=tmp_path, HOME=str(tmp_path))
    )
    assert board["mode"] == "offline"
    assert board["basket"]["value_usd"] > 1e12
    assert board["basket"]["freshness"]["live_pct"] == 0


def test_its_universes_are_sound_and_its_version_is_the_packages(program: Path, tmp_path: Path) -> None:
    assert "no errors" in run(program, "universe", "check", folder=tmp_path, HOME=str(tmp_path))
    version = next(line for line in (ROOT / "pyproject.toml").read_text().splitlines() if "version" in line)
    assert version.split('"')[1] in run(program, "--version", folder=tmp_path, HOME=str(tmp_path))
