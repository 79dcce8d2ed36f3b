"""Pages: right words for each verdict, nothing of a stranger's on them, and a gate that sees planted faults."""

import base64
import copy
import csv
import hashlib
import html as html_module
import io
import itertools
import re
from html.parser import HTMLParser

import nbformat.v4 as v4
import pytest
from loading import SAMPLES, load

from influence_lib.findings import MIME
from influence_lib.report import briefing, changes, gate, portfolio
from influence_lib.report.downloads import of_records, of_text, safe_cell
from influence_lib.report.layout import Manner, clean, prose, stylesheet
from influence_lib.report.page import notebook_page
from influence_lib.report.parts import basis_text, strip, table_part

samples = load(SAMPLES)
HOW = Manner("en_GB", "EUR")


class Outline(HTMLParser):
    """The tags of a page in order, its headings and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[dict[str, str | None]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.append(dict(attrs))

    def handle_data(self, data):
        if self.tags and self.tags[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def three_kinds(**results) -> dict[str, str]:
    return {
        "page": notebook_page(samples.notebook(), samples.RUN),
        "briefing": briefing.briefing(samples.results(**results), samples.RUN),
        "portfolio": portfolio.portfolio([samples.entry("glow_serum")], samples.RUN),
    }


def decided(branch: str) -> briefing.Decision:
    return briefing.decide({"roi.roi": samples.ROI_BY_BRANCH[branch]}, HOW)


# The verdict and what follows from it


GOLDEN = {
    "paid_back": briefing.Decision(
        "Paid back",
        "good",
        "The campaign paid back: +12% attributed return on investment",
        "95% interval +3% to +22%, n = 1,012 orders, 43 creators. Break-even is 0%.",
        "The whole range lies above break-even: the margin on attributed revenue covered all costs.",
        (
            "Renew at today's total; pay creators who are not marked keep for tests only.",
            "Raise spend in steps, first with the creators marked keep.",
            "Hold back some regions or weeks next time: attribution does not prove that buyers came for the posts.",
        ),
    ),
    "did_not_pay_back": briefing.Decision(
        "Did not pay back",
        "bad",
        "The campaign did not pay back: -18% attributed return on investment",
        "95% interval -27% to -8%, n = 1,012 orders, 43 creators. Break-even is 0%.",
        "The whole range lies below break-even: the margin on attributed revenue did not cover the costs.",
        (
            "Do not renew on the same terms.",
            "Go on only with creators marked keep, if there are any; renegotiate fees with the others or end them.",
            "Before ending it for good, ask buyers after checkout how they heard of the brand: codes miss some.",
        ),
    ),
    "too_close": briefing.Decision(
        "Too close to call",
        "unclear",
        "Too close to call: +4% attributed return on investment, in a range that includes break-even",
        "95% interval -6% to +15%, n = 1,012 orders, 43 creators. Break-even is 0%.",
        "The range includes break-even: these data cannot tell a gain from a loss.",
        (
            "Neither raise nor cut the budget on this number.",
            "Run once more on the same terms; more orders narrow the range.",
            "Agree beforehand which return would be enough, and hold back some regions or weeks to compare with.",
        ),
    ),
    "too_early": briefing.Decision(
        "Too early to tell",
        "none",
        "Too early to tell whether the campaign paid back",
        "3 orders are too few for a return; at least 30 are needed.",
        "There are too few data for a range, so no return is given.",
        (
            "Decide nothing about return yet.",
            "Collect more before you decide: wait until all orders are in, run on, or run a second campaign.",
        ),
    ),
    "no_money": briefing.Decision(
        "No return yet",
        "none",
        "No return yet: whether the campaign paid back cannot be said",
        "No margin is given, so there is no return on investment.",
        "Return needs costs, orders with codes or links, a margin and a currency.",
        (
            "Add what is missing to the campaign's files and run again.",
            "Until then, read the engagement and saturation pages, and compare no returns.",
        ),
    ),
}


@pytest.mark.parametrize("branch", GOLDEN)
def test_each_verdict_has_its_own_sentence_and_actions(branch):
    assert decided(branch) == GOLDEN[branch]


GERMAN = {
    "paid_back": (
        "Die Kampagne hat sich gerechnet: +12 % zugeordnete Rendite",
        "95 %-Intervall +3 % bis +22 %, n = 1.012 Bestellungen, 43 Creators. Kostendeckung ist 0 %.",
        "Der ganze Bereich liegt über der Kostendeckung: Die Marge des zugeordneten Umsatzes hat alle Kosten gedeckt.",
        "Mit der heutigen Summe verlängern; Creators ohne das Urteil behalten nur für Tests bezahlen.",
    ),
    "did_not_pay_back": (
        "Die Kampagne hat sich nicht gerechnet: -18 % zugeordnete Rendite",
        "95 %-Intervall -27 % bis -8 %, n = 1.012 Bestellungen, 43 Creators. Kostendeckung ist 0 %.",
        "Der ganze Bereich liegt unter der Kostendeckung: Die Marge des zugeordneten Umsatzes hat die Kosten nicht "
        "gedeckt.",
        "Nicht zu denselben Bedingungen verlängern.",
    ),
    "too_close": (
        "Zu knapp für ein Urteil: +4 % zugeordnete Rendite, in einem Bereich, der die Kostendeckung einschließt",
        "95 %-Intervall -6 % bis +15 %, n = 1.012 Bestellungen, 43 Creators. Kostendeckung ist 0 %.",
        "Der Bereich schließt die Kostendeckung ein: Diese Daten können Gewinn und Verlust nicht unterscheiden.",
        "Das Budget wegen dieser Zahl weder erhöhen noch kürzen.",
    ),
    "too_early": (
        "Zu früh, um zu sagen, ob sich die Kampagne gerechnet hat",
        "3 orders are too few for a return; at least 30 are needed.",
        "Für einen Bereich gibt es zu wenige Daten, deshalb wird keine Rendite genannt.",
        "Über die Rendite noch nichts entscheiden.",
    ),
    "no_money": (
        "Noch keine Rendite: Ob sich die Kampagne gerechnet hat, lässt sich nicht sagen",
        "No margin is given, so there is no return on investment.",
        "Rendite braucht Kosten, Bestellungen mit Codes oder Links, eine Marge und eine Währung.",
        "Das Fehlende zu den Dateien der Kampagne geben und neu laufen lassen.",
    ),
}


@pytest.mark.parametrize("branch", GERMAN)
def test_each_verdict_in_german(branch):
    """What a finding itself says comes from its results, here in English, and stays as it is."""
    how = Manner("de_DE", "EUR", "de")
    bare = {key: value for key, value in samples.ROI_BY_BRANCH[branch].items() if key != "range_label"}
    with how.spoken():
        found = briefing.decide({"roi.roi": bare}, how)
    said = (found.headline, found.certainty, found.reason, found.actions[0])
    assert tuple(text.replace("\u00a0", " ") for text in said) == GERMAN[branch]


@pytest.mark.parametrize("branch", GERMAN)
def test_a_german_briefing_says_its_verdict_and_headings_in_german(branch):
    results = samples.results(branch)
    results["intake"]["campaign"] |= {"language": "de", "locale": "de_DE"}
    page = briefing.briefing(results, samples.RUN)
    text = Outline(page).text.replace("\u00a0", " ")
    assert '<html lang="de">' in page
    assert GERMAN[branch][0] in text
    for heading in ("Was zu tun ist", "Was unser Urteil ändern würde", "Was wir nicht wissen", "Belege"):
        assert heading in text
    assert gate.faults(page, synthetic=True) == []


@pytest.mark.parametrize("branch", GOLDEN)
def test_the_briefing_prints_the_verdict_its_sentence_and_its_actions(branch):
    page = Outline(briefing.briefing(samples.results(branch), samples.RUN)).text
    expected = GOLDEN[branch]
    assert all(words in page for words in (expected.label, expected.headline, expected.certainty, *expected.actions))
    others = {action for name, one in GOLDEN.items() if name != branch for action in one.actions}
    assert not [action for action in others if action in page]


@pytest.mark.parametrize(
    ("interval", "label"),
    [
        ((0.0, 0.2), "Too close to call"),
        ((-0.2, 0.0), "Too close to call"),
        ((1e-9, 0.2), "Paid back"),
        ((-0.2, -1e-9), "Did not pay back"),
        ((None, 0.2), "Too early to tell"),
        ((float("nan"), 0.2), "Too early to tell"),
    ],
)
def test_an_interval_that_touches_break_even_is_too_close_to_call(interval, label):
    roi = {**samples.ROI_BY_BRANCH["paid_back"], "interval": list(interval)}
    assert briefing.decide({"roi.roi": roi}, HOW).label == label


def test_too_few_data_decide_nothing_even_where_a_range_is_given():
    roi = {**samples.ROI_BY_BRANCH["paid_back"], "verdict": "not_enough_data"}
    assert briefing.decide({"roi.roi": roi}, HOW).label == "Too early to tell"


def test_a_run_without_a_return_finding_has_no_return_yet():
    decision = briefing.decide({}, HOW)
    assert (decision.label, decision.certainty) == (
        "No return yet",
        "Return on investment was not computed in this run.",
    )


def test_attributed_money_is_never_said_to_be_caused():
    texts = [Outline(briefing.briefing(samples.results(branch), samples.RUN)).text for branch in GOLDEN]
    assert not [text for text in texts if re.search(r"\b(generated|drove|driven|caused|resulted in)\b", text)]


def test_daily_sales_that_include_no_effect_contradict_a_campaign_that_paid_back():
    findings = {one["id"]: one for one in samples.findings()}
    said = briefing.contradiction(decided("paid_back"), findings, HOW)
    assert said == (
        "The daily sales do not confirm this: the range of extra revenue in them, -€82,000 to €204,000, includes zero."
    )
    assert briefing.contradiction(decided("too_close"), findings, HOW) is None


def test_daily_sales_above_the_codes_contradict_a_campaign_that_did_not_pay_back():
    extra = samples.finding("roi.incremental_revenue", 9000.0, (6000.0, 12000.0))
    counted = samples.finding("roi.attributed_revenue", 5000.0, (5000.0, 5000.0), counted=True)
    said = briefing.contradiction(decided("did_not_pay_back"), {one["id"]: one for one in (extra, counted)}, HOW)
    assert said == "The daily sales show more than the codes did: extra revenue of €6,000 to €12,000."


def test_the_smallest_detectable_effect_is_said_before_the_money():
    page = Outline(briefing.briefing(samples.results(), samples.RUN)).text
    assert page.index("Extra revenue of €142,000 would show in the daily sales four times in five") < page.index(
        "Counted as"
    )


# What the briefing holds


def test_tiles_show_value_certainty_and_definition():
    shown = briefing.tiles({one["id"]: one for one in samples.findings()}, HOW)
    assert [(tile.value, tile.certainty) for tile in shown] == [
        ("€269,451", "Counted, n = 43 lines of the ledger, 43 creators"),
        ("€503,210", "Counted, n = 5,210 orders, 43 creators"),
        ("€1.87", "95% interval €1.71 to €2.04, n = 1,012 orders, 43 creators"),
        ("3.45%", "95% interval 3.10% to 3.82%, n = 1,012 posts, 43 creators"),
        ("6", "Counted, n = 43 posts, 43 creators"),
    ]
    assert all(tile.definition for tile in shown)


def test_a_tier_stands_in_for_a_band_without_engagement_rate():
    missing = samples.finding("engagement.rate_in_band", None, None, verdict="not_available")
    tier = samples.finding("engagement.rate.micro", 0.05, (0.04, 0.06), unit="fraction")
    shown = briefing.tiles({one["id"]: one for one in (missing, tier)}, HOW)
    assert [(tile.label, tile.value) for tile in shown] == [("Engagement rate, micro creators", "5.00%")]


def test_creators_stand_under_their_verdict_those_to_keep_first():
    roster = briefing.roster(samples.findings()[-2], HOW)
    assert [(group.name, group.size) for group in roster.groups] == [
        ("Keep", 4),
        ("Test again", 8),
        ("Cut", 4),
        ("Too early", 4),
    ]
    assert "Verdict" not in roster.labels
    assert roster.groups[0].rows[0][:4] == ("creator-01a3e", "€4,350", "15", "€7,920")


def test_a_long_group_of_creators_is_shortened_and_says_so():
    finding = {**samples.findings()[-2], "table": samples.creators(60)}
    roster = briefing.roster(finding, HOW)
    assert max(len(group.rows) for group in roster.groups) == 8 and roster.shortened
    page = briefing.briefing(samples.results(findings=[finding]), samples.RUN)
    assert "24 creators, first 8 shown" in Outline(page).text


def test_every_finding_without_an_answer_is_listed_as_unknown():
    text = Outline(briefing.briefing(samples.results("no_money"), samples.RUN)).text
    below = text[text.rindex("What we do not know") :]
    missing = [one["headline"] for one in samples.findings("no_money") if one["verdict"].startswith("not_")]
    assert len(missing) == 3 and all(headline in below for headline in missing)


def test_a_campaign_with_nothing_but_missing_answers_still_has_a_page():
    missing = [
        {**one, "estimate": None, "interval": None, "verdict": "not_available", "n": 0, "clusters": None, "table": []}
        for one in samples.findings()
    ]
    page = briefing.briefing(samples.results(findings=missing), samples.RUN)
    assert "No return yet" in page and not gate.faults(page, synthetic=True)
    empty = briefing.briefing(samples.results(findings=[], intake=None), samples.RUN)
    assert "No return yet" in empty and not gate.faults(empty, synthetic=True)


def test_evidence_is_linked_by_its_question():
    page = briefing.briefing(samples.results(), samples.RUN)
    assert '<a href="campaign_roi.html">What did the campaign bring back?</a>' in page


def test_a_hostile_link_to_evidence_is_not_made():
    held = samples.results(notebooks=[{"name": "x", "title": "X", "href": "javascript:alert(1)"}])
    assert "javascript:" not in briefing.briefing(held, samples.RUN)


# The page of a notebook


def test_the_heading_is_the_first_finding_and_the_question_stands_above_it():
    page = notebook_page(samples.notebook(), samples.RUN)
    text = Outline(page).text
    assert re.search(r"<h1>Attributed orders paid the campaign back: \+12% \(\+3% to \+22%\)</h1>", page)
    assert '<p class="eyebrow">What did the campaign bring back?</p>' in page
    assert "+12% 95% interval +3% to +22%, n = 1,012 orders, 43 creators" in text


def test_sections_stand_in_the_order_of_the_notebook():
    page = notebook_page(samples.notebook(), samples.RUN)
    titles = re.findall(r"<h2 id=\"[^\"]+\">([^<]+)</h2>", page)
    assert titles == [
        "Finding",
        "Evidence",
        "Caveats",
        "Definitions",
        "Data behind this page",
        "How this page was made",
    ]


def test_the_intake_is_in_plain_sight_and_its_files_in_details():
    page = notebook_page(samples.notebook(), samples.RUN)
    assert (
        page.index("6,222 of 6,270 rows used")
        < page.index("<h2")
        < page.index("<summary>File by file</summary>")
        < page.index("3 rows set aside: reach is missing")
    )


def test_each_heading_of_the_notebook_is_a_section_that_the_contents_lead_to():
    notebook = samples.notebook()
    notebook.cells.insert(-1, samples.v4.new_markdown_cell("### What was spent?\n\nTo the cent."))
    page = notebook_page(notebook, samples.RUN)
    assert '<h2 id="what-was-spent">What was spent?</h2>' in page
    assert '<a href="#what-was-spent">What was spent?</a>' in page


def test_a_caveat_stands_beside_the_first_answer_that_it_limits_and_nowhere_else():
    first = samples.finding("roi.roi", 0.12, (0.03, 0.22), caveats=["Codes miss buyers."])
    second = samples.finding(
        "roi.cost", 900.0, (900.0, 900.0), caveats=["Codes miss buyers.", "Fees are agreed, not paid."]
    )
    notebook = samples.notebook()
    notebook.cells = [
        notebook.cells[0],
        samples.shows({samples.INTAKE: samples.results()["intake"]}),
        samples.shows({samples.FINDING: first}),
        samples.v4.new_markdown_cell("## What was spent?"),
        samples.shows({samples.FINDING: second}),
        samples.v4.new_markdown_cell("## Caveats"),
        samples.shows(
            {samples.CAVEATS: {"items": ["Codes miss buyers.", "Fees are agreed, not paid.", "One snapshot."]}}
        ),
    ]
    page = notebook_page(notebook, samples.RUN)
    places = [
        page.index(text) for text in ("Codes miss buyers.", "What was spent?</h2>", "Fees are agreed", "One snapshot.")
    ]
    assert places == sorted(places)
    assert [page.count(text) for text in ("Codes miss buyers.", "Fees are agreed", "One snapshot.")] == [1, 1, 1]


LINKS = [("data_quality.html", "Data behind this report"), ("quarantine.csv", "3 rows set aside, as CSV")]


def test_what_was_read_links_to_the_page_about_the_data_and_to_the_rows_set_aside():
    run = {**samples.RUN, "links": LINKS}
    for page in (notebook_page(samples.notebook(), run), briefing.briefing(samples.results(), run)):
        assert all(f'<a href="{href}">{text}</a>' in page for href, text in LINKS)
        assert gate.faults(page, synthetic=True) == []


@pytest.mark.parametrize("href", ["javascript:alert(1)", "//evil.example/x.csv", "../../secret.csv", "a.exe"])
def test_a_link_that_leads_away_is_not_made(href):
    page = notebook_page(samples.notebook(), {**samples.RUN, "links": [(href, "Data behind this report")]})
    assert "Data behind this report" not in page


def test_the_page_about_the_data_is_the_last_of_the_evidence():
    notebooks = [*samples.results()["notebooks"], {"name": "data_quality", "title": "T?", "href": "data_quality.html"}]
    pages = {one["name"]: one["href"] for one in notebooks}
    shown = briefing.evidence(samples.results(notebooks=notebooks), pages, HOW)
    assert (shown[-1].title, shown[-1].href) == ("T?", "data_quality.html")


def test_findings_about_the_data_change_neither_verdict_nor_rank():
    about = samples.finding("data.questions_answerable", 5.0, (5.0, 5.0), notebook="data_quality", counted=True)
    entry = samples.entry("one")
    more = {**entry, "results": {**entry["results"], "findings": [about, *entry["results"]["findings"]]}}
    assert portfolio._row(more, (0.0, 1.0)) == portfolio._row(entry, (0.0, 1.0))
    assert briefing.decide({one["id"]: one for one in more["results"]["findings"]}, HOW) == briefing.decide(
        {one["id"]: one for one in entry["results"]["findings"]}, HOW
    )


def test_the_portfolio_links_the_data_behind_a_report_where_there_is_such_a_page():
    entry = samples.entry("one")
    assert "data_quality.html" not in portfolio.portfolio([entry], samples.RUN)
    named = [*entry["results"]["notebooks"], {"name": "data_quality", "title": "T?", "href": "data_quality.html"}]
    page = portfolio.portfolio([{**entry, "results": {**entry["results"], "notebooks": named}}], samples.RUN)
    assert '<a href="one/data_quality.html">' in page and gate.faults(page) == []


def test_nothing_but_our_own_outputs_is_printed():
    notebook = samples.notebook()
    notebook.cells[3].outputs += [
        v4.new_output("stream", name="stderr", text="LEAK stream"),
        v4.new_output("display_data", data={"text/html": "<b>LEAK html</b>", "text/plain": "LEAK plain"}),
        v4.new_output("display_data", data={"text/markdown": "LEAK markdown", "text/vnd.mermaid": "LEAK mermaid"}),
        v4.new_output("display_data", data={"image/svg+xml": "<svg>LEAK svg</svg>", "image/png": samples.png(2, 2)}),
        v4.new_output("display_data", data={samples.TABLE: "LEAK not a table"}),
        {"output_type": "stream", "data": {samples.CAVEATS: {"items": ["LEAK smuggled"]}}},
        v4.new_output("error", ename="ValueError", evalue="LEAK error", traceback=["LEAK traceback"]),
    ]
    plain = notebook_page(samples.notebook(), samples.RUN)
    assert notebook_page(notebook, samples.RUN) == plain
    assert not re.search("LEAK|PLAIN TWIN|secret_source_code", plain)


def test_the_note_papermill_leaves_above_a_failed_cell_is_not_printed():
    notebook = samples.notebook()
    failure = v4.new_markdown_cell("An Exception was encountered", metadata={"tags": ["papermill-error-cell-tag"]})
    notebook.cells.insert(0, failure)
    assert "Exception" not in notebook_page(notebook, samples.RUN)


def test_a_notebook_without_an_intake_has_no_page():
    with pytest.raises(ValueError, match="'campaign_roi' shows no intake"):
        notebook_page(v4.new_notebook(), samples.RUN)


def test_a_figure_has_its_words_as_text_and_half_its_pixels_as_size():
    page = notebook_page(samples.notebook(), samples.RUN)
    assert 'width="640" height="360"' in page and f'alt="{html_module.escape(samples.CHART_JSON["alt"])}"' in page
    assert "n = 5,210 orders of 20 creators. Source: orders.csv, payments.csv, as of 1 Jul 2026." in page


def test_a_picture_that_is_none_is_left_out_and_the_page_says_so():
    page = notebook_page(samples.notebook(png=base64.b64encode(b"GIF89a, not a PNG" * 4).decode()), samples.RUN)
    assert "<img" not in page and "The picture is not available" in page


def test_missing_numbers_read_not_available():
    row = {**samples.creators(1)[0], "cost": None, "roi": float("nan"), "revenue": float("inf")}
    text = Outline(notebook_page(samples.notebook(table={**samples.TABLE_JSON, "rows": [row]}), samples.RUN)).text
    assert text.count("not available") == 3
    assert not re.search(r"\b(nan|NaN|None|inf)\b", text)


def test_the_verdict_of_a_table_stands_behind_the_name():
    page = notebook_page(samples.notebook(), samples.RUN)
    table = page[page.index('id="table-1"') :]
    assert re.findall(r'<th scope="col"[^>]*>([^<]+)', table)[:3] == ["Creator", "Verdict", "Cost"]


def test_the_foot_names_run_parameters_inputs_versions_and_seed():
    text = Outline(notebook_page(samples.notebook(), samples.RUN)).text
    foot = text[text.index("How this page was made", text.index("Definitions Attributed")) :]
    expected = ("3 Jul 2026, 02:11 UTC", "20260703T020000Z-7f3a", "campaign_file = glow_serum.yml", "ab12" * 16)
    assert all(part in foot for part in (*expected, "pandas 3.0.2", "20260101", "Influence Workbook 0.1.0"))
    assert "/home/ana" not in text


def test_numbers_follow_the_locale_of_the_campaign():
    page = notebook_page(samples.notebook(intake=samples.intake(locale="de_DE")), samples.RUN)
    assert '<html lang="en">' in page and "n = 1.012" in page and "4.000" in page


# Strangers' text


ATTACK = (
    '<img src=x onerror=alert(1)></style><script>alert(2)</script>"\' onmouseover="x" {{ 7*7 }} '
    "javascript:alert(3) [link](javascript:alert(4)) \u202eevil\u200b\u2066\x07\ue000"
)


def attacked(value, key=""):
    """Return a bundle with every text replaced by the attack, apart from those that are codes."""
    if isinstance(value, dict):
        return {name: attacked(one, name) for name, one in value.items()}
    if isinstance(value, list):
        return [attacked(one, key) for one in value]
    codes = {"id", "verdict", "unit", "kind", "notebook", "start", "end", "as_of", "currency", "csv", "locale"}
    return ATTACK if isinstance(value, str) and key not in codes else value


def hostile_pages() -> dict[str, str]:
    parts = {
        "intake": samples.intake(),
        "finding": samples.ROI_BY_BRANCH["paid_back"],
        "second": samples.ROI_BY_BRANCH["too_early"],
        "chart": {**samples.CHART_JSON, "csv": f'a,b\n"{ATTACK.replace(chr(34), chr(34) * 2)}",1\n'},
        "table": samples.TABLE_JSON,
        "caveats": {"items": ["x"]},
        "glossary": samples.GLOSSARY_JSON,
        "question": "x",
    }
    bad = {name: attacked(part) for name, part in parts.items()}
    held = attacked({**samples.results(), "table": []})
    run = {
        **attacked({**samples.RUN, "finished_at": None}),
        "parameters": {ATTACK: ATTACK},
        "versions": {ATTACK: ATTACK},
    }
    entry = {"campaign": ATTACK, "status": "failed", "reason": ATTACK, "last_good": "2026-07-02", "results": held}
    return {
        "page": notebook_page(samples.notebook(**bad), run),
        "briefing": briefing.briefing(held, run),
        "portfolio": portfolio.portfolio([entry], run),
    }


@pytest.mark.parametrize("kind", ["page", "briefing", "portfolio"])
def test_hostile_text_comes_out_as_text(kind):
    hostile = hostile_pages()[kind]
    outline, harmless = Outline(hostile), Outline(three_kinds()[kind])
    assert not gate.faults(hostile, synthetic=True)
    assert set(outline.tags) <= set(harmless.tags) | {"strong"}
    assert not [name for one in outline.attributes for name in one if name.startswith("on") or name == "style"]
    assert "&lt;script&gt;alert(2)" in hostile and "{{ 7*7 }}" in hostile
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b-\u200f\x00-\x08]", hostile)


def test_markdown_keeps_its_marks_and_loses_tags_pictures_and_far_links():
    text = prose(
        "**bold** <b>raw</b> ![x](http://far/x.png) [far](https://far.example) [near](index.html) [j](javascript:1)"
    )
    assert str(text).strip() == (
        '<p><strong>bold</strong> &lt;b&gt;raw&lt;/b&gt;  <a>far</a> <a href="index.html">near</a> <a>j</a></p>'
    )


def test_cleaning_keeps_accents_and_drops_what_hides_or_turns_text():
    assert clean("Zoë\u202e naïve\tline\nend\x1b 日本 🙂") == "Zoë⟦U+202E⟧ naïve line end⟦U+001B⟧ 日本 🙂"
    assert clean("\u200b\ud800\u2066") == "⟦U+200B⟧⟦U+D800⟧⟦U+2066⟧"
    assert clean("👩\u200d👧 Zau\u00adber") == "👩👧 Zauber"


# Form of every page


@pytest.mark.parametrize("kind", ["page", "briefing", "portfolio"])
def test_every_page_passes_the_gate_and_loads_nothing(kind):
    page = three_kinds()[kind]
    assert gate.faults(page, synthetic=kind != "portfolio") == []
    assert "<script" not in page and not re.search(r"\sstyle=", page)


@pytest.mark.parametrize("kind", ["page", "briefing", "portfolio"])
def test_the_policy_comes_first_and_holds_the_hash_of_the_style(kind):
    page = three_kinds()[kind]
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert (
        page.split("<head>")[1].lstrip().startswith(f'<meta http-equiv="Content-Security-Policy" content="{policy}">')
    )
    assert page.count("<style") == 1
    assert page.index('<meta charset="utf-8">') < 1024


@pytest.mark.parametrize("kind", ["page", "briefing", "portfolio"])
def test_headings_do_not_jump_and_there_is_one_of_the_first_level(kind):
    outline = Outline(three_kinds()[kind])
    levels = [int(tag[1]) for tag in outline.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert [outline.tags.count(tag) for tag in ("main", "footer")] == [1, 1]
    assert '<a class="skip" href="#main">' in three_kinds()[kind]


@pytest.mark.parametrize("kind", ["page", "briefing", "portfolio"])
def test_addresses_inside_a_page_are_unique_and_lead_somewhere(kind):
    outline = Outline(three_kinds()[kind])
    names = [one["id"] for one in outline.attributes if "id" in one]
    targets = {one["href"][1:] for one in outline.attributes if (one.get("href") or "").startswith("#")}
    assert len(names) == len(set(names)) and targets <= set(names)


@pytest.mark.parametrize("made_up", [True, False])
def test_made_up_data_are_called_synthetic_on_all_three_kinds(made_up):
    entry = samples.entry("glow_serum")
    entry["results"]["synthetic"] = made_up
    pages = (
        notebook_page(samples.notebook(intake=samples.intake(synthetic=made_up)), samples.RUN),
        briefing.briefing(samples.results(synthetic=made_up), samples.RUN),
        portfolio.portfolio([entry, samples.entry("real")], samples.RUN),
    )
    assert [("SYNTHETIC DATA" in Outline(page).text) for page in pages] == [made_up] * 3
    assert pages[2].count('<span class="mark">Synthetic</span>') == int(made_up)


def _luminance(colour: str) -> float:
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_text_stands_out_from_its_ground_by_four_and_a_half_to_one_in_light_and_dark():
    for scheme in re.findall(r":root \{(.*?)\}", stylesheet(), re.DOTALL):
        colours = {
            k: c if len(c) == 7 else "#" + c[1:].translate({}) * 2 for k, c in re.findall(r"--([\w-]+): (#\w+)", scheme)
        }
        grounds = [(ink, ground) for ink in ("ink", "quiet", "link") for ground in ("paper", "soft")]
        grounds += [(tone, f"{tone}-soft") for tone in ("good", "bad", "unclear", "none")]
        grounds += [(tone, "paper") for tone in ("good", "bad", "unclear", "none")] + [("banner-ink", "banner")]
        grounds += [("ink", f"{tone}-soft") for tone in ("good", "bad", "unclear", "none")]
        poor = [(a, b) for a, b in grounds if _contrast(colours[a], colours[b]) < 4.5]
        assert not poor


# Downloads


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", " =", "\ufeff="])
def test_a_cell_that_looks_like_a_formula_is_prefixed(start):
    assert safe_cell(f"{start}cmd()").startswith("'")


@pytest.mark.parametrize(
    ("cell", "text"), [(-1.5, "-1.5"), ("-12", "-12"), ("-1e-05", "-1e-05"), ("a=b", "a=b"), (None, "")]
)
def test_numbers_and_plain_text_are_left_alone(cell, text):
    assert safe_cell(cell) == text


@pytest.mark.parametrize("cell", ["-1+2", "-1|x", "-A1", "-"])
def test_what_only_starts_like_a_negative_number_is_prefixed(cell):
    assert safe_cell(cell) == f"'{cell}"


def _rows(href: str) -> list[list[str]]:
    raw = base64.b64decode(href.partition(",")[2])
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))


def test_a_download_holds_the_rows_and_says_how_many():
    link = of_text("creator,roi\nZoë,0.9\n=x,-0.5\n", "figure 1", "glow-figure-1", HOW)
    assert _rows(link.href) == [["creator", "roi"], ["Zoë", "0.9"], ["'=x", "-0.5"]]
    assert (link.filename, link.text) == ("glow-figure-1.csv", "Download the data for figure 1 (2 rows, 33 bytes CSV)")
    many = of_records(["a"], [{"a": n} for n in range(2000)], "table 1", "t", HOW)
    assert many.text == "Download the data for table 1 (2,000 rows, 9 kB CSV)"


def test_charts_and_tables_of_a_page_can_be_downloaded():
    links = [one for one in Outline(notebook_page(samples.notebook(), samples.RUN)).attributes if "download" in one]
    assert [link["download"] for link in links] == [
        "glow-serum-campaign-roi-figure-1.csv",
        "glow-serum-campaign-roi-table-1.csv",
    ]
    assert _rows(links[0]["href"])[2] == ["'=cmd()|'x'!A1", "-0.5"]
    assert len(_rows(links[1]["href"])) == 13


# The portfolio


def test_campaigns_stand_by_the_low_end_of_their_return():
    order = ["too_early", "too_close", "did_not_pay_back", "paid_back", "no_money"]
    page = portfolio.portfolio([samples.entry(branch, branch) for branch in order], samples.RUN)
    links = re.findall(r'<a href="(\w+)/index.html">', page)
    assert links == ["paid_back", "too_close", "did_not_pay_back", "no_money", "too_early"]


def test_a_better_estimate_with_a_lower_low_end_stands_behind():
    bold = samples.entry("bold")
    bold["results"]["findings"] = [samples.finding("roi.roi", 0.9, (0.01, 1.8))]
    assert [one["campaign"] for one in portfolio.ranked([bold, samples.entry("sure")])] == ["sure", "bold"]


@pytest.mark.parametrize(
    ("status", "last_good", "text"),
    [
        ("failed", "2026-07-02", "last good: 2 Jul 2026; tonight failed: out of memory"),
        ("refused", None, "never finished; tonight refused: out of memory"),
        ("stale", "2026-06-30T02:00:00+00:00", "last good: 30 Jun 2026; stale: out of memory"),
        ("ok", "2026-07-02", "up to date"),
    ],
)
def test_a_campaign_says_how_its_night_went(status, last_good, text):
    entry = samples.entry("glow_serum", status=status, reason="out of memory", last_good=last_good)
    assert text in Outline(portfolio.portfolio([entry], samples.RUN)).text


def test_a_failed_campaign_without_results_has_a_row_and_no_link():
    entry = samples.entry("acme", status="failed", reason="no such file", last_good=None, results=None)
    page = portfolio.portfolio([entry, samples.entry("glow_serum")], samples.RUN)
    text = Outline(page).text
    assert "acme/index.html" not in page and "No report yet" in text
    assert "1 of 2 campaigns clearly paid back" in text
    assert "1 of 2 campaigns is not up to date" in text


def test_costs_are_added_in_one_currency_only():
    pair = [samples.entry("one"), samples.entry("two")]
    assert portfolio.total_cost(pair) == "€538,902 cost across 2 campaigns with costs"
    other = copy.deepcopy(pair[1])
    next(one for one in other["results"]["findings"] if one["id"] == "roi.cost")["currency"] = "GBP"
    assert portfolio.total_cost([pair[0], other]) is None


def test_a_campaign_without_a_return_is_counted_as_such_though_its_cost_is_known():
    text = Outline(portfolio.portfolio([samples.entry("no_money", "no_money")], samples.RUN)).text
    assert "1 no return yet" in text and "No money data" not in text


def test_an_empty_portfolio_says_what_to_do():
    text = Outline(portfolio.portfolio([], samples.RUN)).text
    assert "No campaigns yet" in text and "Describe a campaign in a parameter file" in text


def test_a_range_is_drawn_where_it_lies_against_break_even():
    drawn = strip(-1.0, 0.0, 1.0, (-1.0, 3.0), "unclear", margin=10)
    assert (drawn.low, drawn.middle, drawn.high, drawn.zero, drawn.width) == (10, 30, 50, 30, 40)


# The gate


FAULTS = {
    "<script>1</script>": "<script> tag",
    "<iframe></iframe>": "<iframe> tag",
    "<img src=x ONERROR=alert(1)>": "script attribute onerror",
    "<a href=' java\nscript:alert(1)'>x</a>": "can run a script",
    "<a href='data:text/html,x'>x</a>": "can run a script",
    "<a href='https://example.org'>x</a>": "reaches outside",
    "<img src='//example.org/x.png'>": "reaches outside",
    "<img srcset='a.png 1x, http://example.org/x.png 2x'>": "reaches outside",
    "<meta http-equiv=refresh content='0; url=x'>": "meta refresh",
    "<p style='color:red'>x</p>": "inline style",
    "Traceback (most recent call last):": "traceback",
    "File &quot;x.py&quot;, line 3": "traceback",
    "see /home/ana/data.csv": "path of the machine",
    "see /tmp/x.csv": "path of the machine",
    "<p title='/root/x'>x</p>": "path of the machine",
    "see C:\\Users\\ana": "path of the machine",
    "write to ana@example.org": "e-mail address",
    "<a download href='data:text/csv;base64," + base64.b64encode(b"a\nana@example.org").decode() + "'>x</a>": "e-mail",
    "<style>p{}</style>": "does not hold the hash",
    "x" * 1_000_001: "larger than 1 MB",
    "a\u202eb": "direction-changing",
    "key sk_live_51H8xAbCdEfG": "key, a token or a password",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc": "key, a token or a password",
    "-----BEGIN RSA PRIVATE KEY-----": "key, a token or a password",
    "api_key=qwertyuiop": "key, a token or a password",
    "call +49 170 1234567": "phone number",
    "DE89 3704 0044 0532 0130 00": "bank account",
    "see localhost:8888": "address of a machine",
    "from 10.0.3.12:5432": "address of a machine",
}
HARMLESS = [
    "DE00 3704 0044 0532 0130 00",
    "+1,234,567%",
    "+12 to +3400",
    "-0.1234567891",
    "token",
    "python 3.11.7",
    "secret: a",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_the_gate_lets_what_only_resembles_a_secret_through(text):
    good = portfolio.portfolio([samples.entry("glow_serum")], samples.RUN)
    assert gate.faults(good.replace("</main>", f"{text}</main>")) == []


def test_a_hidden_sign_before_a_formula_is_shown_and_so_the_cell_is_text():
    assert safe_cell("\u200b=cmd()") == "⟦U+200B⟧=cmd()"


@pytest.mark.parametrize("planted", FAULTS, ids=lambda text: text[:30])
def test_the_gate_finds_a_planted_fault(planted):
    good = portfolio.portfolio([samples.entry("glow_serum")], samples.RUN)
    assert not gate.faults(good)
    found = gate.faults(good.replace("</main>", f"{planted}</main>"))
    assert len(found) == 1 and FAULTS[planted] in found[0]


def test_the_gate_finds_a_missing_weak_or_late_policy():
    good = portfolio.portfolio([], samples.RUN)
    policy = re.search(r"<meta http-equiv=[^>]+>", good)[0]
    assert gate.faults(good.replace(policy, "")) == ["The page has no content security policy."]
    assert "lets something load" in gate.faults(good.replace("default-src 'none'", "default-src *"))[0]
    assert "comes after" in gate.faults(good.replace(policy, "").replace("</style>", f"</style>{policy}"))[0]


def test_the_gate_finds_a_style_that_loads_something():
    page = portfolio.portfolio([], samples.RUN).replace("<style>", "<style>@import 'x.css';")
    assert "The style block loads something." in gate.faults(page)


def test_the_gate_finds_made_up_data_that_are_not_called_so():
    page = portfolio.portfolio([samples.entry("glow_serum")], samples.RUN)
    assert gate.faults(page, synthetic=True) == ["The data are made up, and the page does not say Synthetic."]


def test_the_gate_lets_words_through_that_only_look_dangerous():
    good = portfolio.portfolio([samples.entry("glow_serum")], samples.RUN)
    words = "&lt;script&gt; onerror= javascript:alert(1) beauty/home/garden @ana.beauty https://example.org 3:00"
    assert gate.faults(good.replace("</main>", f"<p>{words}</p></main>")) == []


def test_the_reason_for_a_missing_figure_stands_in_its_place():
    """A figure that cannot be drawn is not passed over in silence."""
    bundle = v4.new_output(
        "display_data", data={"application/vnd.influence.note.v1+json": {"text": "The figure of <b>x</b> is left out."}}
    )
    notebook = samples.notebook()
    notebook.cells.append(v4.new_code_cell("figure", outputs=[bundle]))
    assert "The figure of &lt;b&gt;x&lt;/b&gt; is left out." in notebook_page(notebook, samples.RUN)


def test_answers_that_lack_the_same_input_stand_together():
    """One reason is told once, with all the questions it leaves open."""
    missing = {"verdict": "not_available", "estimate": None, "interval": None, "n": 0, "clusters": None}
    base = samples.findings()[0]
    cost = {**base, **missing, "id": "roi.cost", "label": "Cost", "headline": "No ledger."}
    revenue = {
        **base,
        **missing,
        "id": "roi.attributed_revenue",
        "label": "Attributed revenue",
        "headline": "No ledger.",
    }
    found = briefing.unknowns([cost, revenue], {}, HOW)
    assert [one.title for one in found] == ["Cost; Attributed revenue"]


def test_a_briefing_leaves_single_published_figures_and_details_to_the_evidence():
    missing = {"verdict": "not_enough_data", "headline": "Not enough data to tell."}
    ids = ("engagement.benchmark.markerly_1k", "engagement.reach_rate.tiktok", "engagement.reach_rate")
    figures = [samples.finding(name, None, None, **missing) for name in ids]
    assert [one.title for one in briefing.unknowns(figures, {}, HOW)] == [figures[2]["label"]]
    names = ("saturation.undisclosed", "saturation.kink", "saturation.over_limit")
    seen = [samples.finding(name, 0.4, (0.3, 0.5)) for name in names]
    assert [one.title for one in briefing.risks(seen, {}, HOW)] == [seen[2]["label"], seen[1]["label"]]


@pytest.mark.parametrize(("rows", "at_once", "folded"), [(5, 5, 0), (16, 16, 0), (17, 12, 5), (60, 12, 38)])
def test_a_long_table_shows_its_first_rows_and_folds_the_others(rows: int, at_once: int, folded: int) -> None:
    columns = [{"name": "creator", "label": "Creator", "kind": "text"}]
    table = {"columns": columns, "rows": [{"creator": f"c{n}"} for n in range(rows)], "caption": "All"}
    part = table_part(table, 1, "stem", HOW)
    assert (len(part.rows), len(part.folded), part.left_out) == (at_once, folded, max(rows - 50, 0))
    assert [row[0] for row in part.rows + part.folded] == [f"c{n}" for n in range(min(rows, 50))]


def test_creators_are_not_counted_twice_in_what_a_finding_rests_on() -> None:
    assert basis_text({"id": "roi.programme_size", "n": 36, "clusters": 36}, HOW) == "n = 36 creators"
    assert basis_text({"id": "roi.roi", "n": 412, "clusters": 36}, HOW) == "n = 412 orders, 36 creators"


def test_a_method_that_two_findings_share_is_printed_once() -> None:
    """The first finding's method stands under the heading; the next finding with the same one has none."""
    notebook = samples.notebook()
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    shown = next(o for cell in cells for o in cell.outputs if MIME in o.get("data", {}))
    method = shown["data"][MIME]["method"]
    before = notebook_page(notebook, samples.RUN).count(html_module.escape(method, quote=False))
    at = next(n for n, cell in enumerate(cells) if shown in cell.outputs)
    cells[at].outputs.append(copy.deepcopy(shown))
    assert notebook_page(notebook, samples.RUN).count(html_module.escape(method, quote=False)) == before


