"""Has Locust write its files for given samples, second by second, and reads these and other files of the same kind.

Standard input: {"folder", "prefix", "jsonFile", "startSec", "seconds", "users", "fullHistory", "samples", "exceptions"};
standard output: what is in both sets of files, and how Locust reads the other one's JSON.
"""
import csv
import json
import sys
from types import SimpleNamespace

from locust import stats as locust_stats

asked = json.load(sys.stdin)
clock = SimpleNamespace(now=asked["startSec"])
# Everything below sees this clock; the second passes where Locust sleeps.
locust_stats.time = SimpleNamespace(time=lambda: clock.now)

stats = locust_stats.RequestStats()
runner = SimpleNamespace(user_count=asked["users"], exceptions={})
environment = SimpleNamespace(stats=stats, runner=runner)
waiting = list(asked["samples"])
seconds_left = asked["seconds"]


def one_second(_seconds):
    global seconds_left
    if seconds_left == 0:
        raise KeyboardInterrupt
    seconds_left -= 1
    ends = asked["startSec"] + asked["seconds"] - seconds_left
    while waiting and asked["startSec"] + waiting[0][0] < ends:
        at, method, name, elapsed_ms, size, error = waiting.pop(0)
        clock.now = asked["startSec"] + at
        # As its own HTTP client times: a float, also when it is whole.
        stats.log_request(method, name, None if elapsed_ms is None else float(elapsed_ms), size)
        if error is not None:
            stats.log_error(method, name, error)
    clock.now = ends
    for message, trace in asked["exceptions"]:
        row = runner.exceptions.setdefault(trace, {"count": 0, "msg": message, "traceback": trace, "nodes": {"local"}})
        row["count"] += 1


locust_stats.gevent = SimpleNamespace(sleep=one_second)
writer = locust_stats.StatsCSVFileWriter(environment, locust_stats.PERCENTILES_TO_REPORT, asked["folder"] + "/locust", asked["fullHistory"])
writer()
writer.close_files()
locust_stats.save_stats_json(stats, asked["folder"] + "/locust")


def table(path):
    with open(path, newline="") as file:
        return list(csv.reader(file))


def entries(path):
    with open(path) as file:
        text = file.read()
    rows = json.loads(text)
    # What Locust makes of it, as it would of a worker's report.
    read = [locust_stats.StatsEntry.unserialize(row, stats) for row in rows]
    return {
        "fields": [list(row) for row in rows],
        "typed": {f"{row['method']} {row['name']}": json.dumps({key: row[key] for key in row if key != "start_time"}, sort_keys=True) for row in rows},
        "averages": {f"{entry.method} {entry.name}": entry.avg_response_time for entry in read},
        "isLaidOutAlike": text == json.dumps(rows, indent=4),
    }


suffixes = ["_stats.csv", "_stats_history.csv", "_failures.csv", "_exceptions.csv"]
json.dump(
    {
        "locust": {suffix: table(asked["folder"] + "/locust" + suffix) for suffix in suffixes},
        "ours": {suffix: table(asked["prefix"] + suffix) for suffix in suffixes},
        "locustJson": entries(asked["folder"] + "/locust.json"),
        "oursJson": entries(asked["jsonFile"]),
    },
    sys.stdout,
)
