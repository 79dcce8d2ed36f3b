"""Plan a batch, run its campaigns side by side, and write the manifest and the portfolio."""

import contextlib
import multiprocessing
import os
import queue
import secrets
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.context import BaseContext
from multiprocessing.managers import SyncManager
from pathlib import Path
from typing import Any

from influence_lib.batch import state
from influence_lib.batch.progress import Progress
from influence_lib.batch.worker import Job, Result, mask, recover, run_campaign
from influence_lib.campaign import Campaign, CampaignError, InputError


class BatchLockedError(Exception):
    """Another batch writes to the same outputs; the message names its process."""


@dataclass(frozen=True)
class Plan:
    """What a batch will do: jobs to run, campaigns that are fresh, parameter files that cannot be used."""

    jobs: tuple[Job, ...]
    fresh: tuple[str, ...]
    refused: Mapping[str, str]
    reasons: Mapping[str, str]


@dataclass(frozen=True)
class Outcome:
    """How a batch ended: what was planned and what became of each campaign."""

    plan: Plan
    results: dict[str, Result]

    @property
    def exit_code(self) -> int:
        """Return 1 when a campaign failed, 2 when an input could not be used, else 0."""
        statuses = [result.status for result in self.results.values()]
        if "failed" in statuses:
            return 1
        return 2 if self.plan.refused or "refused" in statuses else 0


def files(params: Path, names: Sequence[str]) -> list[Path]:
    """Return the parameter files of the named campaigns, or of all; raise InputError when one is not there."""
    if not params.is_dir():
        raise InputError(f"there is no folder '{params}'; run this where the project lies, or name it with --params")
    found = sorted(params.glob("*.yml"))
    if not names:
        if not found:
            raise InputError(f"there is no campaign in '{params}'; `influence new NAME FILE...` writes one")
        return found
    known = {file.stem: file for file in found}
    missing = [name for name in names if name not in known]
    if missing:
        raise InputError(
            f"no campaign called {', '.join(missing)} in '{params}'; there are: {', '.join(known) or 'none'}"
        )
    return [known[name] for name in names]


def plan(params: Path, out: Path, names: Sequence[str], notebook: str | None, as_of: str | None, force: bool) -> Plan:
    """Return what has to run: every notebook whose inputs, parameters or code changed, of every usable campaign."""
    questions = state.QUESTIONS if notebook is None else (notebook,)
    if notebook is not None and notebook not in state.QUESTIONS:
        raise InputError(f"there is no notebook '{notebook}'; there are: {', '.join(state.QUESTIONS)}")
    manifest, run_id = (
        state.read_manifest(out),
        f"{state.now().replace(':', '').replace('+0000', 'Z')}-{secrets.token_hex(2)}",
    )
    jobs, fresh, refused, reasons = [], [], {}, {}
    for file in files(params, names):
        try:
            campaign = Campaign.load(file, as_of)
        except CampaignError as error:
            refused[file.stem] = str(error)
            continue
        except Exception as error:  # one odd file never stops the other campaigns
            refused[file.stem] = f"{file} cannot be used: {type(error).__name__}: {error}"
            continue
        reason_of = state.stale_reasons(campaign, manifest, out)
        why = {q: "asked for" if force else reason_of[q] for q in questions}
        stale = tuple(question for question, reason in why.items() if reason)
        if stale:
            kept = tuple(q for q, reason in reason_of.items() if reason is None and q not in stale)
            jobs.append(Job(file, stale, out, as_of, run_id, kept))
            reasons[file.stem] = "; ".join(f"{question}: {why[question]}" for question in stale)
        else:
            fresh.append(file.stem)
    return Plan(tuple(jobs), tuple(fresh), refused, reasons)


def run(
    params: Path,
    out: Path,
    names: Sequence[str] = (),
    *,
    jobs: int | None = None,
    force: bool = False,
    as_of: str | None = None,
    notebook: str | None = None,
    log: Path | None = None,
) -> Outcome:
    """Run the campaigns that changed, publish what is whole, and write `run.json` and the portfolio.

    Raises InputError for a request that cannot be used and BatchLockedError when another batch is at work.
    """
    out.mkdir(parents=True, exist_ok=True)
    with _lock(out):
        recover(out)
        todo = plan(params, out, names, notebook, as_of, force)
        started = state.now()
        outcome = Outcome(todo, {})
        try:
            with Progress(todo.jobs, log) as progress:
                _run_all(todo.jobs, jobs or os.cpu_count() or 1, progress, outcome.results)
        finally:  # also when somebody stops the batch: what is done is published and accounted for
            recover(out)
            _account(outcome, params, out, as_of, started)
    return outcome


