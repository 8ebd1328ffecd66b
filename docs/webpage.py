"""One page of HTML that needs no network, from Markdown pages that link to each other: what the macro Aide opens."""

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Mapping
from html import escape
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

MARKDOWN = MarkdownIt("commonmark").enable("table")
UNBROKEN = re.compile(r"(?<=«) | (?=[»;:?!%€])")  # where French does not break a line
LISTED = ("h1", "h2")  # headings shown in the table of contents
STYLE = """
:root { color-scheme: light dark; --ink: #1f2937; --paper: #fff; --line: #b8c0cc; --soft: #f3f6f9; --link: #1d4e89 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e5e7eb; --paper: #16202b; --line: #4b5563; --soft: #22303d; --link: #8ab8ec }
}
body { margin: 0; color: var(--ink); background: var(--paper); font: 16px/1.55 "Segoe UI", Carlito, Calibri, sans-serif }
nav { padding: 1rem 1.5rem; background: var(--soft); font-size: .9rem }
nav ol { list-style: none; margin: 0; padding: 0 } nav .h2 { padding-left: 1rem }
main { max-width: 75rem; padding: 0 1.5rem 4rem }
a { color: var(--link) } h1 { margin-top: 3rem } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line) }
table { display: block; overflow-x: auto; border-collapse: collapse; font-size: .92rem }
th, td { padding: .3rem .6rem; border: 1px solid var(--line); vertical-align: top; text-align: left }
th { background: var(--soft) }
code { background: var(--soft); padding: 0 .25em; font: .92em Consolas, monospace }
pre code { padding: 0 } pre { background: var(--soft); padding: .8rem; overflow-x: auto }
blockquote { margin: 1rem 0; padding: .1rem 1rem; border-left: 4px solid var(--line); background: var(--soft) }
img { max-width: 100%; border: 1px solid var(--line); background: #fff }
@media (min-width: 70rem) {
  body { display: grid; grid-template-columns: 21rem minmax(0, 1fr) }
  nav { position: sticky; top: 0; height: calc(100vh - 2rem); overflow-y: auto }
}
@media print { nav { display: none } }
"""


def webpage(title: str, pages: Mapping[str, str], folder: Path) -> str:
    """The whole page. pages: Markdown texts by file name. folder: where their pictures are."""
    parts, contents = [], []
    for name, text in pages.items():
        tokens = MARKDOWN.parse(text)
        contents += list(_headings(tokens, name))
        for token in tokens:
            for child in token.children or ():
                _resolve(child, name, pages, folder)
        parts.append(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {}))
    lines = "\n".join(
        f'<li class="{level}"><a href="#{anchor}">{escape(label)}</a></li>'
        for level, anchor, label in contents
        if level in LISTED
    )
    body = "\n".join(parts)
    return f"""\
<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{STYLE}</style>
</head>
<body>
<nav aria-label="Sommaire"><ol>
{lines}
</ol></nav>
<main>
{body}</main>
</body>
</html>
"""


def slug(heading: str) -> str:
    """Anchor of a heading, as GitHub makes it.

    >>> slug("4. Dans le tableur")
    '4-dans-le-tableur'
    """
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _headings(tokens: list[Token], name: str) -> Iterator[tuple[str, str, str]]:
    """Gives each heading its anchor; level, anchor and text of each."""
    seen: Counter[str] = Counter()
    for token, inside in pairwise(tokens):
        if token.type != "heading_open":
            continue
        own = slug(inside.content)
        again = f"-{seen[own]}" if seen[own] else ""
        seen[own] += 1
        anchor = _anchor(name, "" if token.tag == "h1" else own + again)
        token.attrSet("id", anchor)
        yield token.tag, anchor, inside.content


def _resolve(token: Token, name: str, pages: Mapping[str, str], folder: Path) -> None:
    """Pictures become part of the page, links between the pages lead within it, French signs stay with their words."""
    if token.type == "text":
        token.content = UNBROKEN.sub("\N{NO-BREAK SPACE}", token.content)
    elif token.type == "image":
        picture = folder / str(token.attrs["src"])
        token.attrSet("src", f"data:image/png;base64,{b64encode(picture.read_bytes()).decode()}")
    elif token.type == "link_open" and "://" not in str(token.attrs["href"]):
        target, _, anchor = unquote(str(token.attrs["href"])).partition("#")
        if target and target not in pages:
            raise ValueError(f"{name}: the link to {target} leads out of the page")
        token.attrSet("href", f"#{_anchor(target or name, anchor)}")


def _anchor(name: str, anchor: str) -> str:
    stem = name.partition(".")[0]
    return f"{stem}-{anchor}" if anchor else stem
