"""Labels on a map: each stands where it meets no other one, and is left out, and counted, where there is no such place."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from tuopin_analysis.report import drawing

STEPS = (0.0, 0.6, 1.2, 1.8)  # of a label's height or width, that it is moved away from its place
DIRECTIONS = ((0, 0), (0, -1), (0, 1), (1, 0), (-1, 0), (1, -1), (-1, -1), (1, 1), (-1, 1))
SHRINK = (1.0, 0.85)


def place(ax: Axes, labels: Sequence[Text], blocked: Sequence[Bbox] = ()) -> int:
    """Move the labels, the most important first, until none meets another, a blocked box or the axes' edge.

    Returns how many are left out, since nothing near them is free.
    """
    renderer = drawing.figure(ax).canvas.get_renderer()  # type: ignore[attr-defined]
    edge = ax.get_window_extent(renderer)
    taken = list(blocked)
    left_out = 0
    for label in labels:
        free = next((box for box in _tries(label, renderer) if _fits(box, edge, taken)), None)
        if free is None:
            label.remove()
            left_out += 1
        else:
            taken.append(free)
    return left_out


def _fits(box: Bbox, edge: Bbox, taken: Sequence[Bbox]) -> bool:
    inside = box.x0 >= edge.x0 and box.x1 <= edge.x1 and box.y0 >= edge.y0 and box.y1 <= edge.y1
    return inside and not any(box.overlaps(other) for other in taken)


def _tries(label: Text, renderer):
    """Where a label may stand, nearest first: it stands there while its box is looked at."""
    axes = label.axes
    assert axes is not None
    home, size = axes.transData.transform(label.get_position()), float(label.get_fontsize())
    for shrink in SHRINK:
        label.set_fontsize(size * shrink)
        box = label.get_window_extent(renderer)
        for step in STEPS:
            for across, up in DIRECTIONS if step else DIRECTIONS[:1]:
                moved = home[0] + across * step * box.width, home[1] + up * step * box.height
                x, y = axes.transData.inverted().transform(moved)
                label.set_position((x, y))
                yield label.get_window_extent(renderer).padded(1.0)