@pytest.mark.parametrize(("verdict", "said"), [("contradicted", True), ("undecided", False), ("supported", False)])
def test_a_loss_that_missed_buyers_do_not_change_is_not_excused_by_them(verdict: str, said: bool) -> None:
    lost = {"id": "roi.roi", "verdict": "contradicted", "estimate": -0.6, "interval": [-0.8, -0.4], "level": 0.95}
    lost |= {"n": 90, "clusters": 12, "headline": "It did not pay back.", "unit": "ratio"}
    adjusted = {"id": "roi.adjusted_roas", "verdict": verdict}
    decision = briefing.decide({"roi.roi": lost, "roi.adjusted_roas": adjusted}, HOW)
    assert decision.label == briefing.DID_NOT_PAY_BACK
    assert (briefing.BEYOND_CODES in decision.actions) == said
    assert any("ask buyers" in action for action in decision.actions) != said


# Orders and choices of the portfolio, without a script


def cells(page: str, number: int) -> list[str]:
    """Return the text of one column of the portfolio, as far as the first mark behind it."""
    rows = re.findall(r"<tr role=\"row\" class=.*?</tr>", page, re.DOTALL)
    columns = [re.findall(r"<t[hd] .*?</t[hd]>", row, re.DOTALL) for row in rows]
    return [re.sub(r"<[^>]+>", "\n", found[number]).strip().split("\n")[0].strip() for found in columns]


