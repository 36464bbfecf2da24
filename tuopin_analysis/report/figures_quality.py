"""Figure of a register's quality: where rows were set aside or marked."""

import pandas as pd
from matplotlib.axes import Axes

from tuopin_analysis.report import drawing, language, style


def doubtful_places(places: pd.DataFrame, lang: str = "zh", ax: Axes | None = None, most: int = 20) -> Axes:
    """Rows set aside or marked by township or village, the most on top; rows of unknown place as a row of their own.

    Needs `township` or `village`, and `rows_read, rows_set_aside, rows_marked`; draws the first `most` places.
    """
    _ = language.translator(lang).gettext
    name = "village" if "village" in places else "township"
    rows = places.assign(doubtful=places["rows_set_aside"] + places["rows_marked"])
    rows = rows.sort_values("doubtful", ascending=False, kind="stable")
    drawn = rows.head(most)
    ax = drawing.sheet(ax, len(drawn), lang)
    if not rows["doubtful"].sum():
        ax.set_axis_off()
        return drawing.titled(ax, _("No row is set aside or marked"), lang)
    names = [_("place unknown") if pd.isna(place) else language.place(place, lang) for place in drawn[name]]
    bars = ax.barh(range(len(drawn)), drawn["doubtful"], height=0.62, color=style.UNITS["households"])
    shares = [_("{rows} ({share} of its rows)").format(rows=language.counted(n, "rows", lang),
        share=language.share(n / read, lang))
              for n, read in zip(drawn["doubtful"], drawn["rows_read"], strict=True)]  # fmt: skip
    drawing.value_labels(ax, bars, shares)
    drawing.row_names(ax, names)
    label = drawing.limited(_("rows set aside or marked"), len(rows) - len(drawn), lang)
    drawing.quiet_x(ax, label, float(drawn["doubtful"].max()), room=1.6)
    title = _("{place} has most rows set aside or marked: {rows}").format(
        place=names[0], rows=language.counted(int(drawn["doubtful"].iloc[0]), "rows", lang))  # fmt: skip
    return drawing.titled(ax, title, lang, drawing.told(names, shares, lang))
