"""What a case is, and how one is played against a server and judged."""

import dataclasses
import time

from wire import CLOSE, Broken, Client, close_payload, frame

OK, NON_STRICT, FAILED, INFORMATIONAL = "OK", "NON-STRICT", "FAILED", "INFORMATIONAL"
QUIET = 0.2  # seconds in which a server would fail the connection if it did so too soon
PATIENCE = 20.0  # seconds; a server that works doesn't need them, so that a busy machine makes no failure


class Failed(Exception):
    """What came isn't what must come."""


# The steps of a case. Bytes are a step too: one write.
@dataclasses.dataclass
class Chopped:
    """Sent in writes of `size` bytes."""

    data: bytes
    size: int = 1


@dataclasses.dataclass
class Heard:
    """Goes on when so many messages and pongs have come."""

    count: int


class StillOpen:
    """The server must not have failed the connection a moment after this."""


class FailsNow:
    """The server must fail the connection before it gets another byte; later is NON-STRICT."""


@dataclasses.dataclass
class Ending:
    """How the connection must end: with one of these codes in the server's Close frame (None: without a code).

    Dropped without a Close frame it is FAILED if it must end `clean`, else NON-STRICT. With `anything` the case only informs, if it ends.
    """

    codes: tuple
    by_server: bool = False
    clean: bool = True
    anything: bool = False


NORMAL = Ending((1000,))


def fails(code):
    return Ending((code,), by_server=True, clean=False)


@dataclasses.dataclass
class Case:
    """`steps` are sent, a list or a function that makes one; `heard` must come back, in order; `lenient` is less, and NON-STRICT.

    Unless the steps hold a Close frame (`closes`) or the server must fail the connection, the client closes with 1000 when it has heard all.
    """

    number: str
    title: str
    steps: object
    heard: list = dataclasses.field(default_factory=list)
    ending: Ending = dataclasses.field(default_factory=lambda: NORMAL)
    closes: bool = False
    lenient: list = None
    with_handshake: bytes = b""

    @property
    def category(self):
        return self.number.split(".")[0]


def play(case, url, patience=PATIENCE):
    """Gives (verdict, remark, seconds)."""
    started = time.monotonic()
    try:
        with Client(url, patience, case.with_handshake) as client:
            remarks = take_steps(case, client, patience)
            finish(case, client)
            remarks += judge(case, client)
        verdict, remark = (NON_STRICT, "; ".join(remarks)) if remarks else (OK, "")
    except Failed as failure:
        verdict, remark = FAILED, str(failure)
    except (Broken, OSError) as problem:
        return FAILED, str(problem) or type(problem).__name__, time.monotonic() - started
    if case.ending.anything:
        verdict = INFORMATIONAL
    return verdict, remark, time.monotonic() - started


def take_steps(case, client, patience):
    def ended():
        return client.close is not None or client.end is not None

    remarks = []
    for step in case.steps() if callable(case.steps) else case.steps:
        if isinstance(step, bytes):
            client.send(step)
        elif isinstance(step, Chopped):
            client.send(step.data, step.size)
        elif isinstance(step, Heard):
            if not client.wait(lambda: len(client.heard) >= step.count):
                raise Failed(f"only {len(client.heard)} of {step.count} came before the rest was sent")
        elif isinstance(step, StillOpen):
            if client.wait(ended, min(QUIET, patience)):
                raise Failed("the connection was failed before anything was wrong")
        elif not client.wait(ended):
            remarks.append("failed late")
    return remarks


def finish(case, client):
    """Brings the connection to its end as a well-behaved client does."""
    if case.ending.by_server or case.closes:
        client.wait(lambda: client.close is not None)
        if client.close is not None and not case.closes:
            client.send(frame(CLOSE, client.close[:2]))
    else:
        if not client.wait(lambda: len(client.heard) >= len(case.heard)):
            raise Failed(f"only {len(client.heard)} of {len(case.heard)} came back")
        client.send(frame(CLOSE, close_payload(1000)))
    client.wait(lambda: client.end is not None)


def judge(case, client):
    """Gives the remarks that make a verdict NON-STRICT."""
    if client.end is None:
        raise Broken("the server did not close the TCP connection")
    remarks = []
    if client.heard != case.heard:
        if case.lenient is None or client.heard != case.lenient:
            raise Failed(f"heard {summary(client.heard)} instead of {summary(case.heard)}")
        remarks.append(f"heard only {summary(client.heard)}")
    if client.close is None:
        if case.ending.clean:
            raise Failed(f"the connection was dropped without a Close frame ({client.end})")
        remarks.append("dropped without a Close frame")
    elif client.close_code not in case.ending.codes:
        raise Failed(f"closed with {client.close_code} instead of {' or '.join(map(str, case.ending.codes))}")
    elif client.buffer:
        raise Failed(f"{len(client.buffer)} bytes after the Close frame")
    return remarks


def summary(heard):
    """A short form of what was heard, whatever its size."""
    shown = [f"{kind} {payload[:24]!r}{f'… of {len(payload)}' if len(payload) > 24 else ''}" for kind, payload in heard[:3]]
    return (", ".join(shown) or "nothing") + (f" and {len(heard) - 3} more" if len(heard) > 3 else "")
