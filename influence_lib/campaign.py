"""The parameters of one campaign: one YAML, one validated model, all problems told at once."""

import csv
import datetime as dt
import difflib
import io
import itertools
import json
import re
import zoneinfo
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import babel.numbers
import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from influence_lib.language import LOCALES, is_locale

ID_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,63}$"
DEVICE_NAMES = {"con", "prn", "aux", "nul", *(f"{stem}{n}" for stem in ("com", "lpt") for n in range(1, 10))}
SIZE_LIMIT = 200_000

Fraction = Annotated[float, Field(ge=0, le=1)]
SourceName = Literal[
    "tracker", "roster", "meta_instagram", "meta_facebook", "meta_daily", "instagram_graph", "tiktok_videos",
    "tiktok_overview", "tiktok_followers", "youtube_videos", "youtube_daily", "x_posts", "x_overview", "tweet_activity",
    "ga4", "shopify_orders", "orders", "affiliate_actions", "amazon_associates", "attributed_sales", "payments",
    "daily_series", "facebook_metrics", "mentions", "audience", "events", "deliverables", "survey", "boosts",
]  # fmt: skip


PlatformName = Literal[
    "instagram", "facebook", "tiktok", "youtube", "snapchat", "twitch", "x", "linkedin", "pinterest", "blog", "podcast",
    "other",
]  # fmt: skip
PublishedMetric = Literal[
    "likes_by_followers", "likes_and_comments_by_followers", "engagements_by_followers", "reach_by_followers"
]


class InputError(Exception):
    """A request or an input cannot be used; the message names file, key, row or column and the way out."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a parameter file."""

    key: str
    message: str


class CampaignError(InputError):
    """A parameter file cannot be used; the message lists every problem of the file."""

    def __init__(self, file: Path, problems: list[Problem]) -> None:
        """Word the problems of `file`."""
        self.file, self.problems = file, problems
        lines = [
            f"  - {problem.key}: {problem.message}" if problem.key else f"  - {problem.message}" for problem in problems
        ]
        super().__init__("\n".join([f"{file} cannot be used:", *lines]))


