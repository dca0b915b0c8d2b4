"""The wheel carries what the program needs, works from anywhere, and so does an editable install."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = ("policies", "schemas")

pytestmark = pytest.mark.slow


def done(*command: str | Path, cwd: Path | None = None) -> str:
    """The output of a command that has to succeed."""
    result = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def versioned(*folders: str) -> set[str]:
    """The files that git tracks, or would: whatever is ignored must not be shipped."""
    if not (ROOT / ".git").exists():
        pytest.skip("there is no git repository here to compare with")
    listed = done("git", "ls-files", "-co", "--exclude-standard", "--", *folders, cwd=ROOT)
    return {file for file in listed.splitlines() if (ROOT / file).is_file()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel that was made from the sdist."""
    folder = tmp_path_factory.mktemp("dist")
    done(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    return next(built.glob("*.whl"))


def environment(folder: Path) -> Path:
    """The Python of a new environment that sees what the running one has installed, but not mfpolicy."""
    done(sys.executable, "-m", "venv", "--without-pip", folder)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    site = done(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    ours = done(sys.executable, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    # A plain line in a .pth file adds the folder but runs none of its own, so an editable install stays out.
    Path(site, "beside.pth").write_text(ours + "\n", encoding="utf-8")
    return python


def install(python: Path, *what: str | Path) -> None:
    done(sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps", "--no-index", *what)


def program(python: Path) -> Path:
    return python.with_name("mfpolicy.exe" if os.name == "nt" else "mfpolicy")


@pytest.mark.parametrize("folder", DATA)
def test_the_wheel_carries_exactly_the_versioned_files(wheel: Path, folder: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        shipped = {name for name in archive.namelist() if name.startswith(f"mfpolicy/{folder}/")}
    assert {name.removeprefix("mfpolicy/") for name in shipped} == versioned(folder)


def test_the_wheel_holds_the_package_and_nothing_beside_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    assert sorted(name.partition("-")[0] for name in tops) == ["mfpolicy", "mfpolicy"]


def test_the_sdist_carries_package_data_tests_and_example(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    folders = ("mfpolicy", "benchmarks", "policies", "schemas", "tests", "examples", "tools")
    wanted = versioned(*folders, "LICENSE", "Makefile", "action.yml", "Containerfile", ".github")
    assert wanted - names == set()


def test_the_wheel_works_from_the_root_folder(wheel: Path, tmp_path: Path) -> None:
    python = environment(tmp_path / "fresh")
    install(python, wheel)
    listed = done(program(python), "rules", "list", cwd=Path(tmp_path.anchor))
    home = done(python, "-c", "import mfpolicy; print(mfpolicy.__file__)", cwd=Path(tmp_path.anchor))
    assert ("SPF" in listed, Path(home.strip()).is_relative_to(tmp_path)) == (True, True)


def test_an_editable_install_works_from_the_root_folder(tmp_path: Path) -> None:
    pytest.importorskip("editables", reason="editables is not installed: pip install -e .[dev]")
    python = environment(tmp_path / "editable")
    install(python, "--no-build-isolation", "--editable", ROOT)
    listed = done(program(python), "rules", "list", cwd=Path(tmp_path.anchor))
    home = done(python, "-c", "import mfpolicy; print(mfpolicy.__file__)", cwd=Path(tmp_path.anchor))
    assert ("SPF" in listed, Path(home.strip()).is_relative_to(ROOT)) == (True, True)