def four() -> list[dict]:
    return [
        samples.entry("beta", "paid_back"),
        samples.entry("alpha", "too_close"),
        samples.entry("delta", "did_not_pay_back"),
        samples.entry("gamma", results=None, status="failed", reason="x", last_good=None),
    ]


def test_each_order_is_a_page_that_says_which_column_it_goes_by():
    pages = portfolio.portfolio_pages(four(), samples.RUN)
    assert set(pages) == {"index", "by-name", "by-cost", "by-date"}
    assert cells(pages["by-name"], 0) == sorted(cells(pages["index"], 0), key=str.casefold)
    assert cells(pages["index"], 1)[:3] == ["Paid back", "Too close to call", "Did not pay back"]
    for name, page in pages.items():
        assert page.count("aria-sort=") == 1
        assert f'href="{name}.html"' not in page
        assert [other for other in pages if other != name and f'href="{other}.html"' not in page] == []
        assert gate.faults(page) == []


def test_the_dearest_campaign_comes_first_and_one_without_costs_last():
    def entry(name: str, cost: float | None) -> dict:
        one = samples.entry(name)
        kept = [finding for finding in one["results"]["findings"] if finding["id"] != "roi.cost"]
        found = [samples.finding("roi.cost", cost, (cost, cost), counted=True)] if cost else []
        return {**one, "results": {**one["results"], "name": name, "intake": None, "findings": kept + found}}

    entries = [entry("none", None), entry("cheap", 10.0), entry("dear", 900.0)]
    assert cells(portfolio.portfolio_pages(entries, samples.RUN)["by-cost"], 0) == ["dear", "cheap", "none"]


