"""What is no finished table of a bearable size is refused before it is read, and in little memory."""

import gzip
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from small_files import POSTS, TRACKER, read

from influence_lib.campaign import FileParameters
from influence_lib.intake import FileError, guards, recognise

ROW = "@ada.bakes,instagram,p9,2026-03-09T09:00:00Z,100,1"


def refusal(path: Path) -> FileError:
    """Return why a file is refused."""
    with pytest.raises(FileError) as error:
        recognise(path, FileParameters(path="x.csv"))
    return error.value


def test_a_link_out_of_its_folder_is_refused_and_one_within_is_read(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "secret.csv").write_text(POSTS)
    (tmp_path / "data" / "posts.csv").write_text(POSTS)
    (tmp_path / "data" / "out.csv").symlink_to("../secret.csv")
    (tmp_path / "data" / "within.csv").symlink_to("posts.csv")
    assert refusal(tmp_path / "data" / "out.csv").code == "LINK_OUT"
    assert len(recognise(tmp_path / "data" / "within.csv", FileParameters(path="x")).sheet) == 3


def test_a_folder_that_is_a_link_is_fine(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "posts.csv").write_text(POSTS)
    (tmp_path / "here").symlink_to("data")
    assert len(recognise(tmp_path / "here" / "posts.csv", FileParameters(path="x")).sheet) == 3


def test_a_link_that_leads_to_a_device_a_loop_or_nowhere_is_refused(tmp_path: Path) -> None:
    for name, target in (("device.csv", "/dev/zero"), ("loop.csv", "loop.csv"), ("gone.csv", "nothing.csv")):
        (tmp_path / name).symlink_to(target)
    codes = [refusal(tmp_path / name).code for name in ("device.csv", "loop.csv", "gone.csv")]
    assert codes == ["LINK_OUT", "MISSING_FILE", "MISSING_FILE"]


@pytest.mark.parametrize("name", ["a\0b.csv", "a" * 300 + ".csv", "no/such/folder.csv"])
def test_a_path_that_no_system_takes_is_a_missing_file(tmp_path: Path, name: str) -> None:
    assert refusal(tmp_path / name).code == "MISSING_FILE"


def test_a_file_still_growing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, done = tmp_path / "growing.csv", threading.Event()
    file.write_text(POSTS)

    def write_on() -> None:
        while not done.is_set():
            with file.open("a") as download:
                download.write(f"{ROW}\n")
            time.sleep(0.01)

    monkeypatch.setattr(guards, "PAUSE", 0.2)
    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        assert refusal(file).code == "STILL_GROWING"
    finally:
        done.set()
        writer.join()


def test_a_table_of_far_too_many_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "wide.csv").write_text(",".join(f"c{n}" for n in range(200_000)) + "\n" + "1," * 199_999 + "1\n")
    error = refusal(tmp_path / "wide.csv")
    assert (error.code, len(str(error)) < 300) == ("TOO_MANY_COLUMNS", True)


def test_a_line_without_an_end_is_refused_before_the_rest_is_read(tmp_path: Path) -> None:
    with (tmp_path / "line.csv").open("wb") as file:
        file.write(b"no delimiter")
        file.truncate(guards.LONGEST_LINE + 1_000)
    (tmp_path / "line.csv").write_bytes((tmp_path / "line.csv").read_bytes().replace(b"\0", b"x"))
    assert refusal(tmp_path / "line.csv").code == "LINE_TOO_LONG"


def test_a_late_line_without_an_end_is_refused_too(tmp_path: Path) -> None:
    (tmp_path / "late.csv").write_bytes(POSTS.encode() + b"x" * (guards.LONGEST_LINE + 1))
    assert refusal(tmp_path / "late.csv").code == "LINE_TOO_LONG"


def test_a_sign_of_value_zero_costs_its_own_row_only(tmp_path: Path) -> None:
    text = f"{TRACKER},Caption\n{ROW},fine\n{ROW.replace('p9', 'p8')},od\0d\n"
    reading = read(tmp_path, text)
    assert (reading.used, [(fault.line, fault.code) for fault in reading.quarantine]) == (1, [(3, "NUL_SIGN")])


def test_a_message_does_not_repeat_the_people_of_a_file_without_headers(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(
        "eva@example.com,+49 170 1234567,Eva\nada@example.com,+49 170 7654321,Ada\n" * 3
    )
    message = str(refusal(tmp_path / "people.csv"))
    assert "example.com" not in message and "1234567" not in message


PEAK = """
import json, re, resource, sys, time
from pathlib import Path
from influence_lib.checking import check_file
started = time.perf_counter()
answer = check_file(Path(sys.argv[1]), "posts")
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
own = Path("/proc/self/status")
if own.exists():  # what getrusage tells starts at what the process that started this one had
    peak = int(re.search(r"VmHWM:\\s+(\\d+) kB", own.read_text())[1]) / 1024
print(json.dumps([answer.get("message"), answer["reasons"], time.perf_counter() - started, peak]))
"""


def sparse(path: Path) -> None:
    """Write a file that says it has 10 GB."""
    with path.open("wb") as file:
        file.truncate(10_000_000_000)


def bomb(path: Path) -> None:
    """Write a gzip that unpacks to 1 GB."""
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(1000):
            file.write(bytes(1_000_000))


def one_line(path: Path) -> None:
    """Write a line of 300 MB."""
    with path.open("wb") as file:
        for _ in range(300):
            file.write(b"x" * 1_000_000)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "code"),
    [(sparse, "TOO_LARGE"), (bomb, "TOO_LARGE"), (one_line, "LINE_TOO_LONG"), (os.mkfifo, "NOT_A_FILE")],
)
def test_what_would_fill_the_memory_is_refused_in_little(tmp_path: Path, make: object, code: str) -> None:
    make(tmp_path / "large.csv")  # type: ignore[operator]
    command = [sys.executable, "-c", PEAK, str(tmp_path / "large.csv")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    _, reasons, _, peak = json.loads(done.stdout)
    assert reasons == [code]
    assert peak < 500
