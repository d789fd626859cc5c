"""The faults that a batch is to survive: each function tries one, and says what was seen.

A function takes the ground and a source of chance, and raises `small_batch.LostError` where
something was lost, mixed up or left behind.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

import psutil
from small_batch import ACCOUNT, ENDINGS, Ground, Place, Running, demand, live, wait_until

from analysis.batch.ledger import VERSION, read_account

# What stands for the system's own words, in the two languages.
TOLD = ("无法", "Cannot write", "cannot be used", "No temporary folder", "系统报告错误")
FUTURE = 4_102_444_800  # the year 2100


def _moment(place: Place, running: Running, chance: random.Random) -> None:
    """Wait for a moment of a batch's life: of all of it, of its making, or of its end."""
    reports, kind = place.ground.reports, chance.random()
    if kind < 0.4:
        wait = chance.uniform(0, 1.1 * place.ground.seconds)
    else:
        lines = reports if kind > 0.85 else chance.randrange(reports)
        wait_until(
            lambda: running.ended() or running.made >= lines, lambda: f"{lines} of the reports"
        )
        wait = chance.uniform(0, 0.15)
    deadline = time.monotonic() + wait
    while time.monotonic() < deadline and not running.ended():
        time.sleep(0.001)


def killed_batch(ground: Ground, chance: random.Random, *, real: bool = False) -> str:
    """Kill -9 the batch itself, and perhaps those that resume it, one to four times."""
    place, killed = ground.place(), 0
    entered: set[str] = set()
    for _ in range(chance.choice((1, 2, 3, 4))):
        running = place.start(real=real)
        _moment(place, running, chance)
        killed += running.send(signal.SIGKILL)
        if chance.random() < 0.5:
            running.check_gone()
        wait_until(running.ended, lambda: "its end")
        running.check_words()
        place.check_whole()
        again = entered & running.places()
        demand(not again, f"made twice: {again}")
        entered |= running.places()
    last = place.finish(real=real)
    again = entered & last.places()
    demand(not again, f"made twice: {again}")
    place.remove()
    return f"killed {killed}"


def interrupted(ground: Ground, chance: random.Random, *, real: bool = False) -> str:
    """Interrupt the batch by Ctrl-C, or end it as a service manager does, once or twice."""
    place = ground.place()
    running = place.start(real=real)
    _moment(place, running, chance)
    number = chance.choice((signal.SIGINT, signal.SIGTERM))
    sent = running.send(number, group=number == signal.SIGINT)
    if chance.random() < 0.3:
        time.sleep(chance.uniform(0, 0.1))
        running.send(number, group=number == signal.SIGINT)
    code = running.end()
    running.check_gone()
    # Before it could say what to do with a signal, it had begun nothing.
    begun = any(place.out.iterdir())
    done = running.made == ground.reports
    # When all is done, the interpreter that leaves has laid its own ways down.
    allowed = {130} | ({0} if done else set()) | ({-number} if done or not begun else set())
    demand(not sent or code in allowed, f"exit code {code} after {number!r}: {running.said[-800:]}")
    demand(not place.parts(), f"left {place.parts()}")
    place.check_whole()
    place.finish(real=real)
    place.remove()
    return f"code {code}"


def killed_notebook(ground: Ground, chance: random.Random) -> str:
    """Kill -9 the process of a report's notebook."""
    place = ground.place()
    running = place.start()
    victim = _victim(running, chance, depth=4)
    code = running.end()
    running.check_gone()
    demand(running.made == ground.reports, f"{running.made} reports ended: {running.said[-800:]}")
    failed = running.said.count("失败 failed: ")
    demand(code == bool(failed), f"exit code {code}")
    demand(failed <= bool(victim), f"{failed} failed: {running.said[-800:]}")
    if failed:
        demand("SIGKILL" in running.said, f"no reason: {running.said[-800:]}")
        demand("SIGKILL" in (place.out / "index.html").read_text(encoding="utf-8"), "not listed")
    place.check_whole()
    place.finish(made=failed)
    place.remove()
    return "failed with its reason" if failed else "made"


