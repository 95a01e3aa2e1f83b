"""
Writes test/golden/data: what a real Locust says, serializes, rounds and hashes, as the truth for boomer-node's tests.

Run it with the Python that has the pinned Locust (`npm test` makes that environment):

    locust/.venv/bin/python locust/golden.py

The output depends on nothing but Locust's version: clocks, host name and ids are replaced, samples are drawn from a
seeded generator, and characters are taken from Unicode 3.2, which every supported Python knows alike.
"""

import atexit
import os
import shutil
import sys
import tempfile

# Options come from the environment and from configuration files too: none of this machine's may leak in.
for variable in [name for name in os.environ if name.startswith("LOCUST_")]:
    del os.environ[variable]
OUTPUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "test", "golden", "data")
EMPTY = tempfile.mkdtemp()
atexit.register(shutil.rmtree, EMPTY, ignore_errors=True)
os.environ["HOME"] = EMPTY
os.chdir(EMPTY)
# Locust's folder must not hide the package of the same name: the script's own folder is not searched.
sys.path[:] = [path for path in sys.path if os.path.abspath(path or ".") != os.path.dirname(os.path.abspath(__file__))]

import locust  # noqa: E402  isort: skip  (patches the standard library: must come first)

import datetime  # noqa: E402
import json  # noqa: E402
import math  # noqa: E402
import random  # noqa: E402
import time  # noqa: E402
import unicodedata  # noqa: E402
from unittest import mock  # noqa: E402

import gevent  # noqa: E402
from gevent.queue import Queue  # noqa: E402
from locust import User, argument_parser, tag, task  # noqa: E402
from locust.dispatch import UsersDispatcher  # noqa: E402
from locust.env import Environment  # noqa: E402
from locust.rpc import Message  # noqa: E402
from locust.runners import WorkerNode  # noqa: E402
from locust.stats import (  # noqa: E402
    PERCENTILES_TO_REPORT,
    RequestStats,
    StatsEntry,
    StatsError,
    bucket_response_time,
)

WORKER = "host_0123456789abcdef0123456789abcdef"
START_SEC = 1700000000.25


class Clock:
    """Stands in for time.time while the real classes run."""

    now = START_SEC

    def __call__(self):
        return self.now


clock = Clock()


class Wire:
    """Stands in for the sockets of both sides: records what is sent, hands out what is put into `inbox`."""

    def __init__(self, *_arguments):
        self.sent = []
        self.inbox = Queue()

    def send(self, message):
        self.sent.append(message)

    send_to_client = send

    def recv(self):
        return self.inbox.get()

    def recv_from_client(self):
        message = self.inbox.get()
        if isinstance(message, Exception):
            raise message
        return message.node_id, message

    def close(self):
        pass


class Alpha(User):
    @tag("read")
    @task
    def idle(self):
        gevent.sleep(3600)


class Beta(User):
    @tag("slow")
    @task
    def idle(self):
        gevent.sleep(3600)


# ---------------------------------------------------------------------------------------------------- values as JSON


def tagged(value, keys_as_text=False):
    """JSON for values that it has no form for; `keys_as_text` is how boomer-node presents a map that it received."""
    if isinstance(value, datetime.datetime):
        return {"$date": value.isoformat(timespec="milliseconds") + "Z"}
    if isinstance(value, bytes):
        return {"$bytes": value.hex()}
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53 - 1:
        return {"$bigint": str(value)}
    if isinstance(value, (list, tuple)):
        return [tagged(item, keys_as_text) for item in value]
    if not isinstance(value, dict):
        return value
    if keys_as_text or all(isinstance(key, str) for key in value):
        return {key_text(key): tagged(item, keys_as_text) for key, item in value.items()}
    return {"$map": [[tagged(key), tagged(item)] for key, item in value.items()]}


def key_text(key):
    if isinstance(key, bytes):
        return key.decode()
    if isinstance(key, bool) or key is None:
        return json.dumps(key)
    return str(key)


def frame_case(name, message, keys_as_text):
    return {
        "name": name,
        "hex": message.serialize().hex(),
        "type": message.type,
        "data": tagged(message.data, keys_as_text),
    }


