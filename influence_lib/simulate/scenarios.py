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
    sales_drift: float = 0.004
    """Standard deviation of the daily step by which log sales wander."""
    sales_noise: float = 0.0
    """Standard deviation of further noise in log sales, beside that of counting."""
    sales_memory: float = 0.0
    """Correlation of that noise from one day to the next."""
    tail_freedom: float | None = None
    """Degrees of freedom of that noise, Student's; None: normal."""
    annual_wave: float = 0.0
    """Log points by which sales rise and fall over a year; they are highest in the middle of May."""
    promo_share: float = 0.0
    """Share of days with a promotion of the brand's own; the noise is doubled on them."""
    promo_effect: float = 0.25
    """Log points that sales gain on such a day."""
    level_shift: float = 0.0
    """Log points by which base sales jump before the campaign, for good."""
    level_shift_days: int = 45
    """Days before the launch on which they do."""
    theta_by_size: float = 0.0
    """Log points of return on fees for ten times as many followers."""
    theta_by_category: float = 0.0
    """Standard deviation of the categories' effects on the log return on fees."""
    code_use: float = 0.55
    """Chance that a buyer won by a creator uses the code."""
    leak_scale: float = 1.0
    """Multiplies every creator's usual leak, Beta(1, 9); 0 means that no code leaks by itself."""
    coupon_share: float = 0.1
    """Chance that a code gets on a coupon site, a week after the creator's first post."""
    coupon_leak: float = 0.5
    """Fraction of such a code's expected redemptions that are by buyers who would have come anyway."""
    earlier_campaigns: int = 0
    """Campaigns of the same creators before this one, sixty days apart."""
    earlier_share: float = 0.8
    """Chance that a creator took part in each of them."""
    survey_share: float = 0.45
    """Chance that an order answers the survey."""
    survey_recall: float = 0.7
    """Chance that an answer of a buyer won by a creator says so."""
    survey_named: float = 0.75
    """Chance that such an answer names the creator too."""
    survey_false: float = 0.03
    """Chance that any other answer claims a creator."""
    population: int = 20_000_000
    """People of whom every creator's followers are a part."""
    overlap: float = 0.3
    """How much audiences overlap: about twice the Jaccard index of two small accounts of one kind."""
    repeat_worth: float = 1.0
    """What reaching a person again is worth, against the first time, by creators other than the first."""
    treated_regions: int = 0
    """Regions in which alone the campaign causes orders; 0: all of them."""
    regional_noise: float = 0.0
    """Standard deviation of the daily step by which a region's log share of sales wanders."""
    boost_share: float = 0.0
    """Chance that a creator's post is boosted, beside the few that always are."""
    boost_budget: float = 40.0
    """Median EUR of such a boost."""
    visits_per_order: float = 6.0
    """Visits of the shop for each order caused."""
    follows_per_order: float = 0.5
    """Followers the brand's own account gains for each order caused."""
    budget_weeks: int = 0
    """Weeks of spending by tier, whose orders follow Hill curves; 0: there is no such programme."""


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
    "sales_autocorrelated": replace(
        _DEFAULT,
        description="Sales remember the day before; they wander less, and rise and fall over the year.",
        sales_drift=0.0,
        sales_noise=0.08,
        sales_memory=0.6,
        annual_wave=0.1,
    ),
    "sales_level_shift": replace(
        _DEFAULT,
        description="Base sales jump by a fifth 45 days before the campaign and stay there.",
        level_shift=0.18,
    ),
    "sales_heavy_tails": replace(
        _DEFAULT,
        description="Sales wander, remember, and have wild days; a tenth of the days are promotions of the brand's.",
        sales_noise=0.08,
        sales_memory=0.5,
        tail_freedom=4.0,
        promo_share=0.1,
    ),
    "by_size": replace(
        _DEFAULT,
        description="Return on fees falls a little with size and differs a little by category.",
        theta_by_size=-0.25,
        theta_by_category=0.15,
    ),
    "repeated": replace(
        _DEFAULT,
        description="Three earlier campaigns of the same creators are in the files, under other names.",
        pre_days=260,
        fee_return=1.9,
        earlier_campaigns=3,
    ),
    "leaky": replace(
        _DEFAULT,
        description="A quarter of the codes get on a coupon site after a week; the others do not leak.",
        leak_scale=0.0,
        coupon_share=0.25,
        coupon_leak=0.6,
    ),
    "tight": replace(_DEFAULT, description="No code leaks.", leak_scale=0.0, coupon_share=0.0),
    "overlapping": replace(
        _DEFAULT,
        description="Audiences overlap a lot, and reaching a person again is worth a third of the first time.",
        fee_return=3.0,
        overlap=0.6,
        repeat_worth=0.35,
    ),
    "regions": replace(
        _DEFAULT,
        description="The campaign causes orders in eight of 24 regions only; sales of a region wander.",
        orders_per_day=150.0,
        fee_return=3.0,
        treated_regions=8,
        regional_noise=0.01,
    ),
    "boosted": replace(
        _DEFAULT,
        description="Posts of half of the creators are boosted, to several audiences.",
        boost_share=0.5,
        boost_budget=60.0,
    ),
    "budgets": replace(
        _DEFAULT,
        description="Two years of weekly spending by tier, each tier with a curve of its own that flattens.",
        pre_days=740,
        orders_per_day=60.0,
        budget_weeks=110,
    ),
    "worked": Scenario(
        "Demo: small accounts, modest sponsored shares, a campaign that clearly paid back.",
        creators=36,
        posts=900,
        feed_days=181,
        pre_days=130,
        sizes=_SMALL_ACCOUNTS,
        sponsored_effect=-0.08,
        share_level=-2.1,
        fake_share=0.05,
        campaign_posts=(1, 2),
        fee=22.0,
        orders_per_day=18.0,
        fee_return=5.0,
        boost_share=0.35,
        boost_budget=14.0,
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
        boost_share=0.35,
        boost_budget=25.0,
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
