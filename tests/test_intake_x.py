"""X: posts and days of an account, and the tweet activity of the time before."""

from pathlib import Path

import pytest
from small_files import adds_up, day, load, read

POSTS = (
    "Post id,Date,Post text,Post Link,Impressions,Likes,Engagements,Bookmarks,Shares,New follows,Replies,Reposts,"
    "Profile visits,Detail Expands,URL Clicks,Hashtag Clicks,Permalink Clicks\n"
)
POST = '{},"Tue, Mar 10, 2026",Bread is out,https://x.com/Ada_Bakes/status/{},"12,500",120,300,8,5,3,14,25,9,2,66,0,0\n'
TWEETS = (
    '"Tweet id","Tweet permalink","Tweet text","time","impressions","engagements","engagement rate","retweets",'
    '"replies","{}","url clicks","follows","promoted impressions","promoted engagements"\n'
)
TWEET = '"11","https://twitter.com/ada_bakes/status/11","Bread","2026-03-10 18:42 +0000","424.0","9.0","0.02","1.0",'
OVERVIEW = (
    "Date,Impressions,Likes,Engagements,Bookmarks,Shares,New follows,Unfollows,Replies,Reposts,Profile visits,"
    "Create Post,Video views,Media views\n"
)


def test_posts_of_an_account_give_posts_and_their_numbers(tmp_path: Path) -> None:
    reading = read(tmp_path, POSTS + POST.format(2074, 2074), "posts.csv", posts={"exported_on": "2026-04-01"})
    post, numbers = reading.frames["posts"].iloc[0], reading.frames["post_metrics"].iloc[0]
    names = ("impressions", "likes", "comments", "shares", "saves", "follows", "link_clicks")
    assert adds_up(reading)
    assert (post["post_id"], post["influencer_id"], post["platform"]) == ("x/2074", "ada_bakes", "x")
    assert (post["posted_at"], numbers["observed_at"]) == (day(2026, 3, 10), day(2026, 4, 1))
    assert [numbers[name] for name in names] == [12_500, 120, 14, 25, 8, 3, 66]


def test_reposts_are_shares_and_copied_links_are_not(tmp_path: Path) -> None:
    reading = read(tmp_path, POSTS + POST.format(1, 1), "posts.csv")
    assert reading.frames["post_metrics"]["shares"].tolist() == [25]
    assert any(note.startswith("reposts are read as shares") for note in reading.notes)


@pytest.mark.parametrize("spoiled", ["2.07E+18", "2074000000000000000", ""])
def test_the_link_keeps_the_id_that_a_spreadsheet_has_rounded(tmp_path: Path, spoiled: str) -> None:
    reading = read(tmp_path, POSTS + POST.format(spoiled, 2074000000000000001), "posts.csv")
    assert reading.frames["posts"]["post_id"].tolist() == ["x/2074000000000000001"]
    assert "ids taken from the links (1 row)" in reading.normalised


@pytest.mark.parametrize("nobody", ["i", "i/web"])
def test_a_link_without_a_handle_belongs_to_the_account_of_the_others(tmp_path: Path, nobody: str) -> None:
    other = POST.format("1.2E+18", 12).replace("Ada_Bakes", nobody)
    posts = read(tmp_path, POSTS + POST.format(11, 11) + other, "posts.csv").frames["posts"]
    assert posts["influencer_id"].tolist() == ["ada_bakes", "ada_bakes"]
    assert posts["post_id"].tolist() == ["x/11", "x/12"]


@pytest.mark.parametrize("likes", ["favorites", "likes"])
def test_tweet_activity_is_read_without_what_was_paid_for(tmp_path: Path, likes: str) -> None:
    reading = read(tmp_path, f'{TWEETS.format(likes)}{TWEET}"2.0","3.0","5.0","0","-","-"\n', "tweets.csv")
    numbers = reading.frames["post_metrics"].iloc[0]
    assert [numbers[name] for name in ("impressions", "shares", "comments", "likes")] == [424, 1, 2, 3]
    assert reading.frames["posts"]["posted_at"].tolist() == [day(2026, 3, 10, 18, 42)]
    assert [remark.code for remark in reading.remarks if remark.warns] == []


def test_promoted_tweets_are_told(tmp_path: Path) -> None:
    reading = read(tmp_path, f'{TWEETS.format("likes")}{TWEET}"2.0","3.0","5.0","0","90.0","4.0"\n', "tweets.csv")
    assert [(remark.code, remark.words[-8:]) for remark in reading.remarks if remark.warns] == [
        ("PROMOTED", "(1 post)")
    ]
    assert reading.frames["post_metrics"]["impressions"].tolist() == [424]


def test_the_overview_gives_series_of_the_account(tmp_path: Path) -> None:
    rows = '"Wed, Mar 11, 2026",100,10,20,1,2,5,3,1,2,7,1,8,9\n"Tue, Mar 10, 2026",50,5,10,0,1,2,1,0,1,3,0,4,5\n'
    reading = read(tmp_path, OVERVIEW + rows, "overview.csv", overview={"creator": "@ada_bakes"})
    series = reading.frames["series"]
    assert reading.source.name == "x_overview"
    assert (reading.sums["x_impressions"], reading.sums["x_new_follows"], reading.sums["x_unfollows"]) == (150, 7, 4)
    assert (series["date"].min(), series["date"].max()) == (day(2026, 3, 10), day(2026, 3, 11))
    assert (len(series), set(series["influencer_id"])) == (26, {"ada_bakes"})


def test_posts_and_days_keep_the_rules_of_the_tables(tmp_path: Path) -> None:
    days = "Date,Impressions,New follows,Unfollows\n2026-03-10,50,2,1\n"
    files = {"posts.csv": POSTS + POST.format(11, 11), "overview.csv": days}
    tables = load(tmp_path, files, overview={"creator": "ada_bakes"}).tables
    assert tables.series["name"].tolist() == ["x_impressions", "x_new_follows", "x_unfollows"]
    assert tables.posts["post_id"].tolist() == ["x/11"]