class _Model(BaseModel):
    """Settings shared by all parts: no unknown keys, no silent conversion, no later change."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, str_strip_whitespace=True)


class FileParameters(_Model):
    """One export and what cannot be read from it."""

    path: str = Field(description="the export, as downloaded; relative to this YAML", min_length=1)
    source: SourceName | None = Field(
        None, description="what kind of file it is; recognised by its headers when left out"
    )
    columns: dict[str, str | list[str]] = Field(
        default_factory=dict, description="canonical column: header in the file; overrides any guess"
    )
    sheet: str | None = Field(None, description="the sheet of a workbook; the first fitting one when left out")
    platform: str | None = Field(None, description="the platform, where the file has no column for it")
    creator: str | None = Field(
        None, description="the creator's handle, where the file is an account's own export and does not name it"
    )
    exported_on: dt.date | None = Field(
        None, description="the day the file was downloaded: its numbers are of that day, where it does not say"
    )
    year: int | None = Field(
        None, description="year of the last date, where dates have none; the latest that fits when left out", ge=2005
    )
    timezone: str | None = Field(None, description="time zone of times without an offset; the campaign's when left out")
    date_order: Literal["day_first", "month_first", "year_first"] | None = Field(
        None, description="order of the parts of a date such as 03/04/2026; needed only when every date is ambiguous"
    )
    decimal: Literal[".", ","] | None = Field(
        None, description="decimal mark of numbers such as 1.234; needed only when every number is ambiguous"
    )
    currency: str | None = Field(None, description="currency of the amounts, where the file has no column for it")


class PublishedFigure(_Model):
    """One published figure: which rate was said to be usual, for whom, when and by whom. A row of a benchmarks file."""

    key: str = Field(description="short name of the figure, in small letters", pattern=r"^[a-z][a-z0-9_]{0,60}$")
    claim: str = Field("", description="the requirement it belongs to; empty for a figure that is only compared")
    platform: PlatformName | None = Field(None, description="where it was measured; empty when nobody says")
    metric: PublishedMetric = Field(description="what was divided by the followers")
    aggregation: Literal["mean", "median"] | None = Field(None, description="how creators were averaged; empty: untold")
    population: str = Field(description="who was measured, in words for the page", min_length=1, max_length=120)
    followers_from: int = Field(0, description="fewest followers (included), in full: 1000; empty for no limit", ge=0)
    followers_to: int | None = Field(None, description="followers (excluded), in full: 10000; empty for no limit", ge=1)
    low: float = Field(description="the published rate as a share: write 0.04 for 4 %", gt=0, le=1)
    high: float = Field(description="its upper end as a share; the same as low for a single number", gt=0, le=1)
    year: int = Field(description="when it was published, as 2016", ge=1990, le=2100)
    source: str = Field(description="who published it, then where: name, address", min_length=1, max_length=200)
    certainty: Literal["found", "from memory", "unsourced"] = Field(description="how the figure is known")

    @field_validator("high")
    @classmethod
    def _not_below_low(cls, value: float, info: ValidationInfo) -> float:
        """Refuse an upper end below the lower one."""
        low = info.data.get("low")
        if low is not None and value < low:
            raise ValueError(f"the upper end must not lie below the lower one, {low:g}")
        return value

    @field_validator("followers_to")
    @classmethod
    def _above_from(cls, value: int | None, info: ValidationInfo) -> int | None:
        """Refuse a follower band that is empty."""
        if value is not None and value <= info.data.get("followers_from", 0):
            raise ValueError("must be more than followers_from")
        return value

    @property
    def band(self) -> tuple[float, float]:
        """Return the followers it is about: from (included), to (excluded)."""
        return self.followers_from, self.followers_to or float("inf")


class EarlierCampaign(_Model):
    """Another campaign of the same brand, over before this one or running beside it."""

    campaign_id: str = Field(description="its short name", pattern=ID_PATTERN)
    start: dt.date = Field(description="its first day")
    end: dt.date = Field(description="its last day")
    labels: list[str] = Field(default_factory=list, description="how the files name it; its id when left out")

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        """Refuse a campaign that ends before it starts."""
        if self.end < self.start:
            raise ValueError(f"end: {self.end} is before start {self.start}")
        return self


class Campaign(_Model):
    """The parameters of one campaign."""

    campaign_id: str = Field(description="short name; the same as the file's name", pattern=ID_PATTERN)
    brand: str = Field(description="the brand, as readers should see it", min_length=1, max_length=80)
    start: dt.date = Field(description="first day of the campaign")
    end: dt.date = Field(description="last day of the campaign")
    files: list[FileParameters] = Field(description="the exports", min_length=1)
    title: str | None = Field(None, description="the campaign's name, as readers should see it", max_length=80)
    campaign_labels: list[str] = Field(
        default_factory=list, description="how the files name this campaign; its id and title when left out"
    )
    timezone: str = Field("UTC", description="the brand's time zone, for times without an offset and for days")
    currency: str | None = Field(None, description="currency of money, such as EUR; without it nothing is about money")
    exchange_rates: dict[str, Annotated[float, Field(gt=0)]] = Field(
        default_factory=dict,
        description="what one unit of another currency is worth in the campaign's; "
        "left out, the European Central Bank's rate of each day counts where it is known",
    )
    as_of: dt.date | None = Field(None, description="the day the report speaks of; today when left out")
    synthetic: bool = Field(False, description="true when the data are made up; every page says so")
    creator_names: Literal["hashed", "shown"] = Field(
        "hashed", description="whether creators appear under a hash or under the names in the files"
    )
    margin: Annotated[float, Field(gt=0, le=1)] | None = Field(
        None,
        description="share of net revenue left after goods, payment and delivery; without it no return on investment",
    )
    earlier_campaigns: list[EarlierCampaign] = Field(
        default_factory=list,
        description="other campaigns of the brand whose costs and sales are in the files: they tell luck from skill",
    )
    treated_regions: list[str] = Field(
        default_factory=list,
        description="regions where the campaign ran, as the files name them; the others are what it is compared with",
    )
    leaked_share: tuple[Fraction, Fraction] = Field(
        (0.0, 0.3), description="share of a code's orders that would have come anyway, least and most thought possible"
    )
    code_use: tuple[Fraction, Fraction] = Field(
        (0.4, 1.0), description="share of buyers won by a creator who use the code, least and most thought possible"
    )
    managing_cost: Annotated[float, Field(ge=0)] | None = Field(
        None, description="what managing one more creator costs (hours, tools), in the campaign's currency"
    )
    large_account_fee: Annotated[float, Field(gt=0)] | None = Field(
        None, description="what one post of a very large account would cost (a quote), to compare many small ones with"
    )
    large_account_followers: int = Field(1_000_000, description="followers of that account", ge=1)
    fee_cap: Annotated[float, Field(gt=0)] = Field(
        500.0, description="published price of a post that few exceed, in the campaign's currency (claim S2-15)"
    )
    return_claim: Annotated[float, Field(gt=0)] = Field(
        6.5, description="published value back for each 1 spent (claim S3-01)"
    )
    move_cap: Annotated[float, Field(gt=0, le=1)] = Field(
        0.3, description="by how much of itself a creator's or tier's spend may move from one campaign to the next"
    )
    attribution_days: int = Field(28, description="days after the end in which a code still counts", ge=0, le=365)
    brand_codes: list[str] = Field(default_factory=list, description="discount codes of the brand itself")
    minimum_age_days: int = Field(7, description="posts younger than this when read are left out of rates", ge=0, le=90)
    trend_age_days: int = Field(
        14, description="posts younger than this when read are left out of comparisons over time", ge=0, le=180
    )
    band: tuple[int, int] = Field((25_000, 250_000), description="followers from, to: the size the brand looks for")
    benchmark: tuple[Fraction, Fraction] = Field(
        (0.03, 0.04), description="engagement rate expected in the band, from, to (published claim S0-10)"
    )
    tiers: dict[str, tuple[int, int]] = Field(
        default_factory=lambda: {
            "nano": (1_000, 10_000),
            "micro": (10_000, 100_000),
            "macro": (100_000, 1_000_000),
            "mega": (1_000_000, 1_000_000_000),
        },
        description="follower bands by name: from (included), to (excluded)",
    )
    saturation_limit: Fraction = Field(0.5, description="highest acceptable share of sponsored posts")
    saturation_days: int = Field(90, description="days over which that share is taken", ge=28, le=366)
    check_days: int = Field(92, description="days after which the sponsorships have to be checked again", ge=1, le=366)
    last_check: dt.date | None = Field(
        None, description="the day somebody last looked at who sponsors the creators; new sponsors are told from it on"
    )
    competitors: list[str] = Field(
        default_factory=list, description="brands that the creators should not post for at the same time"
    )
    engagement_floor: Fraction = Field(
        0.03, description="lowest acceptable engagement rate by followers of a creator (published claim S0-10)"
    )
    best_creators: int = Field(5, description="how many creators the brand can take on: the k of 'in the best k'", ge=1)
    benchmarks: str | None = Field(
        None,
        description="a CSV of published figures in place of the one that comes along; relative to this YAML",
        min_length=1,
    )
    benchmark_margin: Fraction = Field(
        0.1, description="by how much of itself a published figure may be missed and still count as met"
    )
    confidence: float = Field(0.95, description="level of all intervals", ge=0.5, lt=1)
    quarantine_limit: Fraction = Field(0.05, description="share of rows set aside above which a file is refused")
    creator_pages: bool = Field(
        False, description="whether each creator gets a page about the own posts, to be sent to that creator alone"
    )
    language: Literal["en", "de"] = Field("en", description="language of the pages")
    locale: str | None = Field(
        None,
        description="how numbers, dates and money are written, such as en_US or de_CH; the language's when left out",
    )
    seed: int = Field(20260101, description="start of every random number; printed on the page", ge=0)

    _home: Path = Path()
    _today: dt.date | None = None

    @field_validator("campaign_id")
    @classmethod
    def _not_a_device(cls, value: str) -> str:
        """Refuse names that Windows keeps for devices."""
        if value in DEVICE_NAMES:
            raise ValueError("this name is reserved by Windows; choose another")
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        """Refuse an unknown time zone."""
        if value not in zoneinfo.available_timezones():
            raise ValueError(f"unknown time zone '{value}'; write one such as Europe/Berlin or UTC")
        return value

    @field_validator("brand", "title")
    @classmethod
    def _printable(cls, value: str | None) -> str | None:
        """Refuse control and direction signs, which can make a page read differently from its text."""
        if value is not None and not value.isprintable():
            raise ValueError("holds an invisible sign; write it anew with plain letters")
        return value

    @field_validator("currency")
    @classmethod
    def _known_currency(cls, value: str | None) -> str | None:
        """Refuse an unknown currency."""
        if value is not None and value not in babel.numbers.list_currencies():
            raise ValueError(f"unknown currency '{value}'; write its three letters such as EUR")
        return value

    @field_validator("locale")
    @classmethod
    def _known_locale(cls, value: str | None) -> str | None:
        """Refuse a locale that nobody knows."""
        if value is not None and not is_locale(value):
            raise ValueError(f"unknown locale '{value}'; write one such as en_GB, en_US, de_DE or de_CH")
        return value

    @field_validator("exchange_rates")
    @classmethod
    def _known_currencies(cls, value: dict[str, float]) -> dict[str, float]:
        """Refuse rates of unknown currencies."""
        for currency in value:
            cls._known_currency(currency)
        return value

    @field_validator("band", "benchmark", "leaked_share", "code_use")
    @classmethod
    def _rising(cls, value: tuple[float, float]) -> tuple[float, float]:
        """Refuse a range that does not rise."""
        if value[0] >= value[1]:
            raise ValueError("the first number must be smaller than the second")
        return value

    @field_validator("tiers")
    @classmethod
    def _named_bands(cls, value: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
        """Refuse tier names that cannot be part of an id, bands that do not rise and bands that overlap."""
        for name, (low, high) in value.items():
            if not re.fullmatch(r"[a-z][a-z0-9_]{0,30}", name) or low >= high:
                raise ValueError(f"tier '{name}': use a lower-case name, and a first number below the second")
        ordered = sorted(value.values())
        if any(first[1] > second[0] for first, second in itertools.pairwise(ordered)):
            raise ValueError("two tiers overlap; end each where the next begins")
        return value

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        """Refuse a campaign that ends before it starts."""
        if self.end < self.start:
            raise ValueError(f"end: {self.end} is before start {self.start}")
        return self

    @classmethod
    def load(cls, file: str | Path, as_of: str | dt.date | None = None) -> "Campaign":
        """Return the campaign of a YAML file; `as_of` (a date or YYYY-MM-DD) overrides the file's.

        Raises CampaignError with every problem of the file.
        """
        path = Path(file)
        raw = _read_yaml(path)
        if as_of:
            raw["as_of"] = str(as_of)
        problems: list[Problem] = []
        try:
            campaign = cls.model_validate_json(json.dumps(raw))
        except ValidationError as error:
            raise CampaignError(path, [_problem(item) for item in error.errors()]) from error
        if campaign.campaign_id != path.stem:
            problems.append(
                Problem("campaign_id", f"is '{campaign.campaign_id}' but the file is '{path.name}'; make them the same")
            )
        campaign._home = path.resolve().parent
        campaign._today = campaign.as_of or dt.datetime.now(zoneinfo.ZoneInfo(campaign.timezone)).date()
        problems += [p for number, entry in enumerate(campaign.files) for p in campaign._file_problems(number, entry)]
        problems += campaign._benchmark_problems()
        if problems:
            raise CampaignError(path, problems)
        return campaign

    @classmethod
    def blank(cls) -> "Campaign":
        """Return parameters good enough to look into a file that belongs to no campaign yet."""
        far = dt.date(2100, 1, 1)
        files = [FileParameters.model_validate({"path": "none"})]
        campaign = cls(campaign_id="new", brand="new", start=dt.date(2000, 1, 1), end=far, as_of=far, files=files)  # type: ignore[call-arg]
        campaign._today = far
        return campaign

    def _file_problems(self, number: int, entry: FileParameters) -> list[Problem]:
        """Return what is wrong with one entry of `files` before it is opened."""
        if "://" in entry.path:
            return self._path_problems(f"files.{number + 1}.path", entry.path)
        problems = self._path_problems(f"files.{number + 1}.path", entry.path)
        if entry.timezone is not None and entry.timezone not in zoneinfo.available_timezones():
            problems.append(Problem(f"files.{number + 1}.timezone", f"unknown time zone '{entry.timezone}'"))
        return problems

    def _path_problems(self, key: str, named: str) -> list[Problem]:
        """Return what is wrong with a file that a key names, before it is opened."""
        path = self._home / named
        if "://" in named:
            return [Problem(key, f"'{named}' is an address; download the file and name it here")]
        if not _there(path):
            way_out = "correct the path or export it again"
            return [Problem(key, f"there is no file '{named}' (paths are relative to this YAML); {way_out}")]
        if not path.is_file():
            return [Problem(key, f"'{named}' is not a file; name the export itself")]
        if path.stat().st_size == 0:
            return [Problem(key, f"'{named}' is empty (0 bytes); export it again")]
        return []

    def _benchmark_problems(self) -> list[Problem]:
        """Return what is wrong with the file of published figures, where the YAML names one."""
        if self.benchmarks is None or self.benchmarks_file is None:
            return []
        problems = self._path_problems("benchmarks", self.benchmarks)
        if problems:
            return problems
        try:
            read_published(self.benchmarks_file)
        except CampaignError as error:
            return [Problem(f"benchmarks: '{self.benchmarks}', {p.key}", p.message) for p in error.problems]
        return []

    @property
    def benchmarks_file(self) -> Path | None:
        """Return where the campaign's own published figures lie; None where those that come along are used."""
        return None if self.benchmarks is None else self._home / self.benchmarks

    @property
    def home(self) -> Path:
        """Return the folder of the YAML."""
        return self._home

    def path_of(self, entry: FileParameters) -> Path:
        """Return where an entry of `files` lies."""
        return self._home / entry.path

    @property
    def number_locale(self) -> str:
        """Return how numbers, dates and money are written: as told, or as usual in the language of the pages."""
        return self.locale or LOCALES[self.language]

    @property
    def today(self) -> dt.date:
        """Return the day the report speaks of."""
        return self._today or self.end

    @property
    def name(self) -> str:
        """Return the campaign's name for readers."""
        return self.title or self.campaign_id.replace("_", " ").replace("-", " ").capitalize()

    @property
    def labels(self) -> set[str]:
        """Return, in small letters, how the files may name this campaign."""
        given = self.campaign_labels or [self.campaign_id, self.name]
        return {label.casefold().strip() for label in given}