def killed_worker(ground: Ground, chance: random.Random) -> str:
    """Kill -9 workers, one or two."""
    return _begun_again(ground, chance, depth=3)


def killed_batch_server(ground: Ground, chance: random.Random) -> str:
    """Kill -9 the server from which the workers are forked."""
    return _begun_again(ground, chance, depth=2)


def killed_package_server(ground: Ground, chance: random.Random) -> str:
    """Kill -9 the server that loads the packages."""
    return _begun_again(ground, chance, depth=1)


def _begun_again(ground: Ground, chance: random.Random, *, depth: int) -> str:
    place = ground.place()
    running = place.start()
    for _ in range(chance.choice((1, 1, 2))):
        _victim(running, chance, depth=depth)
    demand(running.end() == 0, f"exit code {running.code}: {running.said[-1500:]}")
    if depth == 1:
        # What notebooks had started is nobody's then: the one that would end it is gone.
        place.end_left()
    running.check_gone()
    place.check_same()
    place.remove()
    return "all made"


def _victim(running: Running, chance: random.Random, *, depth: int) -> psutil.Process | None:
    """Kill a process of a batch at some moment; return it unless there was none any more."""
    _moment(running.place, running, chance)
    found: list[psutil.Process] = []

    def some() -> bool:
        found[:] = [each for each in live(running.depth(depth)) if each.name() != "git"]
        return bool(found) or running.ended()

    with suppress(psutil.NoSuchProcess):
        wait_until(some, lambda: f"a process at depth {depth}")
        time.sleep(chance.uniform(0, 0.03))
        if found:
            victim = chance.choice(found)
            victim.kill()
            return victim
    return None


@contextmanager
def small_disk(folder: Path, options: str) -> Iterator[Callable[[str], None]]:
    """Mount a disk of its own at a folder; yield what mounts it with other options."""

    def mount(what: str) -> None:
        subprocess.run(["mount", *what.split(), folder], check=True)  # noqa: S607

    mount(f"-t tmpfs -o {options} none")
    try:
        yield lambda options: mount(f"-o remount,{options}")
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)  # noqa: S607


def _told(running: Running) -> None:
    """Demand that it said why it failed, in both languages."""
    said = running.said
    demand(any(told in said for told in TOLD), f"not told: {said[-1500:]}")
    demand("无法" in said or "系统报告" in said, f"not told in Chinese: {said[-1500:]}")


def full_disk(ground: Ground, chance: random.Random) -> str:
    """Let the disk of the output folder be full at some moment."""
    place = ground.place()
    kb = int(2 ** chance.uniform(2, 9.7))
    nodes = chance.choice(("", "", f",nr_inodes={chance.randrange(2, 70)}"))
    with small_disk(place.out, f"size={kb}k{nodes}") as mount:
        code = _stopped(place)
        mount("size=64m,nr_inodes=10000")
        place.finish()
    place.remove()
    return f"code {code}"


def _stopped(place: Place) -> int:
    """Run a batch that a disk may stop; return its exit code."""
    running = place.start()
    code = running.end()
    running.check_gone()
    demand(code in (0, 1), f"exit code {code}: {running.said[-1500:]}")
    if code:
        _told(running)
    place.check_whole()
    demand(not place.parts(), f"left {place.parts()}")
    return code


def full_temp(ground: Ground, chance: random.Random) -> str:
    """Let the disk for temporary files be full."""
    place = ground.place()
    options = f"size={chance.choice((4, 8, 16, 64))}k,nr_inodes={chance.randrange(1, 12)}"
    with small_disk(place.temp, options) as mount:
        with suppress(OSError):
            (place.temp / "full").write_bytes(bytes(chance.choice((0, 1, 64)) * 1024))
        code = _stopped(place)
        mount("size=64m,nr_inodes=10000")
        (place.temp / "full").unlink(missing_ok=True)
        place.finish()
    place.remove()
    return f"code {code}"


