"""The work with creators: a log of what happened with whom, and the list of what was agreed."""

import re
from dataclasses import replace

import pandas as pd

from influence_lib.intake.posts import CREATOR, NUMBERS, PLATFORM
from influence_lib.intake.remarks import Remark
from influence_lib.intake.source import (
    POST_TYPE_CHOICES,
    Built,
    Context,
    Source,
    campaign_of,
    choices,
    ids,
    known,
    of_other_campaign,
)
from influence_lib.intake.typed import Field, header_key, headers
from influence_lib.tables import DELIVERABLES, EVENTS
from influence_lib.wording.en import count

# What happened is a word or two; more is a note, and notes speak of people.
LONGEST_KIND = 40
# With one of these a file is about money, and neither about work nor about what was said.
OF_MONEY = frozenset(
    headers(
        "amount, betrag, total, subtotal, net, invoice, invoice number, invoice no, invoice id, payee, cost, costs, "
        "spend, order id, order number, discount code"
    )
)
OF_NUMBERS = NUMBERS | OF_MONEY | {"followers", "engagement rate"}
CAMPAIGN = Field("campaign_id", "text", headers("campaign, campaign id, campaign name, kampagne, campaña"))
DIRECTIONS = choices(
    "in", "out",
    out=("outbound", "outgoing", "sent", "to creator", "from us", "ausgehend", "gesendet", "raus"),
    **{"in": ("inbound", "incoming", "received", "from creator", "to us", "eingehend", "empfangen", "rein")},
)  # fmt: skip
EVENT_FIELDS = (
    Field("event_id", "id", headers("event id, id, event no, log id, ereignis id")),
    replace(CREATOR, required=False),
    CAMPAIGN,
    Field(
        "at",
        "time",
        headers("at, date, when, timestamp, datetime, date time, happened at, sent at, time, datum, zeitpunkt, am"),
        required=True,
    ),
    Field(
        "kind",
        "text",
        headers(
            "event, event type, event kind, activity, activity type, interaction, touchpoint, step, what, kind, type, "
            "ereignis, aktivität, schritt, art"
        ),
        required=True,
    ),
    Field("direction", "choice", headers("direction, in out, inbound outbound, richtung"), choices=DIRECTIONS),
    Field("ref", "text", headers("ref, reference, refers to, deliverable, deliverable id, post id, bezug, referenz")),
    Field("value", "amount", headers("value, wert"), signed=True),
    Field("channel", "text", headers("channel, medium, via, contact channel, kanal, weg")),
    Field(
        "personalised", "flag", headers("personalised, personalized, personal, is personalised, personalisiert")
    ),
)  # fmt: skip
LATITUDES = choices(
    "free", "guided", "scripted",
    free=("full freedom", "creative freedom", "open", "frei", "high"),
    guided=("brief", "guidelines", "medium", "geführt", "mit vorgaben"),
    scripted=("script", "strict", "low", "vorgegeben", "skript"),
)  # fmt: skip
DELIVERABLE_FIELDS = (
    Field("deliverable_id", "id", headers("deliverable id, deliverable no, task id, id, item id, lieferung id")),
    CREATOR,
    CAMPAIGN,
    Field(
        "due_at",
        "time",
        headers(
            "due, due date, due at, due on, deadline, go live date, go live, live date, planned date, planned for, "
            "publish by, post by, fällig, fällig am, frist, abgabe, termin"
        ),
    ),
    PLATFORM,
    Field(
        "post_type",
        "choice",
        headers("format, post type, content type, deliverable type, type, deliverable, media type, art, beitragstyp"),
        choices=POST_TYPE_CHOICES,
    ),
    Field("status", "text", headers("status, stage, state, stand")),
    Field("topic", "text", headers("topic, theme, product, subject matter, thema, produkt")),
    Field("required_tags", "text", headers("required tags, tags, hashtags, required hashtags, mandatory tags")),
    Field("required_link", "text", headers("required link, link, landing page, tracking link, pflicht link")),
    Field(
        "latitude",
        "choice",
        headers("latitude, creative control, freedom, creative freedom, freiheit"),
        choices=LATITUDES,
    ),
    Field(
        "approval_required",
        "flag",
        headers("approval required, needs approval, approval needed, approval, freigabe, freigabe nötig"),
    ),
    Field("rights", "text", headers("rights, usage rights, usage, nutzungsrechte, rechte")),
    Field(
        "exclusivity_until", "time", headers("exclusivity until, exclusive until, exclusivity end, exklusivität bis")
    ),
    Field("post_id", "id", headers("post id, media id, post url, post link, live link, permalink, beitrags id")),
)  # fmt: skip


def build_events(rows: pd.DataFrame, context: Context) -> Built:
    """Return the log of events; a kind that is longer than a few words is a note, and none is kept."""
    rows, other = _of_campaign(rows, context)
    kinds = rows["kind"].map(lambda text: header_key(text).replace(" ", "_")).astype("str")
    notes = kinds.str.len() > LONGEST_KIND
    events = rows.assign(
        influencer_id=known(rows, "creator").astype("str"),
        kind=kinds.mask(notes, "other"),
        channel=known(rows, "channel").astype("str").str.casefold(),
    )
    events = events.assign(event_id=ids(rows, "event_id", ("at", "creator", "kind", "direction", "ref"), context))
    words = f"what happened is told in a long note, read as other ({count(int(notes.sum()), 'event')})"
    remarks = (Remark("LONG_NOTE", words, True),) if notes.any() else ()
    return Built({"events": events[[name for name in EVENTS.names if name in events]]}, other, remarks=remarks)


def build_deliverables(rows: pd.DataFrame, context: Context) -> Built:
    """Return the pieces of work agreed."""
    rows, other = _of_campaign(rows, context)
    told = known(rows, "platform").astype("str")
    work = rows.assign(
        influencer_id=rows["creator"],
        platform=told.fillna(context.platform) if context.platform else told,
        required_tags=known(rows, "required_tags").astype("str").map(_tags, na_action="ignore").astype("str"),
    )
    named = ("creator", "due_at", "platform", "post_type", "topic", "post_id")
    work = work.assign(deliverable_id=ids(rows, "deliverable_id", named, context))
    return Built({"deliverables": work[[name for name in DELIVERABLES.names if name in work]]}, other)


def _tags(text: str) -> str:
    """Return the tags of a cell, parted by ';'."""
    return ";".join(tag for tag in re.split(r"[,;\s]+", text.strip()) if tag)


def _of_campaign(rows: pd.DataFrame, context: Context) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return the rows of our campaign under its id, with those that name none, and how many name another."""
    other = of_other_campaign(rows, context)
    kept = rows.assign(campaign_id=campaign_of(rows, context))[~other]
    return kept, {"OTHER_CAMPAIGN": int(other.sum())} if other.any() else {}


EVENT_LOG = Source(
    "events",
    "log of events with creators",
    EVENT_FIELDS,
    needs=(("creator",), ("at",), ("kind",), ("direction", "channel", "personalised", "event_id", "ref")),
    build=build_events,
    never=OF_NUMBERS | {"posted at", "date posted", "publish time", "sponsored", "due date", "fee", "platform"},
)
DELIVERABLE_LIST = Source(
    "deliverables",
    "list of deliverables",
    DELIVERABLE_FIELDS,
    needs=(
        ("creator",),
        ("due_at", "deliverable_id"),
        ("post_type", "required_tags", "latitude", "approval_required", "rights", "exclusivity_until"),
    ),
    build=build_deliverables,
    never=OF_NUMBERS | {"posted at", "date posted", "publish time", "sponsored", "is sponsored"},
)
SOURCES: tuple[Source, ...] = (EVENT_LOG, DELIVERABLE_LIST)
