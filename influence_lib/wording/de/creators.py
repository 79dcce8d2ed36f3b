"""What is said of creators one by one, and of formats and hours."""

from influence_lib.wording.en.creators import WEEKDAY, WEEKEND
from influence_lib.wording.en.published import platform

FORMATS = {
    "image": "Bilder",
    "carousel": "Karussells",
    "reel": "Reels",
    "story": "Storys",
    "video": "Videos",
    "short": "Shorts",
    "live": "Livestreams",
    "text": "Textbeiträge",
    "blog": "Blogbeiträge",
    "podcast": "Podcast-Folgen",
}


def kind(name: str) -> str:
    """Return the posts of one kind as a reader calls them: Instagram reels, weekend posts, posts from 8:00 to 12:00."""
    if name in {WEEKEND, WEEKDAY}:
        return "Beiträge an Werktagen" if name == WEEKDAY else "Beiträge am Wochenende"
    start, _, rest = name.partition(" ")
    hours = name.replace(" to ", " bis ")
    return f"{platform(start)}-{FORMATS[rest]}" if rest in FORMATS else f"Beiträge von {hours} Uhr"
