"""What is said of published figures: names that are the same in every language."""

from influence_lib.wording.en.published import PLATFORMS, platform

__all__ = ["PLATFORMS", "platform"]