def rich_value():
    """One of everything that Python's msgpack can carry. No whole floats: Node writes those as integers."""
    return {
        "nil": None,
        "yes": True,
        "no": False,
        "text": "Grüße, 世界 😀",
        "long": "x" * 300,
        "integers": [0, 127, 128, 255, 256, 65535, 65536, 2**32 - 1, 2**32, 2**53 - 1],
        "negative": [-1, -32, -33, -128, -129, -32768, -32769, -(2**31), -(2**31) - 1, -(2**53) + 1],
        "huge": [2**53, 2**63, 2**64 - 1, -(2**53), -(2**63)],
        "floats": [0.1, -2.5, 1e300, 5e-324, 1700000000.000001],
        "when": datetime.datetime(2026, 8, 22, 10, 11, 12, 345000),
        "bytes": bytes(range(40)),
        "integer keys": {1: "one", -7: "minus seven", 1700000000: {"deep": []}},
        "seventeen": {f"key {number}": number for number in range(17)},
        "list": list(range(20)),
        "empty": [{}, [], "", b""],
    }


# ------------------------------------------------------------------------------------------------------------ frames


def options_of_a_team():
    """Every option of Locust as its parser makes them, plus values that only a team's own options can have."""
    parser = argument_parser.get_parser()
    options = parser.parse_args(["--master", "--tags", "slow", "read", "--stop-timeout", "3"])
    vars(options).update({
        "users": 50,
        "api_key": "secret",
        "rich": rich_value(),
        "odd keys": {None: 1, True: 2, 2**60: 3, b"raw": 4, (1, 2): 5},
    })
    return options


def master_frames():
    """What MasterRunner says to one worker in its whole life."""
    environment = Environment(user_classes=[Alpha, Beta], host="http://target:8080", parsed_options=options_of_a_team())
    with mock.patch("locust.rpc.rpc.Server", Wire):
        master = environment.create_master_runner("*", 0)
    wire = master.server

    def hear(message_type, data=None):
        master.handle_message(WORKER, Message(message_type, data, WORKER))

    hear("client_ready", locust.__version__)
    hear("heartbeat", {"state": "ready", "current_cpu_usage": 1.5, "current_memory_usage": 1})
    clock.now = START_SEC + 0.000001
    os.environ["LOCUST_WAIT_FOR_WORKERS_REPORT_AFTER_RAMP_UP"] = "0.01"
    master.start(3, 3)
    environment.host = None
    environment.stop_timeout = None
    environment.parsed_options = None
    master.start(0, 1)
    environment.available_user_classes = {"Alpha": Alpha}
    environment.available_user_tasks = {"Alpha": Alpha.tasks}
    environment.update_user_class(
        {"user_class_name": "Alpha", "host": "", "tasks": ["idle"], "weight": 2, "fixed_count": 0, "colour": "red"}
    )
    master.send_message("stop")
    # After a broken frame the listener handles the message before it once more, so there must be one.
    wire.inbox.put(Message("heartbeat", {"state": "ready", "current_cpu_usage": 1.5}, WORKER))
    wire.inbox.put(locust.exception.RPCReceiveError("broken", addr=WORKER))
    gevent.sleep(0.05)
    master.send_message("quit")
    master.send_message("test data", rich_value())
    master.send_message("just a list", [1, None, "three"])
    master.send_message("just a time", datetime.datetime(1999, 12, 31, 23, 59, 59, 999999))
    with open("scenario.py", "w") as file:
        file.write("print('Grüße')\n")
    for files in (["https://localhost/a.py", "scenario.py"], ["missing.py"]):
        environment.parsed_locustfiles = files
        hear("locustfile", {"version": locust.__version__})
    old_master = [Message("ack", None, WORKER), Message("ack", {}, WORKER)]
    names = {}
    cases = []
    for message in wire.sent + old_master:
        names[message.type] = names.get(message.type, 0) + 1
        cases.append(frame_case(f"{message.type} {names[message.type]}", message, keys_as_text=True))
    for greenlets in (master.greenlet, master.user_greenlets):
        greenlets.kill(block=True)
    return cases


SAMPLES = [
    # Method, name, response time in ms, content length, error, seconds after the start. No sum or stamp is a whole
    # number: Python writes those as floats, Node as integers.
    ["GET", "/hello", 12.345, 17, None, 0.5],
    ["GET", "/hello", 145.25, 17, None, 0.75],
    ["GET", "/hello", 12.5, 0, "HTTPError('404 Client Error: Not Found for url: /hello')", 1.125],
    ["POST", "/hello", 995.5, 100, "<Thing object at 0x7f00c0de> broke", 1.5],
    ["POST", "/hello", 3000.75, 100, "<Thing object at 0x7f00beef> broke", 2.5],
    ["queue", "Grüße 😀", None, 5, None, 2.875],
    ["queue", "Grüße 😀", 58760.125, 5, "it's \"both\"\n", 3.25],
]