def _run_all(jobs: Sequence[Job], workers: int, progress: Progress, results: dict[str, Result]) -> None:
    """Run every job side by side in processes of their own, and put each result into `results` as it comes."""
    if not jobs:
        return
    _one_thread_each()
    context = multiprocessing.get_context("spawn")
    manager = SyncManager(ctx=context)
    manager.start(_deaf)
    with manager, _pool(min(workers, len(jobs)), context) as pool:
        messages = manager.Queue()
        listener = threading.Thread(target=_listen, args=(messages, progress), daemon=True)
        listener.start()
        waiting: dict[Future[Result], Job] = {pool.submit(_in_worker, job, messages): job for job in jobs}
        while waiting:
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                job = waiting.pop(future)
                results[job.name] = _result(future, job)
                progress.campaign(results[job.name])
        messages.put(None)
        listener.join(timeout=5)


def _one_thread_each() -> None:
    """Let each worker, and the kernels it starts, do linear algebra on one core, unless the operator said otherwise.

    Workers share the cores already; small matrices on several threads take many times as long there.
    """
    for library in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(library, "1")


def _deaf() -> None:
    """Leave Ctrl-C to the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextlib.contextmanager
def _pool(workers: int, context: BaseContext) -> Iterator[ProcessPoolExecutor]:
    """Give a pool of processes; when the batch is stopped they are ended, and nothing new is started.

    A kernel whose worker is gone ends by itself.
    """
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_deaf)
    try:
        yield pool
    except BaseException:
        for child in set(multiprocessing.active_children()) - others:
            child.kill()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _in_worker(job: Job, messages: Any) -> Result:
    """Run one job in a worker process, reporting through the queue."""
    return run_campaign(job, messages.put)


def _result(future: Future[Result], job: Job) -> Result:
    """Return a job's result, also when its process died."""
    try:
        return future.result()
    except BrokenProcessPool:
        return Result(job.name, "failed", "the process that ran the campaign was ended from outside")
    except Exception as error:
        return Result(job.name, "failed", mask(f"{type(error).__name__}: {error}"))


def _listen(messages: Any, progress: Progress) -> None:
    """Show what the workers report until the end mark comes."""
    while True:
        with contextlib.suppress(queue.Empty):
            try:
                message = messages.get(timeout=600)
            except (EOFError, OSError):  # the batch was stopped
                return
            if message is None:
                return
            progress.tell(message)


def _account(outcome: Outcome, params: Path, out: Path, as_of: str | None, started: str) -> None:
    """Write the manifest and the portfolio; campaigns not part of this run keep their entry while they have a YAML."""
    from influence_lib.batch import pages

    manifest = state.read_manifest(out)
    entries = dict(manifest["campaigns"])
    stays = {job.name: job.kept for job in outcome.plan.jobs}
    for name, result in outcome.results.items():
        kept = stays[name] if result.status == "ok" else ()
        entries[name] = _entry(entries.get(name, {}), result.to_json(), as_of, kept)
    for name, error in outcome.plan.refused.items():
        entries[name] = _entry(
            entries.get(name, {}), {"status": "refused", "error": mask(error), "seconds": 0.0, "notebooks": {}}, as_of
        )
    there = {file.stem for file in params.glob("*.yml")}
    entries = {name: entry for name, entry in sorted(entries.items()) if name in there}
    run_id = outcome.plan.jobs[0].run_id if outcome.plan.jobs else manifest.get("run_id")
    content = {
        "run_id": run_id,
        "started_at": started,
        "finished_at": state.now(),
        "versions": state.versions(),
        "campaigns": entries,
    }
    state.write_json(out / "run.json", content)
    pages.write_portfolio(out, content)


def _entry(
    before: Mapping[str, Any], now: dict[str, Any], as_of: str | None, kept: Sequence[str] = ()
) -> dict[str, Any]:
    """Return a campaign's entry: this run's, with the notebooks that stayed, and the last good day."""
    stayed = {name: entry for name, entry in before.get("notebooks", {}).items() if name in kept}
    good = state.now() if now["status"] == "ok" else before.get("last_good")
    return now | {"notebooks": {**stayed, **now["notebooks"]}, "last_good": good, "as_of_asked": as_of}


@contextlib.contextmanager
def _lock(out: Path) -> Iterator[None]:
    """Hold the outputs for one batch; raise BatchLockedError with the holder's process when they are taken."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with (out / ".lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            raise BatchLockedError(
                f"another batch (process {file.read().strip()}) is writing to '{out}'; wait for it"
            ) from error
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield
