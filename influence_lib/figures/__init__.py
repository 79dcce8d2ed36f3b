"""One function a figure. The title is the finding; the picture holds marks, axes and labels only."""

from influence_lib.figures.drawing import DPI, MOST_ROWS, ROW_HIGH, WIDE, Chart, NoChart, change_ticks, safe, size_ticks
from influence_lib.figures.engagement import effects_forest, published_forest, ranking_forest, size_scatter, tier_rates
from influence_lib.figures.money import creator_forest, returns_forest
from influence_lib.figures.quality import reading_ages
from influence_lib.figures.sales import sales_path
from influence_lib.figures.saturation import contrast_strip, dose_scatter, share_forest

__all__ = [
    "DPI",
    "MOST_ROWS",
    "ROW_HIGH",
    "WIDE",
    "Chart",
    "NoChart",
    "change_ticks",
    "contrast_strip",
    "creator_forest",
    "dose_scatter",
    "effects_forest",
    "published_forest",
    "ranking_forest",
    "reading_ages",
    "returns_forest",
    "safe",
    "sales_path",
    "share_forest",
    "size_scatter",
    "size_ticks",
    "tier_rates",
]