def worker_frames():
    """What WorkerRunner says, through its real events and reports."""
    environment = Environment(user_classes=[Alpha, Beta])
    wire = Wire()
    wire.inbox.put(Message("ack", {"index": 0}, WORKER))
    with mock.patch("locust.rpc.rpc.Client", lambda *_arguments: wire), mock.patch(
        "locust.runners.socket.gethostname", lambda: "host"
    ), mock.patch("locust.runners.uuid4", lambda: mock.Mock(hex=WORKER[5:])):
        worker = environment.create_worker_runner("localhost", 5557)
    worker.greenlet.kill(block=True)
    wire.sent = [message for message in wire.sent if message.type == "client_ready"]
    worker.last_received_spawn_timestamp = 0
    worker.current_cpu_usage, worker.current_memory_usage = 12.5, 123456789
    heartbeat = gevent.spawn(worker.heartbeat)
    gevent.sleep(0.01)
    heartbeat.kill(block=True)
    worker._send_stats()
    spawn = {"timestamp": START_SEC, "user_classes_count": {"Alpha": 2, "Beta": 1}, "host": None, "stop_timeout": 0.0}
    worker.handle_message(Message("spawn", {**spawn, "parsed_options": {}}, WORKER))
    worker.spawning_greenlet.join()
    for method, name, elapsed_ms, content_length, error, after_sec in SAMPLES:
        clock.now = START_SEC + after_sec
        environment.events.request.fire(
            request_type=method,
            name=name,
            response_time=elapsed_ms,
            response_length=content_length,
            exception=error,
            context={},
        )
    worker._send_stats()
    try:
        exec(compile("def hello():\n    raise ValueError('no café 😀')\nhello()", "locustfile.py", "exec"), {})
    except ValueError as error:
        # The first entry of the trace is this file: a worker's trace begins in the scenario.
        environment.events.user_error.fire(user_instance=None, exception=error, tb=error.__traceback__.tb_next)
    worker._send_logs(["[2026-08-22 10:11:12,345] host/INFO/locust: Grüße", "second line"])
    worker.handle_message(Message("stop", None, WORKER))
    worker.send_message("rich custom message", rich_value())
    worker.send_message("just nil")
    environment.events.quitting.fire(environment=environment)
    cases = []
    for number, message in enumerate(wire.sent):
        cases.append(frame_case(f"{number} {message.type}", message, keys_as_text=False))
    worker.greenlet.kill(block=True)
    return {"nodeId": WORKER, "startSec": START_SEC, "samples": SAMPLES, "frames": cases}


# ------------------------------------------------------------------------------------------------- texts and hashes


def error_cases():
    texts = [
        "", "boom", "it's", 'say "no"', "it's \"both\"", "back\\slash", "tab\tnew\nline\rreturn", "nul\0 bell\a delete\x7f",
        "Grüße, 世界 😀", "soft\xadhyphen, no-break\xa0space, \u2028, \ufeff, \U000e0001, \ue000",
        "<Foo object at 0x7f1234>", "<Foo object at 0x7f1234> <Bar object at 0x7f1234>",
        "<Foo object at 0x7f1234> <Bar object at 0x7f9999>", "object at 0x7f1234 without an end", "object at 0x> 0x 0x",
        "> before <Foo object at 0x7f1234>", "no address at all: at 0x7f1234>", "$& $1 <Foo object at 0x$&>",
        "HTTPError('404 Client Error: Not Found for url: /x')", "x" * 1000,
    ]
    pairs = [("GET", "/x"), ("", "Aggregated"), ("a.b", "c"), ("a", "b.c"), ("Grüße", "😀")]
    return [
        {
            "method": method,
            "name": name,
            "error": text,
            "masked": StatsError.parse_error(text),
            "key": StatsError.create_key(method, name, text),
        }
        for index, text in enumerate(texts)
        for method, name in (pairs if text == "boom" else pairs[index % len(pairs):][:1])
    ]