def read_only(ground: Ground, chance: random.Random) -> str:
    """Let the output folder be one that cannot be written, empty or half done."""
    place = ground.place()
    with small_disk(place.out, "size=64m") as mount:
        if chance.random() < 0.7:
            running = place.start()
            _moment(place, running, chance)
            running.send(signal.SIGKILL)
            wait_until(running.ended, lambda: "its end")
            running.check_gone()
        mount("ro")
        code = _stopped(place)
        demand(code == 1, f"exit code {code}")
        mount("rw")
        place.finish()
    place.remove()
    return f"code {code}"


def removed_folder(ground: Ground, chance: random.Random) -> str:
    """Remove the output folder while the batch is at work."""
    place = ground.place()
    running = place.start()
    _moment(place, running, chance)
    while place.out.exists():
        shutil.rmtree(place.out, ignore_errors=True)
    # Removed when all was done, or before anything was, it is no matter of the batch's.
    code = running.end()
    running.check_gone()
    demand(code in (0, 1), f"exit code {code}: {running.said[-1500:]}")
    if code:
        _told(running) if "removed or replaced" not in running.said else None
    elif place.out.exists() and any(place.out.iterdir()):
        place.check_same()
    place.check_whole()
    place.finish()
    place.remove()
    return f"code {code}"


def folder_for_file(ground: Ground, chance: random.Random) -> str:
    """Put a folder where a file of the batch belongs, or a file where a folder does."""
    place = ground.place()
    often = (ACCOUNT, ".lock", f"{ACCOUNT}-journal", "index.html", "glossary.html")
    names = [*ground.wanted, *often * 4]
    wrong = place.out / chance.choice(names)
    if chance.random() < 0.1:
        wrong = place.out / "small"
        wrong.touch()
    else:
        wrong.mkdir(parents=True)
    running = place.start()
    demand(running.end() == 1, f"exit code {running.code} with {wrong.name}: {running.said[-800:]}")
    _told(running)
    running.check_gone()
    wrong.unlink() if wrong.is_file() else wrong.rmdir()
    place.check_whole()
    place.finish()
    place.remove()
    return "told"


def several_at_once(ground: Ground, chance: random.Random) -> str:
    """Start two batches, or five, on one folder."""
    place, many = ground.place(), chance.choice((2, 5))
    started = []
    for _ in range(many):
        started.append(place.start())
        time.sleep(chance.choice((0, 0, chance.uniform(0, 0.6 * ground.seconds))))
    codes = [running.end() for running in started]
    refused = 0
    for running, code in zip(started, codes, strict=True):
        running.check_gone()
        if code:
            demand(code == 1 and "Another batch is at work" in running.said, running.said[-800:])
            refused += 1
    made = sum(running.made for running in started)
    demand(refused < many and made == ground.reports, f"{made} made, {refused} refused of {many}")
    place.check_same()
    place.remove()
    return f"{refused} of {many} refused"


def _damage(path: Path, chance: random.Random) -> str:
    """Damage a file in some way."""
    content = bytearray(path.read_bytes()) if path.is_file() else bytearray()
    how = chance.choice(("flipped", "flipped", "flipped", "cut", "random", "empty", "gone"))
    if how == "flipped":
        for _ in range(chance.choice((1, 1, 1, 3, 20)) if content else 0):
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    elif how == "cut":
        del content[chance.randrange(len(content) + 1) :]
    elif how == "random":
        content[:] = chance.randbytes(chance.randrange(1, 20_000))
    path.write_bytes(b"" if how == "empty" else content)
    if how == "gone":
        path.unlink()
    return how