def test_a_choice_of_verdicts_and_states_counts_what_it_would_show():
    page = portfolio.portfolio(four(), samples.RUN)
    choices = re.findall(r'<input type="radio" name="(\w+)" id="([\w-]+)"( checked)?> ([^<]+)</label>', page)
    assert [(one[1], bool(one[2]), one[3]) for one in choices] == [
        ("verdict-all", True, "all"),
        ("verdict-paid-back", False, "Paid back (1)"),
        ("verdict-not-paid-back", False, "Did not pay back (1)"),
        ("verdict-too-close", False, "Too close to call (1)"),
        ("verdict-no-report", False, "No report yet (1)"),
        ("state-all", True, "all"),
        ("state-fine", False, "up to date (3)"),
        ("state-late", False, "not up to date (1)"),
    ]
    rules = stylesheet()
    assert all(f"#verdict-{key}:checked) tbody tr:not(.{key})" in rules for key in portfolio.KEYS.values())


def test_three_hundred_campaigns_fit_one_page():
    entries = [samples.entry(f"campaign_{number}") for number in range(300)]
    pages = portfolio.portfolio_pages(entries, samples.RUN)
    assert max(len(page.encode()) for page in pages.values()) < 1_000_000


# What moved since the report before


def moved(**now) -> dict | None:
    before = samples.results(inputs=[{"path": "orders.csv", "sha256": "a", "rows": 9}])
    return changes.changes(before, samples.results(inputs=[{"path": "orders.csv", "sha256": "b", "rows": 9}], **now))