def _there(path: Path) -> bool:
    """Tell whether there is something at a path; a path no system takes leads nowhere."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


class _StrictLoader(yaml.SafeLoader):
    """Safe YAML with the surprises taken out: a key twice is an error, no and 1:30 and dates stay text."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return the mapping; raise when a key stands there twice."""
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key '{key}' stands here twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Refuse aliases, which can blow a small file up."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(
                None, None, "aliases (*name) are not allowed", self.peek_event().start_mark
            )
        return super().compose_node(parent, index)


_StrictLoader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:bool", r"^(?:true|false)$", "tf"),
    ("tag:yaml.org,2002:null", r"^(?:null|~|)$", ["n", "~", ""]),
    ("tag:yaml.org,2002:int", r"^-?(?:0|[1-9][0-9_]*)$", "-0123456789"),
    ("tag:yaml.org,2002:float", r"^-?(?:0|[1-9][0-9]*)\.[0-9]+$", "-0123456789"),
):
    _StrictLoader.add_implicit_resolver(_tag, re.compile(_pattern), list(_first))


def _read_yaml(path: Path) -> dict[str, Any]:
    """Return the mapping in a YAML file, or raise CampaignError."""
    if not path.is_file():
        raise CampaignError(path, [Problem("", "there is no such file; `influence new NAME FILE...` writes one")])
    if path.stat().st_size > SIZE_LIMIT:
        raise CampaignError(path, [Problem("", f"larger than {SIZE_LIMIT} bytes; this is not a parameter file")])
    try:
        raw = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=_StrictLoader)
    except UnicodeDecodeError as error:
        raise CampaignError(path, [Problem("", "is not UTF-8 text; save it as UTF-8")]) from error
    except yaml.YAMLError as error:
        raise CampaignError(path, [Problem("", _yaml_fault(error))]) from error
    except (TypeError, ValueError, RecursionError) as error:
        raise CampaignError(path, [Problem("", "not a simple list of keys and values")]) from error
    if not isinstance(raw, dict):
        raise CampaignError(path, [Problem("", "holds no keys; `influence new NAME FILE...` writes a commented one")])
    return raw


