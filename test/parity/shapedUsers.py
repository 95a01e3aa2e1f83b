"""Users on the way to a shape's decisions as locust/boomer_shape.py counts them: decisions and moments from stdin, numbers to stdout."""

import json
import math
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../locust"))

from boomer_shape import ShapeLine  # noqa: E402


def users_of(decisions):
    line, seen = ShapeLine({}, {}), []
    for elapsed, goal, rate, moments in decisions:
        line = line.redirected(goal, math.inf if rate is None else rate, elapsed)
        seen.append([line.counts_at(moment) for moment in moments])
    return seen


print(json.dumps([users_of(decisions) for decisions in json.load(sys.stdin)]))
