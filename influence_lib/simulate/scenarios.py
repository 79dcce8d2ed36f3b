"""The worlds that can be made up: one frozen set of parameters each."""

import datetime as dt
from dataclasses import dataclass, replace

AS_OF = dt.date(2026, 6, 30)
LAUNCH = dt.date(2026, 5, 18)
FLIGHT_DAYS = 30
AFTER_DAYS = 14
FEED_REST_DAYS = 15
MARGIN = 0.6


@dataclass(frozen=True)
class Scenario:
    """One made-up world: sizes, what engagement follows, and what the campaign did."""

    description: str
    creators: int = 60
    posts: int = 6000
    feed_days: int = 365
    pre_days: int = 120
    sizes: tuple[tuple[float, float, float], ...] = ((0.75, 4.5, 0.45), (0.25, 5.6, 0.5))
    """Mixture of log10 followers: weight, mean, standard deviation."""
    curve: str = "power"
    """How engagement follows followers; `curves` has the formulas."""
    size_elasticity: float = -0.124
    curve_peak: float | None = None
    """Followers at which a plateau or an inverted U turns."""
    reach_elasticity: float = -0.08
    """Relative change of the reach rate for each relative change of followers."""
    format_strength: float = 1.0
    """Multiplies the effects of formats; 0 means that all draw alike."""
    weekday_strength: float = 1.0
    """Multiplies the effects of weekdays; 0 means that all draw alike."""
    kink: float = 0.45
    saturation_slope: float = -1.2
    """Log points of engagement rate for each unit of trailing sponsored share above the kink."""
    sponsored_effect: float = -0.12
    """Log points of engagement rate that a sponsored post loses by itself."""
    share_level: float = -0.7
    """Logit of the typical creator's sponsored share."""
    share_on_quality: float = 1.0
    """Logit of sponsored share for each log point of creator quality."""
    share_steadiness: float = 6.0
    """How steady a creator's share is from quarter to quarter: higher is steadier."""
    marked_share: float = 1.0
    """Share of the other brands' sponsored posts that is marked as sponsored."""
    shock_spread: float = 0.15
    shock_memory: float = 0.4
    fade_response: float = 0.0
    """Logit of sponsored share gained for each log point of engagement lost in the month before."""
    entry_quality: float | None = None
    """Quality a creator below 100,000 followers needs to appear at all."""
    fake_share: float = 0.08
    """Share of creators who buy followers on some day."""
    growth_noise: float = 0.0
    """Standard deviation of the daily change of log followers around the creator's growth."""
    history_days: int | None = None
    """Days between two entries of the follower history; None: there is no such export."""
    early_share: float = 0.0
    """Share of posts whose numbers were also read at an age of 1 to 13 days."""
    only_early_share: float = 0.0
    """Share of the posts read early that nobody read again."""
    competitor_share: float = 0.0
    """Share of creators who also post for a competitor: half of their marked posts for other brands are for it."""
    campaign_posts: tuple[int, int] = (1, 3)
    fee: float = 20.0
    """EUR for one post of an account with 10,000 followers."""
    orders_per_day: float = 22.0
    fee_return: float = 1.0
    """Median creator's expected net revenue caused by 1 EUR of fee."""
    lift: float = 1.0
    """Multiplies the orders caused by the campaign; 0 means none."""


_DEFAULT = Scenario("Sixty creators of all sizes, a year of feed, moderate effects of everything.", history_days=7)
_SMALL_ACCOUNTS = ((0.9, 4.3, 0.35), (0.1, 5.1, 0.3))

