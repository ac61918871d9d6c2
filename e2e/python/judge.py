"""A stock python-socketio client as a judge: `judge.py <url>` prints a TAP report.

What it asks is what somebody would miss who writes a client in Python; the stock JavaScript client
looks closer. Needs the packages of requirements.txt.
"""

import queue
import sys
import traceback
from contextlib import contextmanager

import socketio

PATIENCE = 10
TRANSPORTS = ["polling", "websocket"]


class Listener:
    """A client that keeps what it hears on one namespace."""

    def __init__(self, url, transport, namespace):
        self.url, self.transport, self.namespace = url, transport, namespace
        self.heard = queue.Queue()
        self.refusal = None
        # What the server asks is answered by this.
        self.answer = "from python"
        self.client = socketio.Client(reconnection=False)
        self.client.on("connect_error", self._refused, namespace)
        self.client.on("disconnect", self._ended, namespace)
        self.client.on("question", lambda *_: self.answer, namespace)
        for event in ("auth", "message-back", "said", "shout", "binary", "answered", "error"):
            self.client.on(event, self._keep(event), namespace)

    def connect(self, auth=None):
        self.client.connect(
            self.url,
            auth=auth,
            transports=[self.transport],
            namespaces=[self.namespace],
            wait_timeout=PATIENCE,
        )
        return self

    def emit(self, event, data=None):
        self.client.emit(event, data, namespace=self.namespace)

    def ask(self, event, data=None):
        return self.client.call(event, data, namespace=self.namespace, timeout=PATIENCE)

    def next(self, event):
        """The data of the next thing heard, which must be `event`."""
        name, args = self.heard.get(timeout=PATIENCE)
        assert name == event, f"heard {name} {args} instead of {event}"
        return args[0] if args else None

    def _keep(self, event):
        return lambda *args: self.heard.put((event, args))

    def _refused(self, data=None):
        self.refusal = data

    def _ended(self, reason=None):
        self.heard.put(("disconnect", (reason,)))


@contextmanager
def listening(url, transport, namespace, count=1):
    listeners = [Listener(url, transport, namespace).connect() for _ in range(count)]
    try:
        yield listeners[0] if count == 1 else listeners
    finally:
        for listener in listeners:
            listener.client.disconnect()


def is_known_by_its_auth(url, transport):
    listener = Listener(url, transport, "/").connect(auth={"token": "abc"})
    assert listener.client.transport() == transport
    assert listener.next("auth") == {"token": "abc"}
    listener.client.disconnect()
    assert listener.next("disconnect") == "client disconnect"


def is_told_why_it_is_refused(url, transport):
    listener = Listener(url, transport, "/secret")
    try:
        listener.connect(auth={"token": "guess"})
    except socketio.exceptions.ConnectionError:
        pass
    else:
        raise AssertionError("was accepted")
    assert listener.refusal == {"message": "unauthorized", "data": {"code": "UNAUTHORIZED"}}
    listener = Listener(url, transport, "/secret").connect(auth={"token": "open"})
    assert listener.client.connected
    listener.client.disconnect()


def gets_back_what_it_sends(url, transport):
    with listening(url, transport, "/custom") as listener:
        listener.next("auth")
        for data in (1, -2.5, "€😀", True, [1, [2]], {"a": {"b": None}}):
            listener.emit("message", data)
            assert listener.next("message-back") == data


def gets_bytes_back(url, transport):
    with listening(url, transport, "/judge") as listener:
        data = {"a": b"\x00\x01\xff", "b": [b"", bytes(70_000)], "c": "text"}
        listener.emit("binary", data)
        assert listener.next("binary") == data


def is_answered(url, transport):
    with listening(url, transport, "/custom") as listener:
        assert listener.ask("message-with-ack", {"n": 1}) == {"n": 1}
        assert listener.ask("message-with-ack", b"\x01\x02") == b"\x01\x02"
        # A tuple is several arguments.
        assert listener.ask("message-with-ack", ("a", 2)) == ("a", 2)


def answers(url, transport):
    with listening(url, transport, "/judge") as listener:
        listener.emit("ask")
        assert listener.next("answered") == "from python"


def hears_its_rooms_only(url, transport):
    with listening(url, transport, "/judge", 3) as (anna, ben, cleo):
        assert anna.ask("join", ["a", "all"]) == "ok"
        assert ben.ask("join", ["a", "b", "all"]) == "ok"
        assert cleo.ask("join", ["b", "quiet", "all"]) == "ok"
        anna.emit("say", {"to": "a", "name": "said", "data": 1})
        anna.emit("say", {"to": ["a", "b"], "except": "quiet", "name": "said", "data": 2})
        anna.emit("shout", {"room": "all", "data": 3})
        anna.emit("say", {"to": "all", "name": "said", "data": "the end"})
        expected = [
            (anna, [("said", 1), ("said", 2)]),
            (ben, [("said", 1), ("said", 2), ("shout", 3)]),
            (cleo, [("shout", 3)]),
        ]
        for listener, words in expected:
            for event, data in [*words, ("said", "the end")]:
                assert listener.next(event) == data


def is_refused_an_event(url, transport):
    with listening(url, transport, "/judge") as listener:
        assert listener.ask("forbidden", "please")["error"]["code"] == "FORBIDDEN"
        listener.emit("forbidden")
        assert listener.next("error")["code"] == "FORBIDDEN"


def is_sent_away(url, transport):
    with listening(url, transport, "/judge") as listener:
        listener.emit("kick")
        assert listener.next("disconnect") == "server disconnect"


CHECKS = [
    is_known_by_its_auth,
    is_told_why_it_is_refused,
    gets_back_what_it_sends,
    gets_bytes_back,
    is_answered,
    answers,
    hears_its_rooms_only,
    is_refused_an_event,
    is_sent_away,
]


def main(url):
    runs = [(transport, check) for transport in TRANSPORTS for check in CHECKS]
    print(f"1..{len(runs)}")
    failures = 0
    for number, (transport, check) in enumerate(runs, 1):
        name = f"{number} - by {transport}: {check.__name__.replace('_', ' ')}"
        try:
            check(url, transport)
            print(f"ok {name}", flush=True)
        except Exception:
            failures += 1
            print(f"not ok {name}")
            for line in traceback.format_exc().splitlines():
                print(f"# {line}")
            sys.stdout.flush()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
