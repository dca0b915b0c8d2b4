"""The site as `make docs` builds it: strict, from here alone, with links that lead somewhere."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
# What a browser fetches by itself; a link that a reader may follow is another thing.
FETCHED = {("script", "src"), ("img", "src"), ("iframe", "src"), ("source", "src"), ("link", "href")}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        importlib.util.find_spec("material") is None,
        reason="MkDocs Material is missing: python -m pip install -e '.[docs]'",
    ),
]


class Tags(HTMLParser):
    """The addresses and the anchors of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if (tag, name) in FETCHED:
                self.fetched.append(value or "")
            elif name == "href":
                self.links.append(value or "")
            elif name == "id":
                self.ids.add(value or "")


def build(config: Path, target: Path) -> subprocess.CompletedProcess[str]:
    """A strict build in which every way to another host ends at a closed port of this machine."""
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--clean"]
    return subprocess.run(
        [*command, "--config-file", str(config), "--site-dir", str(target)],
        env={**os.environ, **nowhere, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("site")
    built = build(ROOT / "mkdocs.yml", target)
    assert built.returncode == 0, built.stderr
    return target


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Tags]:
    return {path: Tags(path.read_text("utf-8")) for path in site.rglob("*.html")}


def test_every_page_is_built(pages: dict[Path, Tags], site: Path) -> None:
    written = {each.relative_to(ROOT / "docs").with_suffix(".html") for each in (ROOT / "docs").rglob("*.md")}
    assert written <= {each.relative_to(site) for each in pages}


def test_links_lead_to_pages_and_to_anchors_that_are_there(pages: dict[Path, Tags], site: Path) -> None:
    assert sorted(broken(pages, site)) == []


def broken(pages: dict[Path, Tags], site: Path) -> Iterator[str]:
    for page, tags in pages.items():
        # The page for addresses that do not exist is served at any depth.
        if page.name == "404.html":
            continue
        for link in {*tags.links, *tags.fetched}:
            file, _, anchor = unquote(link).partition("#")
            target = (page.parent / file).resolve() if file else page
            if ":" in file or link in ("", "."):
                continue
            gone = not target.exists() or (anchor and target in pages and anchor not in pages[target].ids)
            if gone:
                yield f"{page.relative_to(site)}: {link}"


def test_a_page_makes_a_browser_fetch_nothing_from_elsewhere(pages: dict[Path, Tags]) -> None:
    assert {link for tags in pages.values() for link in tags.fetched if "//" in link} == set()


@pytest.mark.parametrize(
    ("link", "fails"),
    [("rules/no-such-rule.md", True), ("tutorial.md#no-such-part", True), ("tutorial.md#install", False)],
)
def test_only_a_broken_link_fails_the_build(link: str, fails: bool, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/tutorial.md").write_text("# Tutorial\n\n## Install\n", "utf-8")
    (tmp_path / "docs/index.md").write_text(f"# Start\n\n[there]({link})\n", "utf-8")
    # The project's own settings, for a site of two pages.
    config = (ROOT / "mkdocs.yml").read_text("utf-8").partition("\nnav:")[0]
    (tmp_path / "mkdocs.yml").write_text(config, "utf-8")
    assert build(tmp_path / "mkdocs.yml", tmp_path / "site").returncode == (1 if fails else 0)


@pytest.mark.skipif(not CHROMIUM, reason="no browser here: apt-get install chromium")
@pytest.mark.parametrize(
    ("page", "words"), [("index.html", "Tutorial"), ("rules/lookup-limit-exceeded.html", "SPF002")]
)
def test_a_browser_shows_a_page(page: str, words: str, site: Path, tmp_path: Path) -> None:
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}"]
    shown = subprocess.run(
        [*command, "--dump-dom", (site / page).as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert words in shown.stdout
