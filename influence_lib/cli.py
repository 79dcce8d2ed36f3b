"""The `influence` command: look at exports, check them, run campaigns, simulate, tell the state."""

import datetime as dt
import json
import os
import re
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

import influence_lib
from influence_lib.campaign import ID_PATTERN, InputError

# Few libraries are imported at the top: `influence --help` should not wait for pandas.


class _Day(click.ParamType):
    """A date on the command line."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the date as text, or say what a date looks like."""
        try:
            return dt.date.fromisoformat(value).isoformat()
        except ValueError:
            self.fail(f"'{value}' is not a date; write it as YYYY-MM-DD", param, ctx)


FOLDER = click.Path(file_okay=False, path_type=Path)
params_option = click.option(
    "--params", type=FOLDER, default=Path("params"), show_default=True, help="Folder of the campaigns' YAML files."
)
out_option = click.option("--out", type=FOLDER, default=Path("outputs"), show_default=True, help="Folder for reports.")
day_option = click.option(
    "--as-of", type=_Day(), help="The day the reports speak of; the YAML's, or today, when left out."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(influence_lib.__version__, prog_name="influence")
def cli() -> None:
    """Judge a micro-influencer programme from the files people really have, and say how sure we are."""


@cli.command()
@click.argument("name")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@params_option
def new(name: str, files: tuple[Path, ...], params: Path) -> None:
    """Look at exports and write PARAMS/NAME.yml with what was recognised, commented."""
    from influence_lib import setup

    made = setup.propose(name, files, params)
    for line in made.told:
        click.echo(line)
    click.echo(f"Wrote {made.file}. Read its comments, then: influence run {name}")


@cli.command()
@click.argument("names", nargs=-1)
@click.option("--file", "single", type=click.Path(path_type=Path), help="Check this one file instead of campaigns.")
@click.option("--as", "kind", type=click.Choice(["posts", "orders", "payments"]), help="What the one file is.")
@click.option("--json", "as_json", is_flag=True, help="Answer with one JSON object.")
@params_option
@day_option
def check(
    names: tuple[str, ...], single: Path | None, kind: str | None, as_json: bool, params: Path, as_of: str | None
) -> None:
    """Read the inputs only: what was read, what was set aside and why, which questions can be answered."""
    from influence_lib import checking

    if single is not None:
        answer = checking.check_file(single, kind)
        click.echo(json.dumps(answer, ensure_ascii=False) if as_json else checking.file_text(answer))
        sys.exit(2 if answer["disposition"] == "refuse" else 0)
    answers = checking.check_campaigns(params, names, as_of)
    click.echo(
        json.dumps(answers, ensure_ascii=False) if as_json else "\n\n".join(checking.campaign_text(a) for a in answers)
    )
    sys.exit(2 if any("error" in answer for answer in answers) else 0)


@cli.command()
@click.argument("names", nargs=-1)
@click.option("--jobs", type=click.IntRange(1, 256), help="Campaigns at the same time; as many as cores when left out.")
@click.option("--force", is_flag=True, help="Run also what did not change.")
@click.option("--notebook", metavar="Q", help="Run this notebook only.")
@click.option("--cluster", metavar="ADDRESS", help="Run on a Dask cluster (not yet available).", hidden=True)
@click.option("--dry-run", is_flag=True, help="Say what would run and why, and stop.")
@click.option(
    "--log-json", type=click.Path(dir_okay=False, path_type=Path), help="Write one JSON object a line to this file."
)
@params_option
@out_option
@day_option
def run(
    names: tuple[str, ...],
    jobs: int | None,
    force: bool,
    notebook: str | None,
    cluster: str | None,
    dry_run: bool,
    log_json: Path | None,
    params: Path,
    out: Path,
    as_of: str | None,
) -> None:
    """Run the notebooks of campaigns whose inputs, parameters or code changed, and publish their pages.

    Without NAMES: all of PARAMS. Exit codes: 0 all well; 1 a campaign failed (the others are done); 2 the request or
    an input cannot be used; 75 another batch is writing to the same folder.
    """
    from influence_lib import batch
    from influence_lib.batch import runner

    if cluster is not None:
        raise InputError("--cluster is not available in this version; leave it out to run on this machine")
    if dry_run:
        _tell_plan(runner.plan(params, out, names, notebook, as_of, force))
        return
    outcome = batch.run(params, out, names, jobs=jobs, force=force, as_of=as_of, notebook=notebook, log=log_json)
    for error in outcome.plan.refused.values():
        click.echo(error, err=True)
    statuses = [result.status for result in outcome.results.values()] + ["refused"] * len(outcome.plan.refused)
    told = ", ".join(
        f"{statuses.count(word)} {label}"
        for word, label in (("ok", "published"), ("failed", "failed"), ("refused", "refused"))
        if word in statuses
    )
    click.echo(
        "; ".join(part for part in (told, f"{len(outcome.plan.fresh)} unchanged" if outcome.plan.fresh else "") if part)
    )
    click.echo(f"Portfolio: {(out / 'index.html').resolve()}")
    sys.exit(outcome.exit_code)


def _tell_plan(plan: Any) -> None:
    """Print what a batch would do."""
    for job in plan.jobs:
        click.echo(f"run      {job.name}: {plan.reasons[job.name]}")
    for name in plan.fresh:
        click.echo(f"fresh    {name}")
    for error in plan.refused.values():
        click.echo(f"refused  {error}", err=True)
    sys.exit(2 if plan.refused else 0)


@cli.command()
@click.argument("name")
@click.option("--out", type=FOLDER, required=True, help="Folder for the exports and truth.json.")
@click.option("--seed", type=click.IntRange(min=0), required=True, help="Start of every random number.")
@click.option("--scenario", default="default", show_default=True, help="What is planted.")
@click.option("--creators", type=click.IntRange(min=2), help="How many creators.")
@click.option("--posts", type=click.IntRange(min=10), help="About how many posts.")
def simulate(name: str, out: Path, seed: int, scenario: str, creators: int | None, posts: int | None) -> None:
    """Write raw exports with planted effects into OUT, and truth.json beside them."""
    from influence_lib import simulate as simulator

    try:
        simulator.simulate(name, out, seed, scenario, creators, posts)
    except ValueError as error:
        raise InputError(str(error)) from error
    click.echo(f"Wrote synthetic exports of '{name}' to {out}. Next: influence new {name} {out}/*.csv")


@cli.command()
@params_option
@out_option
def status(params: Path, out: Path) -> None:
    """Tell for each campaign whether its report is fresh, stale or failed, and why."""
    from influence_lib import batch

    rows = batch.status(params, out)
    for row in rows:
        good = f"last good {row['last_good']}" if row["last_good"] else "never run well"
        click.echo(
            f"{row['campaign']:<24} {row['status']:<8} {good}" + (f"  ({row['reason']})" if row["reason"] else "")
        )
    if not rows:
        click.echo(f"No campaigns in '{params}'.")


@cli.command()
@click.argument("campaign")
@click.option("--page", default="index", show_default=True, help="Page of the report, such as campaign_roi.")
@out_option
def pdf(campaign: str, page: str, out: Path) -> None:
    """Print the briefing of a campaign, or another page of its report, as a PDF beside it (needs Chromium)."""
    from influence_lib.report.pdf import print_page

    for name, value in (("campaign", campaign), ("--page", page)):
        if not re.fullmatch(ID_PATTERN, value):
            raise click.BadParameter(f"'{value}' is no name of a {name.strip('-')}", param_hint=name)
    name = campaign if page == "index" else f"{campaign}-{page}"
    target = out / campaign / f"{name}.pdf"
    print_page(out / campaign / f"{page}.html", target)
    click.echo(f"Printed: {target}")


def main(arguments: list[str] | None = None) -> None:
    """Run the command; turn errors a person can mend into one message and exit code 2."""
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _terminate)
    sys.exit(_guarded(lambda: cli.main(args=arguments, prog_name="influence", standalone_mode=False)))