def repr_cases():
    """Runs of code points that Python prints alike: [first, last, printable], and the repr of chosen texts."""
    runs = []
    for point in range(sys.maxunicode + 1):
        character = chr(point)
        is_known = unicodedata.ucd_3_2_0.category(character) != "Cn" or is_noncharacter(point)
        if not is_known or 0xD800 <= point <= 0xDFFF:
            continue
        printable = character.isprintable()
        if runs and runs[-1][1] == point - 1 and runs[-1][2] == printable:
            runs[-1][1] = point
        else:
            runs.append([point, point, printable])
    texts = [
        "", "plain", "'", '"', "'\"", "\\", "\\'", "e\u0301", "a\u200db", "\u202eabc", "\u0600", "\u061c", "\u3000", "\x80\x9f\xa0\xad\xff",
        "😀 👩\u200d👩\u200d👧", "\U0001f1e9\U0001f1ea", "\U0010ffff", "\ufffd", "\ufffe", "\ue000", "\U000f0000",
        "".join(map(chr, range(0x180))),
    ]
    return {"runs": runs, "texts": [[text, repr(text)] for text in texts]}


def is_noncharacter(point):
    """Code points that Unicode will never assign."""
    return 0xFDD0 <= point <= 0xFDEF or point & 0xFFFE == 0xFFFE


# ---------------------------------------------------------------------------------------------------------- numbers

HOUR_MS = 3_600_000


def rounding_cases():
    """
    `integers`: [first whole ms, bucket] wherever the bucket changes, from 0 to one hour.
    `ties`: every number halfway between two buckets, `first` + k * `step` for k = 0, 1, 2, …, and the buckets of the
    float just below it, of itself and of the float just above it, as multiples of `step`.
    `floats`: [ms, bucket] of random floats.
    """
    integers, previous = [], None
    for elapsed_ms in range(HOUR_MS + 1):
        bucket = bucket_response_time(elapsed_ms)
        assert bucket == bucket_response_time(float(elapsed_ms)), elapsed_ms
        if bucket != previous:
            integers.append([elapsed_ms, bucket])
            previous = bucket
    ties = []
    for low, high, step in [(0, 100, 1), (100, 1000, 10), (1000, 10000, 100), (10000, HOUR_MS, 1000)]:
        multiples = []
        for lower in range(low, high, step):
            tie = lower + step / 2
            around = [math.nextafter(tie, 0), tie, math.nextafter(tie, math.inf)]
            multiples.append([whole_multiple(bucket_response_time(value), step) for value in around])
        ties.append({"first": low + step / 2, "step": step, "multiples": multiples})
    generator = random.Random(2026)
    floats = [10 ** generator.uniform(-3, math.log10(HOUR_MS)) for _ in range(700)]
    edges = [99.5, 99.49999999999999, 994.9999999999999, 995.0000000000001, 9949.999999999998, 144.99999999999997, 0.0, 5e-324]
    return {"integers": integers, "ties": ties, "floats": [[value, bucket_response_time(value)] for value in floats + edges]}


def whole_multiple(bucket, step):
    assert bucket % step == 0, (bucket, step)
    return bucket // step


def percentile_cases():
    """Samples (null: without a response time) and what a StatsEntry that logged them computes."""
    generator = random.Random(47)
    samples = {
        "none at all": [],
        "one": [12.5],
        "only without a time": [None, None],
        "two far apart": [1.25, 59999.5],
        "median clamped to the maximum": [58760.4],
        "even count": [1, 2, 3, 4],
        "odd count": [5, 4, 3, 2, 1],
        "equal": [7.5] * 9,
        "some without a time": [10, None, 20, None, 30],
        "exponential": [round(generator.expovariate(1 / 40), 3) for _ in range(500)],
        "bimodal": [round(generator.gauss(generator.choice([20, 1500]), 5), 3) for _ in range(500)],
        "log-uniform": [round(10 ** generator.uniform(-2, math.log10(HOUR_MS)), 3) for _ in range(500)],
    }
    cases = []
    for name, times in samples.items():
        entry = StatsEntry(RequestStats(use_response_times_cache=False), name, "GET")
        for elapsed_ms in times:
            entry.log(elapsed_ms, 0)
        cases.append({
            "name": name,
            "samples": times,
            "responseTimes": [[bucket, count] for bucket, count in sorted(entry.response_times.items())],
            "medianMs": entry.median_response_time,
            "minMs": entry.min_response_time,
            "maxMs": entry.max_response_time,
            "averageMs": entry.avg_response_time,
            "percentilesMs": [[share, entry.get_response_time_percentile(share)] for share in PERCENTILES_TO_REPORT],
        })
    return cases


