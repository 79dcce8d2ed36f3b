"""Join what the files of a campaign gave into one set of canonical tables."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from influence_lib import language, wording
from influence_lib.campaign import Campaign, InputError
from influence_lib.findings import INTAKE_MIME
from influence_lib.intake import assigned, overlaps
from influence_lib.intake.cache import read_file
from influence_lib.intake.hidden import salt
from influence_lib.intake.privacy import without_addresses, without_names
from influence_lib.intake.reading import FileReading
from influence_lib.intake.reasons import REASONS
from influence_lib.intake.source import known
from influence_lib.intake.surveys import resolved
from influence_lib.tables import BRAND, SERIES, TABLES, Tables

# A nightly report on data older than this says so on its face.
LONG_AGO = 30
# Tables whose rows are compared between files, but not within one.
COMPARED = frozenset({"costs", "agreed", "followers", "post_metrics"})
# What must agree where two files have one mention, event or deliverable.
WORK = {"mentions": ["seen_at"], "events": ["at", "kind"], "deliverables": ["influencer_id", "due_at"]}


@dataclass(frozen=True)
class Intake:
    """The tables of one campaign, and the account of every row of every file."""

    campaign: Campaign
    tables: Tables
    files: tuple[FileReading, ...]
    notes: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """Return in one sentence how many rows were used and why the others were not."""
        reasons = [(REASONS[code].words, rows) for code, rows in self.by_reason().items()]
        newest = self.newest
        late = newest is not None and (self.campaign.today - newest).days > LONG_AGO
        told = wording.old_data(newest, self.campaign.today) if late and newest else ""
        return told + wording.intake_sentence(sum(f.rows for f in self.files), sum(f.used for f in self.files), reasons)

    @property
    def newest(self) -> dt.date | None:
        """Return the day of the newest post or order."""
        times = [self.tables.posts["posted_at"].max(), self.tables.orders["ordered_at"].max()]
        days = [time.tz_convert(self.campaign.timezone).date() for time in times if time is not pd.NaT]
        return max(days) if days else None

    def by_reason(self) -> dict[str, int]:
        """Return rows not used, by reason code, most first."""
        counts: dict[str, int] = {}
        for file in self.files:
            for code, rows in [*file.set_aside_by_reason.items(), *file.dropped.items()]:
                counts[code] = counts.get(code, 0) + rows
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    def sources(self, *tables: str) -> str:
        """Return the names of the files that gave any of the tables, for captions; of all files when none is named."""
        given = [file for file in self.files if not tables or set(tables) & set(file.frames)]
        return ", ".join(dict.fromkeys(file.path.name for file in given))

    def require_core(self) -> "Intake":
        """Return itself, or raise InputError where posts or followers are missing: then no question can be answered."""
        core = (
            (self.tables.posts, "posts; add a tracker or a content export with one row a post"),
            (self.tables.followers, "followers; add such a column to the tracker, or a list of creators that has it"),
        )
        for table, told in core:
            if table.empty:
                read = "; ".join(map(_taken_for, self.files))
                name = f"campaign '{self.campaign.campaign_id}'"
                raise InputError(f"{name} cannot be used: none of its files has {told}. Read were: {read}")
        return self

    def to_json(self) -> dict[str, Any]:
        """Return the account as data for the page."""
        campaign = self.campaign
        return {
            "campaign": {
                "campaign_id": campaign.campaign_id,
                "brand": campaign.brand,
                "name": campaign.name,
                "start": str(campaign.start),
                "end": str(campaign.end),
                "as_of": str(campaign.today),
                "synthetic": campaign.synthetic,
                "currency": campaign.currency,
                "margin": campaign.margin,
                "seed": campaign.seed,
                "language": campaign.language,
                "locale": campaign.number_locale,
                "confidence": campaign.confidence,
            },
            "sentence": self.sentence,
            "files": [_file_json(file) for file in self.files],
            "notes": list(self.notes),
        }

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Show itself in Jupyter, and as data for the page."""
        lines = [self.sentence, *(f"- {note}" for note in self.notes)]
        synthetic = ["**Synthetic data.**"] if self.campaign.synthetic else []
        return {
            INTAKE_MIME: self.to_json(),
            "text/markdown": "\n\n".join([*synthetic, *lines]),
            "text/plain": self.sentence,
        }


def _taken_for(file: FileReading) -> str:
    """Return in a few words what a file was taken for and what became of its rows."""
    if file.rows == 0:
        return f"{file.path.name} ({file.source.label}) has column names but no rows"
    reasons = {**file.set_aside_by_reason, **file.dropped}
    why = ", ".join(f"{REASONS[code].words} ({rows})" for code, rows in reasons.items())
    return f"{file.path.name} ({file.source.label}), {file.used} of {file.rows} rows used" + (
        f", left out: {why}" if why else ""
    )


