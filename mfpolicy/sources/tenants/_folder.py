"""The files of an export: the one that is named, or all below a folder."""

from __future__ import annotations

from mfpolicy.sources.zones import SourceFiles

MAX_FILES = 1000
# What people read beside an export, or made from it; of ScubaGear's results alone nothing can be judged.
_DOCUMENTS = (
    ".md",
    ".txt",
    ".log",
    ".html",
    ".htm",
    ".css",
    ".js",
    ".docx",
    ".pptx",
    ".pdf",
    ".rtf",
    ".rego",
)
_TABLES = (".csv", ".tsv", ".xlsx", ".xls")
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".ico")
_ARCHIVES = (".zip", ".7z", ".gz")
_NO_DATA = (*_DOCUMENTS, *_TABLES, *_PICTURES, *_ARCHIVES)
_NO_DATA_NAMES = ("testresults.json",)
# A script is an export where a format says so.
_SCRIPTS = (".ps1", ".psm1", ".psd1", ".sh", ".py", ".bat", ".cmd")


class Folder:
    """The `paths` to read below a path; `left_off` where there are more than MAX_FILES, or folders."""

    def __init__(self, path: str, files: SourceFiles) -> None:
        self.path = path
        self.left_off = False
        self.paths = self._walked(files)

    def may_be_other(self, path: str) -> bool:
        """Whether a file may well be no export: one that lies beside some, and not the one that was named."""
        return path != self.path and path.lower().endswith(_SCRIPTS)

    def _walked(self, files: SourceFiles) -> tuple[str, ...]:
        """In the order of their paths, without hidden ones. Links may lead round: folders count too."""
        if not files.listing(self.path):
            return (self.path,)
        found: list[str] = []
        folders, waiting = 0, [f"{self.path}/"]
        while waiting and not self.left_off:
            path = waiting.pop()
            if path.endswith("/"):
                folders += 1
                waiting += reversed([each for each in files.listing(path.rstrip("/")) if _counts(each)])
            else:
                found.append(path)
            self.left_off = bool(waiting) and MAX_FILES in (len(found), folders)
        return tuple(found)


def _counts(path: str) -> bool:
    name = path.rstrip("/").rpartition("/")[2].lower()
    if path.endswith("/"):
        return not name.startswith(".")
    return not name.startswith(".") and not name.endswith(_NO_DATA) and name not in _NO_DATA_NAMES