# --------------------------------------------------------------------------------------------------- division of users

CLASSES = {
    # Name, weight, fixed count.
    "one": [["Only", 1, 0]],
    "equal weights": [["Beta", 1, 0], ["alpha", 1, 0], ["Alpha", 1, 0]],
    "unequal weights": [["Shopper", 90, 0], ["Admin", 9, 0], ["Auditor", 1, 0]],
    "weights with ties": [["A", 2, 0], ["B", 4, 0], ["C", 2, 0], ["D", 8, 0], ["E", 4, 0]],
    "fractions": [["A", 0.1, 0], ["B", 0.7, 0], ["C", 2.5, 0], ["D", 0.001, 0]],
    "large": [["A", 1e6, 0], ["B", 3.5e6, 0], ["C", 17, 0]],
    "fixed only": [["A", 1, 3], ["B", 5, 1], ["C", 1, 7]],
    "fixed and weights": [["W", 3, 0], ["F", 1, 2], ["V", 1, 0], ["G", 10, 5]],
    "one fixed": [["Watcher", 1, 1], ["Shopper", 3, 0], ["Reader", 2, 0]],
    "without weight": [["None", 0, 0], ["Some", 2, 0], ["FixedNone", 0, 2]],
    "beyond ASCII": [["\uff21", 1, 0], ["\U0001d49c", 1, 0], ["\xc4", 1, 0], ["Z", 1, 0], ["Zz", 1, 0], ["a", 1, 0]],
    "many": [[f"User{number}", 1 + number % 7, number % 5 if number % 3 == 0 else 0] for number in range(30)],
}


def division_cases():
    """
    What a dispatcher gives its one worker on its way through `totals`: `counts` of the users of each class at each of
    them, in the order of `classes`.
    """
    generator = random.Random(11)
    cases = []
    for name, rows in CLASSES.items():
        walks = {
            "up": [*range(1, 61), 500, 20000],
            "up and down": [*range(0, 41, 3), *range(40, -1, -3), 0, 25],
            "anyhow": [generator.randrange(45) for _ in range(60)],
        }
        for walk, totals in walks.items():
            for equal_weights in (False, True):
                counts = divided(rows, totals, equal_weights)
                case = {"name": f"{name}, {walk}", "classes": rows, "equalWeights": equal_weights}
                cases.append({**case, "totals": totals, "counts": counts})
    return cases


def divided(rows, totals, equal_weights):
    body = {"tasks": [lambda _user: None]}
    classes = [type(name, (User,), {**body, "weight": weight, "fixed_count": fixed}) for name, weight, fixed in rows]
    environment = Environment(user_classes=classes)
    if equal_weights:
        environment.assign_equal_weights()
    dispatcher = UsersDispatcher([WorkerNode("local")], environment.user_classes)
    counts = []
    for total in totals:
        dispatcher.new_dispatch(total, spawn_rate=100_000)
        dispatched = [users["local"] for users in dispatcher][-1]
        counts.append([dispatched.get(name, 0) for name, _weight, _fixed in rows])
    return counts


# ------------------------------------------------------------------------------------------------------------- files


def write(name, content):
    header = {
        "locust": locust.__version__,
        "regenerate": "locust/.venv/bin/python locust/golden.py",
        "about": "What Locust itself computes. Written by the script: not to be edited.",
    }
    with open(os.path.join(OUTPUT, name), "w", encoding="ascii") as file:
        file.write("{\n")
        for key, value in {**header, **content}.items():
            is_last = key == list(content)[-1]
            file.write(f"{compact(key)}:{lines(value)}{'' if is_last else ','}\n")
        file.write("}\n")


def lines(value):
    """One case a line: a difference shows which case it is in, and numbers do not take a line each."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(map(compact, value)) + "\n]"
    return compact(value)


def compact(value):
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def main():
    os.makedirs(OUTPUT, exist_ok=True)
    with mock.patch.object(time, "time", clock):
        write("masterFrames.json", {"cases": master_frames()})
        clock.now = START_SEC
        write("workerFrames.json", worker_frames())
        write("errorKeys.json", {"cases": error_cases()})
        write("pythonRepr.json", repr_cases())
        write("rounding.json", rounding_cases())
        write("percentiles.json", {"cases": percentile_cases()})
        with mock.patch("locust.dispatch.gevent.sleep"):
            write("division.json", {"cases": division_cases()})


if __name__ == "__main__":
    main()
