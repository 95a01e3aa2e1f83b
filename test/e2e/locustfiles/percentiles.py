"""Computes with Locust's own classes what its UI would show for given samples.

Reads [{"name": str, "elapsedMs": number or null}, ...] on standard input and writes {name: row}, the total under
"Aggregated", each row as /stats/requests has it.
"""

import json
import sys

from locust.stats import RequestStats

stats = RequestStats()
for sample in json.load(sys.stdin):
    stats.log_request("fixed", sample["name"], sample["elapsedMs"], 0)

rows = {name: entry.to_dict() for (name, _method), entry in stats.entries.items()}
rows["Aggregated"] = stats.total.to_dict()
json.dump(rows, sys.stdout)
