"""The workbench's form: lists to choose from, the table and the chart, and the code that makes them."""

import base64
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import ipywidgets as widgets
import pandas as pd
from IPython.utils.capture import capture_output

from tuopin_analysis import explore, explore_code, explore_limits, explore_views, harmless
from tuopin_analysis.errors import InputError
from tuopin_analysis.report import language, style

WIDE = {"width": "26em"}
STYLE = {"description_width": "6.5em"}
# The copied text is what stands in the box, so that what is pasted is what was read.
COPY = (
    '<button class="lm-Widget jupyter-widgets jupyter-button widget-button" '
    "onclick=\"navigator.clipboard.writeText(this.closest('.tuopin-workbench').querySelector('.tuopin-code textarea').value);"
    "this.textContent='{done}'\">{text}</button>"
)


# The font of our pages where JupyterLab was not started by `make lab`, which gives it from the start (report/fonts/custom.css).
# First in the list as there: behind others, Chromium leaves boxes in text that it set while the font was being loaded.
FONTS = """<style>@font-face{font-family:"Tuopin Sans";src:url(data:font/ttf;base64,%s)}
body{--jp-ui-font-family:"Tuopin Sans",system-ui,sans-serif;--jp-content-font-family:var(--jp-ui-font-family)}
.tuopin-workbench,.tuopin-workbench :is(select,input,button,label,table){font-family:var(--jp-ui-font-family)}</style>"""


def letters() -> widgets.HTML:
    """An unseen widget that lends the notebook our font; as a widget it is not saved with the notebook's outputs."""
    font = base64.b64encode((style.FONTS / "TuopinSans-Regular.ttf").read_bytes()).decode()
    return widgets.HTML(FONTS % font, layout={"display": "none"})