def _guarded(call: Callable[[], Any]) -> int:
    """Return the exit code of a command."""
    from click.exceptions import Abort, ClickException, Exit

    try:
        call()
    except ClickException as error:
        error.show()
        return 2
    except InputError as error:
        click.echo(str(error), err=True)
        return 2
    except (Abort, KeyboardInterrupt) as error:
        click.echo("stopped", err=True)
        return 143 if isinstance(error.__cause__ or error, _Terminated) else 130
    except Exit as error:
        return error.exit_code
    except SystemExit as error:
        return int(error.code or 0)
    except OSError as error:
        click.echo(f"{error.filename or 'a file'} cannot be used: {error.strerror or error}", err=True)
        return 2
    except Exception as error:
        return _unexpected(error)
    return 0


class _Terminated(KeyboardInterrupt):
    """The process was asked to end."""


def _terminate(*_: object) -> None:
    """End as Ctrl-C does when the system asks to."""
    raise _Terminated


def _unexpected(error: Exception) -> int:
    """Return the exit code of an error nobody foresaw; a locked output folder has one of its own."""
    if type(error).__name__ == "BatchLockedError":
        click.echo(str(error), err=True)
        return 75
    if type(error).__name__ == "TableError":
        click.echo(str(error), err=True)
        return 2
    raise error