def _file_json(file: FileReading) -> dict[str, Any]:
    """Return the account of one file."""
    aside = [("set aside", code, rows) for code, rows in file.set_aside_by_reason.items()]
    gone = [("dropped", code, rows) for code, rows in file.dropped.items()]
    return {
        "path": file.path.name,
        "source": file.source.name,
        "label": file.source.label,
        "sha256": file.sha256,
        "rows": file.rows,
        "used": file.used,
        "set_aside": file.set_aside,
        "dropped": sum(file.dropped.values()),
        "reasons": [
            {
                "kind": kind,
                "code": code,
                "reason": REASONS[code].words,
                "rows": rows,
                "advice": REASONS[code].advice,
            }
            for kind, code, rows in [*aside, *gone]
        ],
        "notes": [*file.normalised, *file.notes],
    }


def load(campaign: Campaign) -> Intake:
    """Return the campaign's tables and the account of its files; from here on pages speak the campaign's language.

    Raises FileError for a file that cannot be used, TableError when the joined tables break their rules.
    """
    language.speak(campaign.language, campaign.number_locale)
    files = tuple(read_file(entry, campaign) for entry in campaign.files)
    ranked = sorted(files, key=_rank)
    joined = {name: _stacked(ranked, name) for name in [*TABLES, "agreed", "ended"]}
    joined, notes = _joined(joined, campaign)
    tables = Tables(**{name: TABLES[name].shape(rows) for name, rows in joined.items() if name in TABLES}).validate()
    remarks = tuple(f"{file.path.name}: {note}" for file in files for note in (*file.normalised, *file.notes))
    return Intake(campaign, tables, files, (*remarks, *notes))


def _rank(file: FileReading) -> int:
    """Return whose word counts first where files tell the same: a platform's own export, then lists of posts."""
    return 2 if not file.source.of_posts else 1 if file.source.name == "tracker" else 0