def test_without_a_report_before_nothing_moved():
    assert changes.changes(None, samples.results()) is None


def test_a_verdict_that_turned_is_told_with_both_sides():
    found = moved(findings=[samples.ROI_BY_BRANCH["too_close"]])
    assert found is not None and found["since"] == samples.results()["as_of"]
    told = next(one for one in changes.told(found, HOW) if one.label == samples.ROI_BY_BRANCH["too_close"]["label"])
    assert (told.before, told.after) == ("+12% (Supported)", "+4% (Undecided)")


def test_a_number_within_its_old_range_did_not_move():
    within = {**samples.ROI_BY_BRANCH["paid_back"], "estimate": 0.2, "interval": [0.1, 0.3]}
    beyond = {**samples.ROI_BY_BRANCH["paid_back"], "estimate": 0.5, "interval": [0.3, 0.6]}
    others = [one for one in samples.findings() if one["id"] != "roi.roi"]
    assert moved(findings=[within, *others])["items"] == []
    assert [item["id"] for item in moved(findings=[beyond, *others])["items"]] == ["roi.roi"]


def test_a_run_on_the_same_files_and_day_keeps_what_was_told():
    before = samples.results(changes={"since": "2026-06-01", "items": []})
    assert changes.changes(before, samples.results()) == {"since": "2026-06-01", "items": []}