def _yaml_fault(error: yaml.YAMLError) -> str:
    """Return a YAML error as one sentence with its line."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    where = f"line {mark.line + 1}: " if mark else ""
    return f"{where}{getattr(error, 'problem', None) or 'not valid YAML'}"


def read_published(file: Path) -> tuple[PublishedFigure, ...]:
    """Return the published figures of a benchmarks file.

    Raises CampaignError with every problem, each with its row and column and the way out.
    """
    figures, problems = list[PublishedFigure](), list[Problem]()
    for number, cells in _published_rows(file):
        try:
            figure = PublishedFigure.model_validate_strings({k: v for k, v in cells.items() if v}, strict=False)
        except ValidationError as error:
            problems += [_cell_problem(number, item) for item in error.errors()]
            continue
        if figure.key in {known.key for known in figures}:
            problems.append(Problem(f"row {number}, column 'key'", f"'{figure.key}' stands here twice; rename one"))
        figures.append(figure)
    if problems:
        raise CampaignError(file, problems)
    return tuple(figures)


def _published_rows(file: Path) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of a benchmarks file with their numbers, the names of the columns being row 1."""
    table = _cells(file)
    names = [name.strip() for name in table[0]] if table else []
    rows = [(number, row) for number, row in enumerate(table[1:], 2) if any(cell.strip() for cell in row)]
    problems = _column_problems(names)
    told = f"must have {len(names)} cells; put text with a comma in it between quotes"
    problems += [Problem(f"row {n}", f"has {len(row)} cells and {told}") for n, row in rows if len(row) != len(names)]
    if not rows:
        problems.append(Problem("row 2", "there is no figure; leave `benchmarks` out to use those that come along"))
    if problems:
        raise CampaignError(file, problems)
    return [(n, dict(zip(names, (cell.strip() for cell in row), strict=True))) for n, row in rows]