def _stacked(files: Sequence[FileReading], name: str) -> pd.DataFrame:
    """Return one table's rows of all files, one below the other; of some it is kept which file a row is from."""
    parts = [
        file.frames[name].assign(file=number) if name in COMPARED else file.frames[name]
        for number, file in enumerate(files)
        if name in file.frames and len(file.frames[name])
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _joined(frames: dict[str, pd.DataFrame], campaign: Campaign) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """Return the tables with one row a key, creators under one name, gaps filled from other files, and remarks."""
    notes: list[str] = []
    frames = overlaps.without_ended(frames, notes)
    frames = frames | _under_one_id(frames["posts"], frames["post_metrics"])
    frames = frames | {"orders": assigned.orders_once(frames["orders"], notes)}
    _tell_contradictions(frames["orders"], ["order_id"], ["ordered_at", "net_revenue"], "order", notes)
    _tell_contradictions(frames["series"], list(SERIES.key), ["value"], "value of a day", notes)
    posts = _first_known(frames["posts"], ["post_id"])
    followers = _followers(frames["followers"], posts, campaign, notes)
    posts = _with_platform(posts, followers)
    agreed = frames.pop("agreed")
    readings = ["post_id", "observed_at"]
    measured = [str(name) for name in frames["post_metrics"] if name not in {*readings, "file"}]
    _tell_contradictions(frames["post_metrics"], readings, measured, "post", notes)
    frames = frames | {
        "posts": posts,
        "followers": followers,
        "post_metrics": _first_known(frames["post_metrics"], readings),
        "influencers": _influencers(frames["influencers"], [posts, followers, frames["tracking"]]),
        "orders": _first_known(frames["orders"], ["order_id"]),
        "tracking": _codes(frames["tracking"], notes),
    }
    for name in ("deliverables", "boosts"):
        frames[name] = _with_posts(frames[name], posts)
    for name, columns in WORK.items():
        _tell_contradictions(frames[name], list(TABLES[name].key), columns, name.removesuffix("s"), notes)
    for name in ("series", "mentions", "audience", "events", "deliverables", "boosts"):
        frames[name] = _first_known(frames[name], list(TABLES[name].key))
    _tell_strangers(frames, notes)
    creators = set(frames["influencers"].get("influencer_id", []))
    frames["orders"] = assigned.orders_of(frames["orders"], frames["tracking"], creators, notes)
    answers = _first_known(frames["survey"], ["response_id"])
    numbers = frames["orders"].get("order_id", pd.Series(dtype="str"))
    frames["survey"] = resolved(answers, creators, numbers, salt(campaign.home))
    costs = assigned.costs_of(frames["costs"], frames["tracking"], creators)
    costs = _costs(costs, agreed, creators, campaign, notes)
    frames["costs"] = _shared_unless_known(costs, creators, notes)
    unnamed = without_names if campaign.creator_names == "hashed" else without_addresses
    return unnamed(frames, salt(campaign.home)), notes


def _under_one_id(posts: pd.DataFrame, metrics: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return posts and numbers in which a post has one id, though one file knows less of it than another.

    A file without platforms knows only the number of a post, a file without ids perhaps its address.
    """
    if posts.empty:
        return {"posts": posts, "post_metrics": metrics}
    ids = posts["post_id"]
    whole = ~ids.str.startswith(("post/", "post-"))
    by_number = _unique(ids[whole].str.replace(r"^[^/]*/", "", regex=True), ids[whole])
    address = posts["url"].map(address_key, na_action="ignore") if "url" in posts else pd.Series(pd.NA, index=ids.index)
    by_address = _unique(address[whole], ids[whole])
    numbers = ids[~whole].str.removeprefix("post/").map(by_number)
    better = numbers.astype("str").fillna(address[~whole].map(by_address).astype("str")).dropna()
    same = dict(zip(ids[better.index], better, strict=True))
    return {
        name: rows.assign(post_id=rows["post_id"].replace(same))
        for name, rows in (("posts", posts), ("post_metrics", metrics))
    }


def _with_posts(work: pd.DataFrame, posts: pd.DataFrame) -> pd.DataFrame:
    """Return deliverables whose posts have the ids that the table of posts knows them by, where it knows them."""
    if work.empty or "post_id" not in work or posts.empty:
        return work
    ids = posts["post_id"]
    known = dict(zip(ids, ids, strict=True)) | _unique(ids.str.replace(r"^[^/]*/", "", regex=True), ids)
    if "url" in posts:
        known |= _unique(posts["url"].map(address_key, na_action="ignore"), ids)
    told = work["post_id"]
    found = told.map(known).fillna(told.map(address_key, na_action="ignore").map(known))
    return work.assign(post_id=found.fillna(told))


def _tell_strangers(frames: Mapping[str, pd.DataFrame], notes: list[str]) -> None:
    """Note how many creators only lists of work, events or audiences name: perhaps they are written otherwise."""
    known = set(frames["influencers"].get("influencer_id", []))
    for name in ("audience", "events", "deliverables"):
        if frames[name].empty:
            continue
        strangers = set(frames[name]["influencer_id"].dropna()) - known - {BRAND}
        if strangers:
            notes.append(
                f"named in {name} and in no list of posts or creators ({wording.count(len(strangers), 'creator')})"
            )


def _unique(key: pd.Series, value: pd.Series) -> dict[str, str]:
    """Return key: value, for keys that stand beside one value only."""
    pairs = pd.DataFrame({"key": key, "value": value}).dropna().drop_duplicates()
    once = pairs[~pairs["key"].duplicated(keep=False)]
    return dict(zip(once["key"], once["value"], strict=True))


def address_key(url: str) -> str:
    """Return a post's address in the form in which addresses are compared: no protocol, no query, no closing slash."""
    video = re.match(
        r"^(?:https?://)?(?:www\.|m\.)?(?:youtube\.com/(?:watch\?(?:.*&)?v=|shorts/)|youtu\.be/)([\w-]+)", url
    )
    if video:
        return f"youtu.be/{video[1]}"
    bare = re.sub(r"^https?://(?:www\.|m\.)?|[?#].*$", "", url.strip(), flags=re.I).rstrip("/")
    return re.sub(r"^(instagram\.com)/(?:[^/]+/)?(?:p|reel|reels|tv)/", r"\1/p/", bare, flags=re.I)


def _tell_contradictions(rows: pd.DataFrame, key: list[str], values: list[str], what: str, notes: list[str]) -> None:
    """Note how many rows stand in several files with different values; the first file counts."""
    key = [name for name in key if name in rows]
    if rows.empty or not rows.duplicated(key).any():
        return
    again = rows[rows.duplicated(key, keep=False)]
    if "file" in again:
        again = again[again.groupby(key, dropna=False)["file"].transform("nunique") > 1]
    differ = int(again.groupby(key, dropna=False)[values].nunique().gt(1).any(axis=1).sum())
    if differ:
        notes.append(f"in several files with different numbers, the first file counts ({wording.count(differ, what)})")


def _first_known(rows: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Return one row a key, each column with the first known value among the files."""
    if rows.empty:
        return rows
    for name in key:
        if name not in rows:
            rows = rows.assign(**{name: pd.Series(pd.NaT, index=rows.index)})
    return rows.groupby(key, sort=False, dropna=False).first().reset_index()


def _followers(rows: pd.DataFrame, posts: pd.DataFrame, campaign: Campaign, notes: list[str]) -> pd.DataFrame:
    """Return follower counts with platform and time; a count without a time is of the day of the report."""
    if rows.empty:
        return rows
    undated = rows["observed_at"].isna()
    if undated.any() and undated.all():
        notes.append("followers are one snapshot without history, used for posts of every date")
    end = pd.Timestamp(campaign.today, tz="UTC")
    dated = rows.assign(observed_at=rows["observed_at"].fillna(end).astype("datetime64[us, UTC]"))
    placeless = dated["platform"].isna()
    if placeless.any():
        seen = (
            posts[["influencer_id", "platform"]].drop_duplicates()
            if len(posts)
            else pd.DataFrame(columns=["influencer_id", "platform"])
        )
        spread = dated[placeless].drop(columns="platform").merge(seen, on="influencer_id", how="left")
        dated = pd.concat([dated[~placeless], spread], ignore_index=True)
    placed, key = dated.assign(platform=dated["platform"].fillna("other")), ["influencer_id", "platform", "observed_at"]
    _tell_contradictions(placed, key, ["followers"], "follower count", notes)
    return _first_known(placed, key)


def _with_platform(posts: pd.DataFrame, followers: pd.DataFrame) -> pd.DataFrame:
    """Return posts with a platform: the file's, else the creator's only one, else other."""
    if posts.empty:
        return posts
    if followers.empty:
        return posts.assign(platform=posts["platform"].fillna("other"))
    places = followers.groupby("influencer_id")["platform"].agg(["nunique", "first"])
    only = places.loc[places["nunique"] == 1, "first"]
    return posts.assign(platform=posts["platform"].fillna(posts["influencer_id"].map(only)).fillna("other"))


def _influencers(rows: pd.DataFrame, others: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return every creator that any file names."""
    named = [other[["influencer_id"]] for other in others if len(other)]
    stacked = (
        pd.concat([rows, *named], ignore_index=True) if len(rows) or named else pd.DataFrame(columns=["influencer_id"])
    )
    return _first_known(stacked, ["influencer_id"])


def _codes(rows: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    """Return codes that belong to one creator; a code of two creators belongs to nobody."""
    if rows.empty:
        return rows
    rows = rows.assign(kind=rows["kind"].fillna("code") if "kind" in rows else "code").drop_duplicates()
    twice = rows.duplicated(["kind", "code"], keep=False)
    if twice.any():
        codes = rows.loc[twice, ["kind", "code"]].drop_duplicates()
        notes.append(f"beside two creators, assigned to nobody ({wording.count(len(codes), 'code')})")
    return rows[~twice]


def _costs(
    costs: pd.DataFrame, agreed: pd.DataFrame, creators: set[str], campaign: Campaign, notes: list[str]
) -> pd.DataFrame:
    """Return the ledger's costs, and for creators without them agreed fees and commissions that a tool tells.

    Those are of this campaign: what the ledger has of earlier ones does not stand in for them.
    """
    past = known(costs, "campaign_id").fillna(campaign.campaign_id) != campaign.campaign_id
    booked, commissions = overlaps.commissions_once(costs[~past], creators, notes)
    ledger = overlaps.payments_once(pd.concat([booked, costs[past]]).sort_index() if past.any() else booked, notes)
    ours = ledger[~past.reindex(ledger.index)] if past.any() else ledger
    fees = overlaps.agreed_beside(ours, overlaps.agreed_once(agreed, notes), creators, notes)
    fees = fees.assign(campaign_id=campaign.campaign_id) if len(fees) else fees
    parts = [rows for rows in (ledger, fees, commissions) if len(rows)]
    return pd.concat(parts, ignore_index=True) if parts else costs


def _shared_unless_known(costs: pd.DataFrame, creators: set[str], notes: list[str]) -> pd.DataFrame:
    """Return costs with payees who are no known creator booked as shared costs."""
    if costs.empty:
        return costs
    stranger = costs["influencer_id"].notna() & ~costs["influencer_id"].isin(creators)
    if stranger.any():
        costs_of_strangers = wording.count(stranger.sum(), "cost")
        notes.append(f"for a payee who is no creator in the other files, taken as shared ({costs_of_strangers})")
    return costs.assign(influencer_id=costs["influencer_id"].mask(stranger))
