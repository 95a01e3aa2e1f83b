"""The master's half of test/fixtures/customTypes.ts: every type of data that travels in a custom message.

Sends each worker one value of each type (from_python) and expects it back (back_to_python); sends back to each worker
whatever it sends (from_node, back_to_node), with the name of the type that it has in Python. Prints a line for each.
"""

import datetime

from locust import User, constant, events, task
from locust.runners import MasterRunner

VALUES = {
    "nil": None,
    "true": True,
    "int": 42,
    "negative": -(2**31) - 1,
    "beyond 53 bits": 2**63 - 1,
    "unsigned 64 bits": 2**64 - 1,
    "float": 0.1,
    "str": "grüße 🙂 \x00",
    "empty str": "",
    "long str": "x" * 70000,
    "bytes": bytes(range(256)),
    "empty bytes": b"",
    "list": [1, "two", None, 3.5],
    "empty list": [],
    "map": {"a": 1, "b": {"c": [True, False]}},
    "empty map": {},
    "datetime": datetime.datetime(2024, 2, 29, 23, 59, 58, 123000),
    "old datetime": datetime.datetime(1066, 10, 14),
    "nested": {"list": [{"when": datetime.datetime(1999, 12, 31), "raw": [b"\xff", {"deep": [[[[None]]]]}]}]},
}


class TypesUser(User):
    wait_time = constant(1)

    @task
    def run_by_workers_only(self):
        raise RuntimeError("this class only gives the master a name")


def on_back(msg, **_kwargs):
    name, value = msg.data["name"], msg.data["value"]
    same = value == VALUES[name] and type(value) is type(VALUES[name])
    print(f"from python: {name}: {'same' if same else f'{value!r} came back'}", flush=True)


def on_node(environment, msg, **_kwargs):
    name, value = msg.data["name"], msg.data["value"]
    answer = {"name": name, "value": value, "type": type(value).__name__}
    environment.runner.send_message("back_to_node", answer, client_id=msg.node_id)


def on_verdict(msg, **_kwargs):
    print(f"from node: {msg.data['name']}: {msg.data['type']}, {msg.data['verdict']}", flush=True)


@events.init.add_listener
def on_init(runner, **_kwargs):
    if isinstance(runner, MasterRunner):
        runner.register_message("back_to_python", on_back)
        runner.register_message("from_node", on_node)
        runner.register_message("verdict", on_verdict, concurrent=True)


@events.test_start.add_listener
def on_test_start(environment, **_kwargs):
    for name, value in VALUES.items():
        environment.runner.send_message("from_python", {"name": name, "value": value})
