"""Computes with Locust's own classes what its UI would show for given samples.

With the word `precise` it counts response times to three digits in whole milliseconds, as a worker of ours does while a report has
few rows, in place of Locust's two.

Reads [{"name": str, "elapsedMs": number or null}, ...] on standard input and writes {name: row}, the total under
"Aggregated", each row as /stats/requests has it.
"""

import json
import sys

import locust.stats
from locust.stats import RequestStats


def to_three_digits(response_time):
    for limit, digits in ((1_000, 0), (10_000, -1), (100_000, -2)):
        if int(response_time) < limit:
            return int(round(response_time, digits))
    return int(round(response_time, -3))


if "precise" in sys.argv[1:]:
    assert locust.stats.bucket_response_time(145.3) == 150
    locust.stats.bucket_response_time = to_three_digits

stats = RequestStats()
for sample in json.load(sys.stdin):
    stats.log_request("fixed", sample["name"], sample["elapsedMs"], 0)

rows = {name: entry.to_dict() for (name, _method), entry in stats.entries.items()}
rows["Aggregated"] = stats.total.to_dict()
json.dump(rows, sys.stdout)
