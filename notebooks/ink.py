"""How the pictures of these notebooks look: few colours, few lines, and words where the eye is."""

from typing import Any

import matplotlib.dates
import matplotlib.pyplot as plt
import matplotlib_inline.backend_inline
from matplotlib.axes import Axes

INK = "#2b2d38"
GREY = "#8b8e99"
PALE = "#d9dbe1"
PAPER = "#fdfcf9"

RED = "#d9512c"
BLUE = "#3b7bbf"
GREEN = "#3a9a6b"
GOLD = "#d99a1c"
VIOLET = "#7d62b8"

matplotlib_inline.backend_inline.set_matplotlib_formats("retina")
plt.rcParams.update(
    {
        "figure.facecolor": PAPER, "axes.facecolor": "none", "savefig.facecolor": PAPER,
        "figure.dpi": 96, "savefig.pad_inches": 0.22,
        "font.size": 10, "text.color": INK, "axes.labelcolor": GREY, "axes.edgecolor": PALE,
        "axes.spines.top": False, "axes.spines.right": False, "axes.spines.left": False,
        "xtick.color": GREY, "ytick.color": GREY, "xtick.major.size": 3, "ytick.major.size": 0,
        "xtick.major.width": 0.8, "lines.solid_capstyle": "round", "lines.linewidth": 1.6,
    }
)  # fmt: skip


def picture(
    title: str, told: str = "", *, wide: float = 9.6, high: float = 4.4, left: float = 0.1,
    rows: int = 1, columns: int = 1, **more: Any,
) -> Any:  # fmt: skip
    """Axes to draw on, one or an array of them, below a sentence and what more there is to say.

    All in inches; ``left`` is kept free for names.
    """
    figure, axes = plt.subplots(rows, columns, figsize=(wide, high), **more)
    lines = told.count("\n") + 1 if told else 0
    figure.subplots_adjust(
        left / wide, 0.42 / high, 1 - 0.25 / wide, 1 - (0.46 + 0.2 * lines) / high
    )
    figure.text(0, 1, title, size=14, weight="bold", va="top")
    if told:
        figure.text(0, 1 - 0.3 / high, told, color=GREY, va="top", linespacing=1.35)
    return axes


def say(
    ax: Axes, x: Any, y: Any, text: str, colour: str = INK, *, dx: float = 0, dy: float = 0,
    **more: Any,
) -> None:  # fmt: skip
    """Write next to a place in a picture, so many points away from it."""
    ax.annotate(
        text, (x, y), (dx, dy), textcoords="offset points", color=colour, annotation_clip=False,
        **{"va": "center", "size": 9.5} | more,
    )  # fmt: skip


def hours(ax: Axes) -> None:
    """Tell the time of day along the bottom, and no more than is needed."""
    ax.xaxis.set_major_locator(matplotlib.dates.AutoDateLocator(maxticks=8))
    ax.xaxis.set_major_formatter(matplotlib.dates.DateFormatter("%H:%M"))


def bare(ax: Axes) -> None:
    """Nothing around what is drawn."""
    ax.set(xticks=[], yticks=[])
    for spine in ax.spines.values():
        spine.set_visible(False)
