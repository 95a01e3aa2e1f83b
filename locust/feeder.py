"""The master's part of feeders with unique rows (docs/feeders.md): hands out row numbers, each once a test run.

The rows themselves stay where they are, in a file beside each worker. Load it beside your own locustfile,

    locust --master -f locustfile.py,feeder.py

or import it there. A worker asks with `feed_request`:

    {"feeder": "logins.csv", "run": "5f0c…", "ticket": 7, "rows": 10000, "count": 100}

and is answered with `feed_block`, the same one however often it asks with the same ticket:

    {"feeder": "logins.csv", "ticket": 7, "first": 300, "count": 100}

fewer rows than it asked for, or none, when these were the last. Workers learn from the option `boomer_feed_run`,
which travels with each spawn, that this plug-in is here and which run it hands out rows for.
"""

import logging
import uuid

from locust import events
from locust.runners import MasterRunner

feed_log = logging.getLogger("boomer_node.feeder")


class MasterFeeder:
    """One feeder in one run."""

    def __init__(self, rows):
        self.rows = rows
        self.handed_out = 0
        # By worker: a question asked again gets its answer again, and no rows are lost.
        self.last_answers = {}

    def answer(self, worker, ticket, rows, count):
        last = self.last_answers.get(worker)
        if last is not None and last["ticket"] == ticket:
            return last
        if rows != self.rows:
            return {"ticket": ticket, "error": f"this worker's file has {rows} rows, another worker's has {self.rows}"}
        first = self.handed_out
        given = min(count, self.rows - first)
        self.handed_out = first + given
        self.last_answers[worker] = {"ticket": ticket, "first": first, "count": given}
        return self.last_answers[worker]


class FeedDesk:
    """All feeders of the run; a new run begins from the first rows."""

    def __init__(self):
        self.run = ""
        self.feeders = {}

    def begin(self, environment, **_kwargs):
        self.run = uuid.uuid4().hex
        self.feeders = {}
        environment.parsed_options.boomer_feed_run = self.run

    def take_request(self, environment, msg, **_kwargs):
        try:
            name, run, ticket = str(msg.data["feeder"]), msg.data["run"], int(msg.data["ticket"])
            rows, count = int(msg.data["rows"]), int(msg.data["count"])
        except (KeyError, TypeError, ValueError):
            feed_log.error("a feed_request of worker %s makes no sense: %r", msg.node_id, msg.data)
            return
        # A worker that has not yet heard of the end of the last run must not take rows of this one.
        if run != self.run or rows < 1 or count < 1:
            return
        feeder = self.feeders.setdefault(name, MasterFeeder(rows))
        answer = feeder.answer(msg.node_id, ticket, rows, count)
        environment.runner.send_message("feed_block", {"feeder": name, **answer}, client_id=msg.node_id)


@events.init.add_listener
def install_feeds(environment, runner, **_kwargs):
    # Both imported and named with -f it is loaded twice, and once is enough.
    if not isinstance(runner, MasterRunner) or "feed_request" in runner.custom_messages:
        return
    if environment.parsed_options is None:
        feed_log.warning("no options travel to the workers of this master, so they cannot know that it hands out rows")
        return
    desk = FeedDesk()
    environment.events.test_start.add_listener(desk.begin)
    runner.register_message("feed_request", desk.take_request)
