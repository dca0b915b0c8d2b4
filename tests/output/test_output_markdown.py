"""The comment, as GitHub would show it: rendered to HTML, so that what a reader sees can be looked at."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sampled import CHANGE, DRIFT, FAIL, HOSTILE, KINDS, SILENT, finding, hostile, many, run

from mfpolicy.model.findings import Verdict
from mfpolicy.model.gate import Gate
from mfpolicy.output.formats import Run
from mfpolicy.output.formats.markdown import MARK, render
from mfpolicy.output.markdown import outline, sentence

markdown_it = pytest.importorskip(
    "markdown_it", reason="markdown-it-py is missing: python -m pip install -e '.[dev]'"
)
OURS = {"h2", "p", "strong", "em", "code", "ul", "li", "details", "summary"}
# What GitHub makes more of than CommonMark does: mentions, references, addresses, pictures.
LINKED = re.compile(r"@|://|www\.|#\d|gh-\d|:[\w+-]+:|\$", re.IGNORECASE)


class Page(HTMLParser):
    """The elements of a page, and its text: `code` inside of code, `words` outside."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.words, self.code, self.shown, self.folded = "", "", "", ""
        self.comments: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert attrs == []
        self.tags.append(tag)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_data(self, data: str) -> None:
        self.shown += data
        if "code" in self.open:
            self.code += f"{data}\n"
        else:
            self.words += data
        if "details" in self.open and "summary" not in self.open:
            self.folded += data


def text(run: Run) -> str:
    return "".join(render(run))


def page(run: Run) -> Page:
    reader = markdown_it.MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return Page(reader.render(text(run)))


def titled(run: Run) -> str:
    return text(run).splitlines()[1].removeprefix("## Mail flow: ")


def of(*kinds: str) -> list[Any]:
    return [KINDS[kind] for kind in kinds]


@pytest.mark.parametrize(
    ("given", "title"),
    [
        (run(), "passes"),
        (run(*of("old"), base="m"), "passes, nothing new"),
        (run(*of("fixed"), base="m"), "passes, and 1 finding is fixed"),
        (run(*of("warning"), base="m"), "passes, with 1 new warning"),
        (run(*of("warning")), "passes, with 1 warning"),
        (run(*of("new", "old"), base="m"), "1 new error"),
        (run(*of("new", "warning", "note"), base="m"), "1 new error, 1 new warning and 1 new note"),
        (run(*of("new", "worse", "note"), base="m"), "2 new or worse errors and 1 new note"),
        (run(*of("old", "warning"), base="m", gate=Gate(whole=True)), "1 error and 1 warning"),
        (run(*of("silent")), "incomplete, because not all was answered"),
        (run(*of("silent", "note")), "incomplete, because not all was answered; 1 note"),
        (run(*of("silent"), gate=Gate(allow_unknown=True)), "passes"),
        (run(incomplete="no name server answered"), "incomplete, because not all was answered"),
        (run(incomplete="no name server answered", gate=Gate("error", True, True)), "passes"),
        (run(ledger=()), "there is nothing to judge"),
    ],
)
def test_the_title_is_the_answer(given: Run, title: str) -> None:
    assert titled(given) == title


def test_a_fail_says_what_where_and_what_to_do() -> None:
    assert text(run(FAIL)) == (
        f"{MARK}\n## Mail flow: 1 error\n\n"
        "Judged 1 zone and 2 records by 1 rule of profile baseline for 2026-11-23.\n\n"
        "**error** `SPF002 lookup-limit-exceeded`\n\n"
        "- `a.example.org`: SPF needs 12 DNS lookups; receivers stop at 10, `zones/a.yaml:2`\n\n"
        "Fix: Replace nested includes.\n\n"
    )


def test_what_got_worse_says_so() -> None:
    assert "(worse than before)\n" in text(run(*of("worse"), base="m"))
    assert "worse" not in text(run(*of("new"), base="m"))


def test_what_was_there_before_is_folded_and_what_is_new_is_not() -> None:
    shown = page(run(*KINDS.values(), **CHANGE, drift=(DRIFT,)))
    assert {kind: kind in shown.folded for kind in ("new.", "silent.", "fixed.", "old.", "w.")} == {
        "new.": False,
        "silent.": False,
        "fixed.": False,
        "old.": True,
        "w.": True,
    }


def test_every_part_has_its_title() -> None:
    found = run(*KINDS.values(), **CHANGE, drift=(DRIFT,), notes=("a note",))
    titles = ["Not answered", "This change waives", "Fixed by this change"]
    folded = ["1 finding from before this change", "1 finding waived", "Live DNS differs in 1 record set"]
    places = [page(found).shown.index(each) for each in (*titles, *folded, "a note", "1 judgement waits")]
    assert places == sorted(places)


def test_a_fix_stands_once_below_all_that_it_mends() -> None:
    assert text(run(finding("a.example.org"), finding("b.example.org"))).count("Fix: ") == 1


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_nothing_hostile_becomes_an_element(text: str) -> None:
    assert_tame(page(hostile(text)))


@given(st.text(st.sampled_from("ab1.:/@#<>[]()!`*_~|\\&;-+= \n\t\u202e\x00"), max_size=40))
def test_nothing_becomes_an_element(text: str) -> None:
    assert_tame(page(hostile(text)))


def assert_tame(shown: Page) -> None:
    assert set(shown.tags) <= OURS and shown.open == []
    assert shown.comments == [" mfpolicy check "]
    assert not LINKED.search(shown.words)


def test_what_is_hostile_is_shown_as_it_is() -> None:
    shown = page(run(finding(message="<b> @octocat [x](y) `z` ``zz`` \u202e\n::error::")))
    assert "<b>\n@octocat\n[x](y)\n`z`\n``zz``\n\\u202e\n\\x3a:error\n" in shown.code


@pytest.mark.parametrize("word", ["<b>", "@octocat", "a_b_c", "http://1", "gh-1", ":tada:x", "a.b"])
def test_what_github_would_make_something_of_is_code(word: str) -> None:
    assert sentence(f"see {word}, please") == f"see `{word}`, please"


@pytest.mark.parametrize("word", ["p=none", "3.6.1", "192.0.2.0/24", "(either/or)", "it's", "50%", "057a038"])
def test_plain_words_are_left_alone(word: str) -> None:
    assert sentence(f"see {word}, please") == f"see {word}, please"


def test_the_marks_of_a_sentence_stay_outside_of_code() -> None:
    said = sentence("the text 'v=DMARC1; rua=mailto:a@example.org' (_spf.example.net), [x](y)")
    assert said == "the text 'v=DMARC1; `rua=mailto:a@example.org`' (`_spf.example.net`), `[x](y)`"


def test_a_long_sentence_is_cut() -> None:
    assert sentence("word " * 1000, limit=10) == "word word..."


def test_an_indented_text_is_a_list_of_lists() -> None:
    lines = ["a b.c", "  in d", "      wrapped", "", "    deeper", "          deepest"]
    assert outline(lines) == ["- a `b.c`", "  - `in d wrapped`", "    - `deeper`", "    - `deepest`"]


def test_a_comment_is_no_longer_than_one_may_be_and_says_so_where_it_is_read() -> None:
    found = [
        finding(f"{'x' * 900}{each}.example.org", status="existing", severity=severity)
        for each in range(60)
        for severity in ("error", "warning", "note")
    ]
    unanswered = [
        finding(f"{'y' * 900}{each}.org", status="new", verdict=Verdict.UNKNOWN, unknown=SILENT)
        for each in range(5)
    ]
    found += [finding(f"{'z' * 900}{each}.org", status="fixed") for each in range(40)]
    long = run(*found, *unanswered, base="main")
    assert len(text(long)) <= 60_100
    shown = page(long)
    assert_tame(shown)
    assert "The rest is longer than a comment may be" in shown.shown
    assert "The rest" not in shown.folded


def test_fifty_of_a_kind_are_shown_and_the_rest_counted() -> None:
    shown = text(many(180))
    assert shown.count("\n- `n") == 150
    assert shown.endswith("\n\nand 10 errors, 10 warnings, 10 notes more\n\n")


def test_what_is_written_below_is_no_part_of_what_is_folded() -> None:
    shown = text(run(finding(status="existing"), base="main")) + "## Below\n"
    assert "</details>\n\n## Below\n" in shown