SCENARIOS: dict[str, Scenario] = {
    "default": _DEFAULT,
    "null": replace(
        _DEFAULT,
        description="Nothing is true: no effect of size, format, weekday, sponsoring or saturation, no bought "
        "followers, no orders caused. What misleads stays: creators of different quality, the better ones selling "
        "more posts; months and creators with ups and downs; codes that leak.",
        size_elasticity=0.0,
        reach_elasticity=0.0,
        format_strength=0.0,
        weekday_strength=0.0,
        saturation_slope=0.0,
        sponsored_effect=0.0,
        fake_share=0.0,
        lift=0.0,
    ),
    "few_creators": replace(_DEFAULT, description="As default with fifteen creators.", creators=15, posts=1500),
    "undisclosed": replace(_DEFAULT, description="Half of the sponsored posts are not marked.", marked_share=0.5),
    "fading_sellers": replace(
        _DEFAULT,
        description="Creators sell more posts after engagement falls; selling itself does no harm.",
        saturation_slope=0.0,
        sponsored_effect=0.0,
        shock_spread=0.5,
        shock_memory=0.95,
        share_steadiness=30.0,
        fade_response=4.0,
    ),
    "top_list": replace(
        _DEFAULT, description="Small accounts appear only when their engagement is extreme.", entry_quality=0.6
    ),
    "plateau": replace(
        _DEFAULT,
        description="Engagement rate falls up to 100,000 followers, then stays.",
        curve="plateau",
        curve_peak=1e5,
    ),
    "log_saturating": replace(
        _DEFAULT, description="Engagement grows with the logarithm of followers.", curve="log_saturating"
    ),
    "inverted_u": replace(
        _DEFAULT,
        description="Engagement rate peaks at 100,000 followers; engagements for each post have no peak.",
        curve="inverted_u",
        curve_peak=1e5,
    ),
    "counts_plateau": replace(
        _DEFAULT,
        description="Engagements for each post rise up to 100,000 followers, then stay: no best size.",
        curve="counts_plateau",
        curve_peak=1e5,
    ),
    "counts_inverted_u": replace(
        _DEFAULT,
        description="Engagements for each post peak at 100,000 followers: a best size.",
        curve="counts_inverted_u",
        curve_peak=1e5,
    ),
    "early_kink": replace(
        _DEFAULT, description="Engagement falls from a sponsored share of 12 % on already.", kink=0.12
    ),
    "read_twice": replace(
        _DEFAULT,
        description="Most posts were read at 1 to 13 days and again after two weeks, a few only early.",
        early_share=0.6,
        only_early_share=0.2,
    ),
    "bought_followers": replace(
        _DEFAULT,
        description="A quarter of the creators bought followers; followers come and go from day to day.",
        fake_share=0.25,
        growth_noise=0.002,
    ),
    "rival": replace(
        _DEFAULT, description="A quarter of the creators post for a competitor too.", competitor_share=0.25
    ),
    "worked": Scenario(
        "Demo: small accounts, modest sponsored shares, a campaign that clearly paid back.",
        creators=36,
        posts=900,
        feed_days=181,
        pre_days=84,
        sizes=_SMALL_ACCOUNTS,
        sponsored_effect=-0.08,
        share_level=-2.1,
        fake_share=0.05,
        campaign_posts=(1, 2),
        fee=22.0,
        orders_per_day=18.0,
        fee_return=5.0,
    ),
    "saturated": Scenario(
        "Demo: creators who sell most of their posts, a campaign that clearly lost money.",
        creators=32,
        posts=1500,
        feed_days=273,
        pre_days=90,
        sizes=((0.8, 4.7, 0.4), (0.2, 5.4, 0.3)),
        sponsored_effect=-0.29,
        share_level=0.2,
        fake_share=0.05,
        campaign_posts=(2, 3),
        fee=25.0,
        orders_per_day=18.0,
        fee_return=0.3,
    ),
    "small": Scenario(
        "Demo: seven creators, few posts, few orders, a short history: too small to tell.",
        creators=7,
        posts=70,
        feed_days=91,
        pre_days=40,
        sizes=_SMALL_ACCOUNTS,
        share_level=-1.8,
        fake_share=0.0,
        campaign_posts=(1, 2),
        fee=25.0,
        orders_per_day=5.0,
        fee_return=2.2,
    ),
}


def sized(name: str, creators: int | None, posts: int | None) -> Scenario:
    """Return the scenario called `name` with the sizes asked for, else ValueError."""
    if name not in SCENARIOS:
        raise ValueError(f"unknown scenario '{name}'; choose one of {', '.join(SCENARIOS)}")
    scenario = SCENARIOS[name]
    creators = scenario.creators if creators is None else creators
    posts = round(scenario.posts * creators / scenario.creators) if posts is None else posts
    if not 2 <= creators <= 5000:
        raise ValueError(f"creators must be between 2 and 5000, not {creators}")
    if not 4 * creators <= posts <= 1_000_000:
        raise ValueError(f"posts must be between {4 * creators} (four a creator) and 1000000, not {posts}")
    return replace(scenario, creators=creators, posts=posts)