class Workbench(widgets.VBox):
    """The form as one widget. Its lists are attributes, which a cell may set as a click does: `bench.scope.value = "130123103"`.

    `register, question, table, scope, as_of, rules, cause, measure, unit, lang` choose; `code.value` is the cell that makes what
    `output` shows; `told.value` says what is wrong where a choice cannot be; `frame` is the table shown (None then);
    `notes.value` says what the register lacks for it and which lists make no difference to it: these are closed.
    """

    def __init__(self, choice: explore.Choice) -> None:
        self._still = False
        self.frame: pd.DataFrame | None = None
        self.register = widgets.Combobox(ensure_option=False, continuous_update=False, layout=WIDE, style=STYLE)
        self.as_of = widgets.DatePicker(layout=WIDE, style=STYLE)
        self.question, self.table, self.scope, self.rules, self.cause, self.measure, self.unit, self.lang = (
            widgets.Dropdown(layout=WIDE, style=STYLE) for _ in range(8)
        )
        self.told, self.notes = widgets.HTML(), widgets.HTML()
        self.output = widgets.Output()
        self.head, self.copy = widgets.HTML(), widgets.HTML()
        self.code = widgets.Textarea(rows=16, disabled=False, layout={"width": "100%"})
        self.code.add_class("tuopin-code")
        self._chosen = choice
        self._fill(choice)
        lists = [
            [self.register, self.rules, self.lang],
            [self.question, self.table, self.unit],
            [self.scope, self.as_of, self.cause, self.measure],
        ]
        columns = widgets.HBox([widgets.VBox(column) for column in lists], layout={"flex_flow": "row wrap"})
        below = [widgets.HBox([self.head, self.copy]), self.code]
        super().__init__([letters(), columns, self.told, self.notes, self.output, *below])
        self.add_class("tuopin-workbench")
        for widget in itertools.chain(*lists):
            widget.observe(self._changed, "value")
        self._show()

    def choice(self) -> explore.Choice:
        """What is chosen now."""
        day = self.as_of.value
        return explore.Choice(
            register=self.register.value or explore.contract.DEMO,
            scope=self.scope.value,
            as_of=day.isoformat() if isinstance(day, date) else "",
            rules=self.rules.value,
            table=self.table.value,
            cause=self.cause.value,
            measure=self.measure.value,
            unit=self.unit.value,
            lang=self.lang.value,
        )

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        """While lists are filled, what they choose is not shown at every step."""
        self._still = True
        try:
            yield
        finally:
            self._still = False

    def _changed(self, change: dict[str, Any]) -> None:
        if self._still:
            return
        if change["owner"] is self.question:
            with self._quiet():
                self.table.options = self._tables[self.question.value]
        elif change["owner"] in (self.register, self.lang):
            try:
                self._fill(self.choice())
            except InputError as error:
                self._refuse(error)
                return
        self._show()

    def _fill(self, choice: explore.Choice) -> None:
        """Lists and labels for a register, in a language; what was chosen stays chosen where it can."""
        found = explore.options(choice.register, choice.lang)
        self._tables = found.tables
        _ = language.translator(choice.lang).gettext
        notebook = explore_views.question(choice.table).notebook
        with self._quiet():
            self.register.options = [name for name, _value in found.registers]
            self.register.value = choice.register
            for widget, pairs, value, label in (
                (self.lang, found.langs, choice.lang, _("Language")),
                (self.rules, found.rules, choice.rules, _("Rules")),
                (self.question, found.questions, notebook, _("Question")),
                (self.table, found.tables[notebook], choice.table, _("Table")),
                (self.unit, found.units, choice.unit, _("Chart of")),
                (self.scope, found.scopes, choice.scope, _("Place")),
                (self.cause, found.causes, choice.cause, _("Main cause")),
                (self.measure, found.measures, choice.measure, _("Measure")),
            ):
                widget.options = pairs
                widget.value = value if value in [one for _label, one in pairs] else pairs[0][1]
                widget.description = label
            self.register.description, self.as_of.description = _("Register"), _("Up to")
            chosen = date.fromisoformat(choice.as_of) if choice.as_of else found.day
            self.as_of.min, self.as_of.max = None, None  # a new register's days may all lie beyond the old one's
            self.as_of.value = chosen if found.first <= chosen <= found.last else found.day
            self.as_of.min, self.as_of.max = found.first, found.last
            told = _("The code that makes just that: copy it into a new cell.")
            self.head.value = f"<b>{told}</b>"
            self.copy.value = COPY.format(text=_("Copy"), done=_("Copied"))

    def _show(self) -> None:
        """Table, chart and code of the choice; what is wrong instead, where it cannot be."""
        self._close()
        choice = self.choice()
        try:
            written = explore.code(choice)
            with capture_output(stdout=False, stderr=False) as captured:
                frame = explore.run(choice)
        except InputError as error:
            self._refuse(error)
            return
        self.frame, self.told.value, self.code.value = frame, "", written
        is_drawn = any("image/png" in one.data for one in captured.outputs)
        told = [*explore_limits.seen(frame, is_drawn, choice), *explore.notes(choice)]
        self.notes.value = "".join(f'<div style="line-height:1.5">{harmless.html(one)}</div>' for one in told)
        self.output.outputs = tuple(
            {"output_type": "display_data", "data": one.data, "metadata": one.metadata or {}} for one in captured.outputs
        )

    def _close(self) -> None:
        """Close the lists that make no difference to the view, with what there is without a choice."""
        found = explore_code.takes(self.table.value)
        with self._quiet():
            for name, (part, none, _expected) in explore_limits.TAKEN.items():
                widget = getattr(self, name)
                widget.disabled = not getattr(found, part) or len(widget.options) == 1
                widget.value = none if widget.disabled else widget.value

    def _refuse(self, error: InputError) -> None:
        faults = "".join(f"<li>{harmless.html(str(fault))}</li>" for fault in error.faults)
        self.told.value = f'<ul style="color:#B00020" role="alert">{faults}</ul>'
        self.frame, self.code.value, self.notes.value, self.output.outputs = None, "", "", ()