def _cells(file: Path) -> list[list[str]]:
    """Return the cells of a CSV parted by commas or semicolons."""
    if file.stat().st_size > SIZE_LIMIT:
        raise CampaignError(file, [Problem("row 1", f"larger than {SIZE_LIMIT} bytes; this is no list of figures")])
    try:
        text = file.read_text(encoding="utf-8-sig")
        head = text.partition("\n")[0]
        return list(csv.reader(io.StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ","))
    except (UnicodeDecodeError, csv.Error) as error:
        raise CampaignError(file, [Problem("row 1", "is not a CSV in UTF-8; save it as 'CSV UTF-8'")]) from error


def _column_problems(names: list[str]) -> list[Problem]:
    """Return which columns of a benchmarks file are missing, unknown or there twice."""
    fields = PublishedFigure.model_fields
    wrong = [
        f"the column '{name}' is missing; add it" for name, f in fields.items() if f.is_required() and name not in names
    ]
    wrong += [f"unknown column '{name}'; the columns are: {', '.join(fields)}" for name in names if name not in fields]
    wrong += [f"the column '{name}' stands here twice" for name in sorted({n for n in names if names.count(n) > 1})]
    return [Problem("row 1", told) for told in wrong]


def _cell_problem(row: int, item: Any) -> Problem:
    """Return one wrong cell of a benchmarks file in the words of a person."""
    column = str(item["loc"][0])
    meaning = PublishedFigure.model_fields[column].description
    if item["type"] == "missing":
        return Problem(f"row {row}, column '{column}'", f"is empty ({meaning})")
    said = item["msg"].removeprefix("Value error, ")
    return Problem(f"row {row}, column '{column}'", f"{said[0].lower()}{said[1:]}, not {item['input']!r} ({meaning})")


