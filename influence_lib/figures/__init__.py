"""One function a figure. The title is the finding; the picture holds marks, axes and labels only."""

from influence_lib.figures.allocation import budget_moves
from influence_lib.figures.drawing import DPI, MOST_ROWS, ROW_HIGH, WIDE, Chart, NoChart, change_ticks, safe, size_ticks
from influence_lib.figures.engagement import effects_forest, published_forest, ranking_forest, size_scatter, tier_rates
from influence_lib.figures.leaks import leak_rectangle
from influence_lib.figures.money import returns_forest
from influence_lib.figures.programme import programme_curve
from influence_lib.figures.quality import reading_ages
from influence_lib.figures.regions import outcomes_forest, regions_path
from influence_lib.figures.returns import creator_forest
from influence_lib.figures.sales import placebo_strip, sales_path
from influence_lib.figures.saturation import contrast_strip, dose_scatter, share_forest

__all__ = [
    "DPI",
    "MOST_ROWS",
    "ROW_HIGH",
    "WIDE",
    "Chart",
    "NoChart",
    "budget_moves",
    "change_ticks",
    "contrast_strip",
    "creator_forest",
    "dose_scatter",
    "effects_forest",
    "leak_rectangle",
    "outcomes_forest",
    "placebo_strip",
    "programme_curve",
    "published_forest",
    "ranking_forest",
    "reading_ages",
    "regions_path",
    "returns_forest",
    "safe",
    "sales_path",
    "share_forest",
    "size_scatter",
    "size_ticks",
    "tier_rates",
]
