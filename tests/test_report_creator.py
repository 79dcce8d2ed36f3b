"""The page for one creator holds that creator's numbers, and of nobody else a name, a code, a fee or an amount."""

import base64
import re
from pathlib import Path

import nbformat
import nbformat.v4 as v4
import pytest

from influence_lib import intake
from influence_lib.analysis import feed as feeds
from influence_lib.analysis import feedback, roi
from influence_lib.batch.state import NOTEBOOKS
from influence_lib.campaign import Campaign
from influence_lib.findings import MIME
from influence_lib.report import gate
from influence_lib.report.creator import Told, creator_page, file_name, told

PARAMS = Path(__file__).parent.parent / "params" / "glow_serum.yml"
RUN = {"run_id": "x", "finished_at": "2026-07-03T02:11:09+00:00", "versions": {"python": "3.11"}, "library": "0.1.0"}


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    text = PARAMS.read_text(encoding="utf-8").replace("../data", str(PARAMS.parent.parent / "data"))
    file = tmp_path_factory.mktemp("params") / "glow_serum.yml"
    file.write_text(f"{text}\ncreator_pages: true\n", encoding="utf-8")
    return Campaign.load(file)


@pytest.fixture(scope="module")
def data(campaign: Campaign) -> intake.Intake:
    return intake.load(campaign)


@pytest.fixture(scope="module")
def results(data: intake.Intake) -> dict:
    """Return what the committed notebooks found on the same files."""
    account = data.to_json()
    books = [
        nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4) for name in ("campaign_roi", "engagement_vs_reach")
    ]
    outputs = [out for book in books for cell in book.cells for out in cell.get("outputs", [])]
    found = [out["data"][MIME] for out in outputs if MIME in out.get("data", {})]
    about = {key: account["campaign"][key] for key in ("brand", "name", "as_of", "synthetic", "currency")}
    return {"campaign": "glow_serum", **about, "intake": account, "findings": found}


@pytest.fixture(scope="module")
def pages(data: intake.Intake, results: dict) -> dict[str, str]:
    shown = feedback.of_each(feeds.of(data.tables, data.campaign), data.campaign)._repr_mimebundle_()
    book = v4.new_notebook(cells=[v4.new_code_cell(outputs=[v4.new_output("display_data", shown)])])
    return {
        one.name: everything(creator_page(one, results, RUN)) for one in told({"engagement_vs_reach": book}, results)
    }


def everything(page: str) -> str:
    """Return a page without its style, and with its downloads opened instead of encoded."""
    downloads = re.compile(r"href=\"data:text/csv[^,]*,([^\"]+)\"")
    files = downloads.findall(page)
    plain = downloads.sub("", re.sub(r"<style>.*?</style>|sha256-[^']+", "", page, flags=re.DOTALL))
    return "\n".join([plain, *(base64.b64decode(file).decode("utf-8-sig") for file in files)])


def test_every_creator_with_posts_has_a_page_that_may_go_out(pages, data):
    assert len(pages) == data.tables.posts["influencer_id"].nunique() > 20
    assert [name for name, page in pages.items() if gate.faults(page, synthetic=True)] == []


def test_no_page_names_another_creator_or_a_code_of_another(pages, data):
    codes = data.tables.tracking.groupby("influencer_id")["code"].agg(lambda found: set(found.dropna()))
    for name, whole in pages.items():
        page = everything(whole)
        others = [other for other in pages if other != name]
        assert [other for other in others if other in page or file_name(other) in page] == []
        assert [code for other in others for code in codes.get(other, ()) if re.search(rf"\b{code}\b", page)] == []


def figures(amounts: set[float]) -> set[str]:
    """Return amounts as a page or a download could show them; whole ones of three digits stand for other things too."""
    cents = {form for amount in amounts if amount >= 100 for form in (f"{amount:,.2f}", f"{amount:.2f}")}
    return cents | {form for amount in amounts if amount >= 1000 for form in (f"{amount:,.0f}", f"{amount:.0f}")}


def test_no_page_tells_a_fee_or_what_another_brought(pages, data):
    book = roi.ledger(data.tables, data.campaign)
    costs = (
        book.costs.dropna(subset=["influencer_id"]).groupby("influencer_id")["amount"].agg(lambda a: set(map(float, a)))
    )
    brought = book.creators.set_index("influencer_id")["revenue"].astype(float)
    for name, page in pages.items():
        own = figures({float(brought.get(name, 0.0))})
        shown = set(re.findall(r"\d[\d,]*(?:\.\d+)?", everything(page)))
        fees = figures({sum(found) for found in costs} | set().union(*costs))
        assert not (figures(set(brought.drop(name, errors="ignore"))) - own) & shown
        assert not (fees - own) & shown


def test_no_page_tells_the_brands_margin_or_verdict_on_the_creator(pages):
    words = ("margin", "profit", "break-even", "return on investment", "stop", "renew")
    for page in pages.values():
        assert [word for word in words if word in everything(page)] == []


def test_a_page_tells_the_own_orders(pages, results):
    rows = next(one for one in results["findings"] if one["id"] == "roi.by_creator")["table"]
    best = max(rows, key=lambda row: row["orders"])
    assert (
        f"{best['orders']:.0f} orders came with your code or link, worth €{best['revenue']:,.0f} net."
        in pages[best["creator"]]
    )


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "..", "Ünï.code", "<b>", "", "a" * 300])
def test_the_name_of_a_page_stays_in_its_folder(name):
    assert re.fullmatch(r"[a-z0-9-]{1,60}\.html", file_name(name))
    assert file_name(name) != file_name(f"{name}x")


def test_a_creator_with_few_posts_gets_no_range():
    own = {
        "posts": 4,
        "first": "2026-05-01",
        "last": "2026-06-01",
        "rate": 0.05,
        "interval": None,
        "kinds": [],
        "best": [],
    }
    page = creator_page(Told("ana", own, {}, {}, {}), {"campaign": "spring", "brand": "Examplia"}, RUN)
    assert "<h1>Too few posts to tell your usual engagement rate with a range: 4 posts.</h1>" in page
    assert gate.faults(page) == []


def test_a_hostile_name_is_text():
    own = {
        "posts": 4,
        "first": "2026-05-01",
        "last": "2026-06-01",
        "rate": 0.05,
        "interval": None,
        "kinds": [],
        "best": [],
    }
    page = creator_page(Told("<script>x</script>\u202e", own, {}, {}, {}), {"campaign": "spring", "brand": "E"}, RUN)
    assert "&lt;script&gt;x&lt;/script&gt;⟦U+202E⟧" in page
    assert gate.faults(page) == []