def test_what_moved_stands_on_top_of_the_briefing_and_in_the_portfolio():
    found = moved(findings=[samples.ROI_BY_BRANCH["too_close"]])
    results = samples.results("too_close", changes=found)
    page = Outline(briefing.briefing(results, samples.RUN)).text
    assert page.index("Since the report of") < page.index("What to do")
    assert "+12% (Supported) → +4% (Undecided)" in page
    quiet = Outline(briefing.briefing(samples.results(changes={"since": "2026-06-01", "items": []}), samples.RUN)).text
    assert "no answer turned, and no number left its range." in quiet
    entry = {**samples.entry("glow_serum"), "results": results}
    assert "+12% (Supported) → +4% (Undecided)" in Outline(portfolio.portfolio([entry], samples.RUN)).text


# What would change our mind


@pytest.mark.parametrize(
    ("branch", "said"),
    [
        ("paid_back", "if attributed revenue were 11% lower, or 3% lower at the low end of the range."),
        (
            "did_not_pay_back",
            "would have to be 22% higher for the campaign to break even, or 9% higher at the high end",
        ),
        ("too_close", "At the low end of the range the campaign returned -6% on its cost, at the high end +15%"),
    ],
)
def test_a_reader_is_told_what_would_turn_the_verdict(branch, said):
    """By hand: 1 - 1/1.12 = .107, 1 - 1/1.03 = .029; 1/.82 - 1 = .2195, 1/.92 - 1 = .087."""
    assert any(said in sentence for sentence in briefing.mind({"roi.roi": samples.ROI_BY_BRANCH[branch]}))


def test_without_a_return_nothing_is_said_of_what_would_turn_it():
    assert briefing.mind({"roi.roi": samples.ROI_BY_BRANCH["too_early"]}) == []


@pytest.mark.parametrize(
    ("caption", "parts"),
    [
        ("Costs by kind. Shared costs are left out.", ("Costs by kind", "Shared costs are left out.")),
        ("Bestellungen bis 18. Mai 2026. Jede zählt einmal.", ("Bestellungen bis 18. Mai 2026", "Jede zählt einmal.")),
        (
            "Bestellungen bis 14. Jan. 2026. Jede zählt einmal.",
            ("Bestellungen bis 14. Jan. 2026", "Jede zählt einmal."),
        ),
        ("Costs by kind", ("Costs by kind", "")),
    ],
)
def test_a_caption_ends_with_its_first_sentence_whatever_dates_are_in_it(caption, parts):
    table = table_part({**samples.TABLE_JSON, "caption": caption}, 1, "x", HOW)
    assert (table.caption, table.scope) == parts
