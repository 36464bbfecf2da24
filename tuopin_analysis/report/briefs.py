"""The briefs of a reports folder: their files, their place in the manifest, and the links to them on the contents page."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from tuopin_analysis import harmless
from tuopin_analysis.report import crate, index, language, manifest, provenance
from tuopin_analysis.report.manifest import Brief

SLOT = re.compile(r'(<span class="briefs" data-scope="([^"]*)">)(.*?)(</span>)')  # left for the links by the contents page


def record(out: Path, brief: Brief, files: Mapping[str, bytes]) -> None:
    """Write the files of a brief (by ending) and list them: links first, the manifest with every checksum last.

    A brief of the same place that stood there gives way, with formats that are not made again. The index, the description and a
    signature follow what the manifest then says.
    """
    with manifest.alone(out):
        before = manifest.must_read(out)
        for known in (known for known in before.briefs if known.scope == brief.scope):
            for name in known.outputs:
                (out / name).unlink(missing_ok=True)
        for ending, data in files.items():
            manifest.put(out / brief.scope / f"brief.{ending}", data)
        outputs = {f"{brief.scope}/brief.{ending}": provenance.output(out / brief.scope / f"brief.{ending}") for ending in files}
        told = {name: manifest.Output.model_validate(output) for name, output in sorted(outputs.items())}
        others = [known for known in before.briefs if known.scope != brief.scope]
        briefs = sorted([*others, brief.model_copy(update={"outputs": told})], key=lambda one: (one.scope != "county", one.scope))
        made = before.model_copy(update={"briefs": briefs})
        link(out, briefs)
        crate.write(out, made)
        own = {name: manifest.Output.model_validate(provenance.output(out / name)) for name in before.files}
        manifest.write(out, made.model_copy(update={"files": own}))


def link(out: Path, briefs: Sequence[Brief]) -> None:
    """Put the links to the briefs into the contents page, where it left room for them."""
    contents = out / "index.html"
    html = contents.read_text(encoding="utf-8") if contents.is_file() else ""
    found = re.search(r'<html[^>]*\blang="(zh|en)', html)
    links = {brief.scope: _links(brief, found[1] if found else "zh") for brief in briefs}
    filled = SLOT.sub(lambda slot: slot[1] + links.get(slot[2], "") + slot[4], html)
    if filled != html:
        manifest.put(contents, filled)


def _links(brief: Brief, lang: str) -> str:
    """The word and the formats: the page under the word, the others beside it."""
    _ = language.translator(lang).gettext
    word = _("Brief")
    endings = [name.rpartition(".")[2] for name in brief.outputs]
    page = f'<a href="{brief.scope}/brief.html">{harmless.html(word)}</a>' if "html" in endings else harmless.html(word)
    return " ".join(
        [page, *(f'<a href="{brief.scope}/brief.{one}">{name}</a>' for one, name in index.FORMATS.items() if one in endings)]
    )