def _described(location: tuple[int | str, ...]) -> str:
    """Return what the key at `location` means, or nothing when it is unknown."""
    model: type[BaseModel] = FileParameters if location[0] == "files" and len(location) > 2 else Campaign
    name = str(location[2] if model is FileParameters else location[0])
    known = model.model_fields.get(name)
    return known.description or "" if known else ""


def _problem(item: Any) -> Problem:
    """Return one pydantic error in the words of a person."""
    location = tuple(item["loc"])
    key = ".".join(str(part + 1 if isinstance(part, int) else part) for part in location)
    if item["type"] == "extra_forbidden":
        return Problem("", f"unknown key '{key}'{_nearest(location)}")
    if item["type"] == "missing":
        return Problem(key, f"missing ({_described(location)})")
    said = item["msg"].removeprefix("Value error, ")
    if not location:
        return Problem("", said)
    value = "" if isinstance(item["input"], dict | list) else f", not {item['input']!r}"
    return Problem(key, f"{said[0].lower()}{said[1:]}{value} ({_described(location)})")


def _nearest(location: tuple[int | str, ...]) -> str:
    """Return a suggestion for a mistyped key."""
    model: type[BaseModel] = FileParameters if location[0] == "files" and len(location) > 2 else Campaign
    near = difflib.get_close_matches(str(location[-1]), list(model.model_fields), n=1)
    return f"; did you mean '{near[0]}'?" if near else f"; the keys are: {', '.join(model.model_fields)}"


def json_schema() -> dict[str, Any]:
    """Return the JSON schema of a parameter file, for editors that complete keys."""
    return Campaign.model_json_schema()