def _half_done(ground: Ground, chance: random.Random) -> Place:
    """Return a place with the whole account of a batch, or with what a killed one left."""
    place = ground.place()
    if chance.random() < 0.6:
        place.finish()
        return place
    running = place.start()
    _moment(place, running, chance)
    running.send(signal.SIGKILL)
    wait_until(running.ended, lambda: "its end")
    running.check_gone()
    return place


def damaged_ledger(ground: Ground, chance: random.Random) -> str:
    """Damage the ledger, put one of another schema there, or a journal beside it."""
    place = _half_done(ground, chance)
    ledger, how = place.out / ACCOUNT, chance.random()
    if how < 0.7:
        seen = _damage(ledger, chance)
    elif how < 0.8:
        seen = "another schema"
        ledger.unlink(missing_ok=True)
        table = chance.choice(("reports (a)", "reports (name, content)", "notes (name)", "b (c)"))
        _sql(ledger, f"CREATE TABLE {table}; PRAGMA user_version = {VERSION}")
    else:
        seen = "a journal"
        # SQLite passes over one that begins with a zero, and lets it lie.
        magic = bytes.fromhex("d9d505f920a163d7") if chance.random() < 0.7 else b"x"
        journal = magic + chance.randbytes(chance.randrange(2000))
        ledger.with_name(f"{ACCOUNT}-journal").write_bytes(journal)
    place.finish(damaged=True)
    place.remove()
    return seen


def _sql(path: Path, script: str) -> None:
    import sqlite3

    data = sqlite3.connect(path)
    data.executescript(script)
    data.close()


NO_NOTEBOOKS = (
    b"{}",
    b"[]",
    b"7",
    b'{"cells": 3, "nbformat": 4}',
    b'{"nbformat": 4, "cells": [1]}',
)


def damaged_notebook(ground: Ground, chance: random.Random) -> str:
    """Damage one of the notebooks."""
    place = ground.place()
    path = place.folder / "two.ipynb"
    sound = path.read_bytes()
    content = chance.choice(
        (
            sound[: chance.randrange(len(sound))],
            chance.randbytes(chance.randrange(3000)),
            chance.choice(NO_NOTEBOOKS),
            json.dumps({**json.loads(sound), "metadata": {}}).encode(),
            sound.replace(b'"metadata"', b'"metadatum"'),
        )
    )
    path.write_bytes(content)
    running = place.start()
    code = running.end()
    running.check_gone()
    if code == 1:
        demand("失败 failed: small/two" in running.said, running.said[-800:])
        demand("失败 failed: small/one" not in running.said, running.said[-800:])
    elif code:
        demand(code == 2 and "two.ipynb" in running.said, f"code {code}: {running.said[-800:]}")
        demand("不是可读的笔记本" in running.said, running.said[-800:])
    path.write_bytes(sound)
    if "small/two.zh" in running.said:
        # Without its tags it was a notebook about the whole case, and its reports are its own.
        place.empty()
    place.finish()
    place.remove()
    return f"code {code}"


def changed_inputs(ground: Ground, chance: random.Random) -> str:
    """Change the case or a notebook while the batch is at work, and perhaps change it back."""
    place = ground.place()
    path = place.folder / chance.choice(("case/population.csv", "one.ipynb"))
    sound = path.read_bytes()
    changed = sound.replace(b",600,600,600,", b",700,700,700,").replace(
        b'[\\"persons\\"]', b'[\\"low\\"]'
    )
    demand(changed != sound, "nothing to change")
    running = place.start()
    for _ in range(chance.choice((1, 1, 2))):
        _moment(place, running, chance)
        path.write_bytes(changed)
        if chance.random() < 0.5:
            time.sleep(chance.uniform(0, 0.1))
            path.write_bytes(sound)
    code = running.end()
    running.check_gone()
    demand(code in (0, 1), f"exit code {code}: {running.said[-1500:]}")
    _check_sources(place)
    path.write_bytes(changed)
    again = place.start()
    demand(again.end() == 0, f"exit code {again.code}: {again.said[-1500:]}")
    _check_sources(place)
    path.write_bytes(sound)
    place.finish()
    place.remove()
    return f"code {code}"


