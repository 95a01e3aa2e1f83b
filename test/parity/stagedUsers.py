"""Users over stages as locust/boomer_shape.py counts them: plans and moments from stdin, numbers to stdout."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../locust"))

from boomer_shape import users_at  # noqa: E402

given = json.load(sys.stdin)
print(json.dumps([[users_at(stages, moment) for moment in given["moments"]] for stages in given["plans"]]))
