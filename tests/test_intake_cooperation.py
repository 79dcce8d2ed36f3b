"""The log of events with creators, and the list of what was agreed."""

from pathlib import Path

from small_files import POSTS, adds_up, load, read

LOG = """Date,Creator,Event,Direction,Channel,Personalised,Message
2026-02-01,@ada.bakes,Outreach,outbound,E-mail,yes,Dear Ada
2026-02-03,@ada.bakes,Reply,inbound,E-mail,,Sounds fun
2026-02-20,@ada.bakes,Revision,sent,Call,no,please change the hook
"""
WORK = """ID,Handle,Due date,Platform,Format,Tags,Creative control,Needs approval,Post link,Brief text
d1,@ada.bakes,2026-03-05,Instagram,Reel,#ad #examplia,guidelines,yes,https://www.instagram.com/p/p1/,say this
d2,@ada.bakes,2026-05-09,Instagram,Story,#ad,free,no,,
"""


def test_a_log_gives_what_happened_with_whom_and_never_what_was_written(tmp_path: Path) -> None:
    reading = read(tmp_path, LOG, "log.csv")
    events = reading.frames["events"]
    assert reading.source.name == "events"
    assert events["kind"].tolist() == ["outreach", "reply", "revision"]
    assert events["direction"].tolist() == ["out", "in", "out"]
    assert events["channel"].tolist() == ["e-mail", "e-mail", "call"]
    assert reading.unused_headers == ("Message",)
    assert adds_up(reading)


def test_a_note_in_the_place_of_a_kind_is_not_kept(tmp_path: Path) -> None:
    note = "Called and talked at length about the move to Berlin"
    text = f"Date,Creator,Activity,Direction\n2026-02-01,ada,Outreach,out\n2026-02-02,ada,{note},in\n"
    reading = read(tmp_path, text, "log.csv")
    assert reading.frames["events"]["kind"].tolist() == ["outreach", "other"]
    assert any("read as other (1 event)" in words for words in reading.notes)


def test_a_list_of_deliverables_gives_dates_duties_and_freedom(tmp_path: Path) -> None:
    reading = read(tmp_path, WORK, "work.csv")
    work = reading.frames["deliverables"]
    assert reading.source.name == "deliverables"
    assert work["deliverable_id"].tolist() == ["d1", "d2"]
    assert work["post_type"].tolist() == ["reel", "story"]
    assert work["required_tags"].tolist() == ["#ad;#examplia", "#ad"]
    assert work["latitude"].tolist() == ["guided", "free"]
    assert work["approval_required"].tolist() == [True, False]
    assert "Brief text" in reading.unused_headers


def test_a_deliverable_goes_by_the_id_of_its_post(tmp_path: Path) -> None:
    tracker = POSTS.replace("Comments\n", "Comments,Link\n", 1).replace(",21\n", ",21,instagram.com/p/p1\n")
    tracker = tracker.replace(",18\n", ",18,\n").replace(",44\n", ",44,\n")
    data = load(tmp_path, {"tracker.csv": tracker, "work.csv": WORK})
    assert data.tables.deliverables["post_id"].fillna("").tolist() == ["instagram/p1", ""]
    hashed = load(tmp_path, {"tracker.csv": tracker, "work.csv": WORK}, creator_names="hashed").tables
    assert hashed.deliverables["post_id"].iloc[0] in set(hashed.posts["post_id"])


def test_work_that_is_due_after_the_report_is_kept_and_events_after_it_are_not(tmp_path: Path) -> None:
    late = LOG + "2026-06-01,@ada.bakes,Reply,in,Call,,\n"
    data = load(tmp_path, {"log.csv": late, "work.csv": WORK, "tracker.csv": POSTS})
    assert len(data.tables.deliverables) == 2
    assert (len(data.tables.events), data.by_reason()) == (3, {"AFTER_AS_OF": 1})


def test_ids_that_begin_anew_with_each_creator_merge_nobodys_work(tmp_path: Path) -> None:
    text = "ID,Handle,Due date,Format\n1,ada,2026-03-01,reel\n1,ben,2026-03-01,reel\n2,ben,2026-03-02,reel\n"
    data = load(tmp_path, {"work.csv": text})
    assert sorted(data.tables.deliverables["influencer_id"]) == ["ada", "ben", "ben"]


def test_a_creator_whom_no_other_file_knows_stays_and_is_counted(tmp_path: Path) -> None:
    data = load(tmp_path, {"tracker.csv": POSTS, "log.csv": LOG.replace("ada.bakes", "ada_bakes")})
    assert set(data.tables.events["influencer_id"]) == {"ada_bakes"}
    assert "named in events and in no list of posts or creators (1 creator)" in data.notes


def test_references_name_no_creator_where_names_are_hashed(tmp_path: Path) -> None:
    text = "Date,Creator,Event,Ref\n2026-02-01,@ada.bakes,Outreach,ada.bakes_brief_2\n"
    events = load(tmp_path, {"log.csv": text, "tracker.csv": POSTS}, creator_names="hashed").tables.events
    assert events["ref"].tolist() == ["…_brief_2"]
    assert events["influencer_id"].str.startswith("creator-").all()


def test_events_and_work_of_another_campaign_are_dropped_and_counted(tmp_path: Path) -> None:
    log = "Date,Creator,Event,Direction,Campaign\n2026-02-01,ada,Outreach,out,Spring\n2026-02-02,ada,Reply,in,Autumn\n"
    work = "ID,Handle,Due date,Format,Campaign\nd1,ada,2026-03-01,reel,Autumn\nd2,ada,2026-03-02,reel,\n"
    data = load(tmp_path, {"log.csv": log, "work.csv": work})
    assert data.tables.events["kind"].tolist() == ["outreach"]
    assert data.tables.events["campaign_id"].tolist() == ["spring"]
    assert data.tables.deliverables["deliverable_id"].tolist() == ["d2"]
    assert data.by_reason() == {"OTHER_CAMPAIGN": 2}