def _check_sources(place: Place) -> None:
    """Demand that each report was made from what it, or the account, says."""
    account, _ = read_account(place.out)
    for path in place.out.glob("small/one.*.json"):
        inputs = json.loads(path.read_text(encoding="utf-8"))["provenance"]["inputs"]
        notebook = path.with_suffix(".ipynb").read_text(encoding="utf-8")
        entry = account[f"small/{path.name.removesuffix('.json')}"]
        (shown,) = re.findall(r"persons (\d+)\\n", notebook)
        old = place.ground.folder / "case" / "population.csv"
        unchanged = inputs["population.csv"] == sha256(old.read_bytes()).hexdigest()
        counted = '[\\"low\\"]' in notebook
        wanted = _persons(changed=not unchanged, low=counted)
        demand(int(shown) == wanted, f"{path.name} shows {shown}, says {wanted}")
        key = sha256((place.ground.folder / "one.ipynb").read_bytes()).hexdigest()[:16]
        if entry.made:
            demand(entry.key.startswith(key) != counted, f"{path.name}: of another notebook")


def _persons(*, changed: bool, low: bool) -> int:
    """Return what the notebook shows for the small case."""
    return (1550 if low else 1600) + (100 if changed else 0)


def jumping_clock(ground: Ground, chance: random.Random) -> str:
    """Let the clock jump, forth and back, and files be of the future."""
    place = ground.place()
    for path in (place.folder / "case").iterdir():
        if chance.random() < 0.5:
            os.utime(path, (FUTURE, FUTURE))
    jumps = [(chance.uniform(0, ground.seconds), chance.uniform(-1e9, 1e9)) for _ in range(4)]
    now, now_ns, begun = time.time, time.time_ns, time.monotonic()

    def shift() -> float:
        past = time.monotonic() - begun
        return sum(jump for moment, jump in jumps if moment < past)

    def jump() -> None:
        time.time = lambda: now() + shift()
        time.time_ns = lambda: now_ns() + int(shift() * 1e9)

    if chance.random() < 0.5:
        running = place.start(before=jump)
        _moment(place, running, chance)
        running.send(signal.SIGKILL)
        wait_until(running.ended, lambda: "its end")
    place.finish(before=jump)
    for path in place.out.rglob("*"):
        if chance.random() < 0.5:
            os.utime(path, (FUTURE, FUTURE))
    place.finish(made=0, before=jump)
    place.remove()
    return "all made"


def altered_files(ground: Ground, chance: random.Random) -> str:
    """Alter, cut, delete or swap files of reports that are made."""
    place = ground.place()
    place.finish()
    altered: set[str] = set()
    for _ in range(chance.randrange(1, 5)):
        stems = sorted(name.removesuffix(".html") for name in ground.wanted if "/" in name)
        stems = [stem for stem in stems if not stem.endswith(ENDINGS)]
        one, other = chance.sample(stems, 2)
        ending = chance.choice(ENDINGS)
        path, second = (place.out / f"{stem}{ending}" for stem in (one, other))
        how = chance.choice(("byte", "cut", "gone", "swapped"))
        content = path.read_bytes() if path.exists() else b""
        if how == "swapped" and content and second.exists():
            path.write_bytes(second.read_bytes())
            second.write_bytes(content)
        elif how == "gone":
            path.unlink(missing_ok=True)
        elif content:
            cut = chance.randrange(len(content))
            path.write_bytes(content[:cut] + (b"~" + content[cut + 1 :] if how == "byte" else b""))
    for name, content in ground.wanted.items():
        path = place.out / name
        if "/" in name and (not path.exists() or path.read_bytes() != content):
            altered.add(name.rpartition(".")[0])
    running = place.finish(made=len(altered))
    demand(running.places() == altered, f"made {running.places()}, not {altered}")
    place.remove()
    return f"{len(altered)} renewed"
