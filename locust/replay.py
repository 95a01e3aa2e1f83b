"""The master's part of replays of recorded traffic (docs/replay.md): every worker knows which share is its own, and the test ends when all are done.

Load it beside your own locustfile,

    locust --master -f locustfile.py,replay.py

or import it there. Every worker reads the same capture and sends what belongs to its share. Workers learn from the option
`boomer_workers`, which travels with each spawn, the indexes of the workers that the test begins with: the first of them has
the first share, and so on. A worker that is done with its share says `boomer_replayed`.

Without it, capture and test are shared by --expect-workers, and a worker that is done leaves the test after five seconds.
"""

import logging

import gevent
from locust import events
from locust.runners import STATE_MISSING, STATE_RUNNING, STATE_SPAWNING, MasterRunner

replay_log = logging.getLogger("boomer_node.replay")


class Replays:
    """Who replays in this test, and who is done."""

    EVERY = 0.25

    def __init__(self):
        self.workers = {}
        # A set of its own for each test, by which those that wait for the end of an earlier one see that it is over.
        self.done = set()

    def share_out(self, environment, **_kwargs):
        runner = environment.runner
        there = [client.id for client in runner.clients.all if client.state != STATE_MISSING]
        self.workers = {runner.get_worker_index(worker): worker for worker in there}
        self.done = set()
        environment.parsed_options.boomer_workers = sorted(self.workers)

    def take(self, environment, msg, **_kwargs):
        runner = environment.runner
        done = self.done
        # The first one waits for all others, some of which may be lost. One whose connection broke says it again.
        is_first = not done
        done.add(msg.node_id)
        if not is_first:
            return
        while self.is_waiting(runner):
            gevent.sleep(self.EVERY)
            if self.done is not done or runner.state not in (STATE_SPAWNING, STATE_RUNNING):
                return
        replay_log.info("%s", (msg.data or {}).get("reason", "all workers are done with what they replay"))
        if environment.parsed_options.headless:
            runner.quit()
        else:
            runner.stop()

    def is_waiting(self, runner):
        there = {client.id for client in runner.clients.all if client.state != STATE_MISSING}
        return any(worker in there and worker not in self.done for worker in self.workers.values())

    def name_lost(self, **_kwargs):
        """Nobody sends what a worker that left has not sent of its share."""
        if not self.done:
            return
        for index, worker in sorted(self.workers.items()):
            if worker not in self.done:
                replay_log.warning("worker %s (index %d) was not done with its share, one of %d: the rest of that was not sent", worker, index, len(self.workers))


@events.init.add_listener
def install_replays(environment, runner, **_kwargs):
    # Both imported and named with -f it is loaded twice, and once is enough.
    if not isinstance(runner, MasterRunner) or "boomer_replayed" in runner.custom_messages:
        return
    if environment.parsed_options is None:
        replay_log.warning("no options travel to the workers of this master, so they cannot know which share of a capture is theirs")
        return
    replays = Replays()
    environment.events.test_start.add_listener(replays.share_out)
    environment.events.test_stop.add_listener(replays.name_lost)
    # Concurrent: stopping takes as long as the users take, and heartbeats must be answered meanwhile.
    runner.register_message("boomer_replayed", replays.take, concurrent=True)
