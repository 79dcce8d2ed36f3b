"""Show what a batch does: bars on a terminal, plain lines elsewhere, JSON lines for machines."""

import json
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from tqdm import tqdm

from influence_lib.batch import state
from influence_lib.batch.worker import Job, Result


class Progress:
    """One bar for the whole batch and one for each notebook at work; lines when the output is no terminal."""

    def __init__(self, jobs: Sequence[Job], log: Path | None) -> None:
        """Prepare bars for the jobs; `log` takes one JSON object a line."""
        self._terminal = sys.stderr.isatty()
        self._notebooks = sum(len(job.notebooks) for job in jobs)
        self._bars: dict[tuple[str, str], Any] = {}
        self._slots: set[int] = set()
        self._lock = threading.Lock()
        self._log: TextIO | None = log.open("a", encoding="utf-8") if log else None
        self._all: Any = None

    def __enter__(self) -> Self:
        """Show the bar of the whole batch."""
        if self._notebooks and self._terminal:
            self._all = tqdm(total=self._notebooks, desc="notebooks", unit="notebook", position=0, dynamic_ncols=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all bars and the log."""
        for bar in (*self._bars.values(), self._all):
            if bar is not None:
                bar.close()
        if self._log:
            self._log.close()

    def tell(self, message: dict[str, Any]) -> None:
        """Take one message of a worker: a notebook started, a cell is done, a notebook is done."""
        with self._lock:
            key = (message["campaign"], message["notebook"])
            if message["kind"] == "start":
                self._start(key, message["cells"])
            elif message["kind"] == "cell" and key in self._bars:
                self._bars[key].update(1)
            elif message["kind"] == "notebook":
                self._end(key)
                self._line(f"{key[0]:<20} {key[1]:<24} done in {message['seconds']:.1f} s")
            if message["kind"] != "cell":
                self._json(message)

    def campaign(self, result: Result) -> None:
        """Take the end of a campaign."""
        with self._lock:
            for key in [key for key in self._bars if key[0] == result.campaign]:
                self._end(key)
            if result.status != "ok":
                self._line(f"{result.campaign:<20} {result.status}: {result.error}")
            else:
                self._line(f"{result.campaign:<20} published after {result.seconds:.1f} s")
            self._json(
                {
                    "kind": "campaign",
                    "campaign": result.campaign,
                    "status": result.status,
                    "error": result.error,
                    "seconds": round(result.seconds, 2),
                }
            )

    def _start(self, key: tuple[str, str], cells: int) -> None:
        """Open a bar for a notebook in the first free line."""
        if not self._terminal:
            return
        slot = next(number for number in range(1, len(self._slots) + 2) if number not in self._slots)
        self._slots.add(slot)
        self._bars[key] = tqdm(
            total=cells, desc=f"{key[0]} · {key[1]}", unit="cell", position=slot, leave=False, dynamic_ncols=True
        )

    def _end(self, key: tuple[str, str]) -> None:
        """Close a notebook's bar and move the bar of the batch."""
        bar = self._bars.pop(key, None)
        if bar is not None:
            self._slots.discard(abs(bar.pos))
            bar.close()
        if self._all is not None:
            self._all.update(1)

    def _line(self, text: str) -> None:
        """Write a line that stays."""
        tqdm.write(text, file=sys.stderr)

    def _json(self, message: dict[str, Any]) -> None:
        """Write a line for machines."""
        if self._log:
            self._log.write(json.dumps({"at": state.now(), **message}) + "\n")
            self._log.flush()
