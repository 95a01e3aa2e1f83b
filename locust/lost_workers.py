"""A master that keeps the number of users when workers come and go. `boomer-node locustfile` carries it in the locustfiles that it makes.

Locust by itself notices a worker that ended without a word (killed, out of memory) after five seconds, by its heartbeats; it gives its
users to the others with --enable-rebalancing alone; it misses a worker that comes or goes while others are being given their users; a test
that is stopped has not stopped as long as it remembers a lost one; and when it forgets that, after a minute, it starts all users anew, from none
and at the spawn rate.

Here a silent worker whose connection is gone is lost after a second or two, whatever changed among the workers brings new numbers of
users, and forgetting one changes nothing.
"""

import logging

import gevent
import zmq
from locust import events
from locust.rpc import Message
from locust.runners import HEARTBEAT_DEAD_INTERNAL, STATE_MISSING, STATE_RUNNING, STATE_SPAWNING, MasterRunner

lost_log = logging.getLogger("boomer_node.lost_workers")


class LostWorkers:
    EVERY = 0.25
    # As Locust counts: 3 at each heartbeat, and one less each second. More than a second without one.
    SILENT = 1

    def __init__(self, runner):
        self.runner = runner

    def watch(self):
        while True:
            gevent.sleep(self.EVERY)
            self.look()

    def look(self):
        runner = self.runner
        for client in list(runner.clients.all):
            if client.state == STATE_MISSING:
                # Its users are with the others; Locust would begin anew in a moment. And a test that is stopped would not have stopped before.
                if client.heartbeat <= HEARTBEAT_DEAD_INTERNAL + 2 or (not self.is_testing and not self.is_connected(client)):
                    del runner.clients[client.id]
                    runner.check_stopped()
            # The last one ends the test: that is left to Locust, and to its patience.
            elif client.heartbeat <= self.SILENT and runner.worker_count > 1 and not self.is_connected(client):
                self.lose(client)
        if self.is_due():
            runner.start(runner.target_user_count, runner.spawn_rate)

    @property
    def is_testing(self):
        return self.runner.state in (STATE_SPAWNING, STATE_RUNNING)

    def lose(self, client):
        """As MasterRunner.heartbeat_worker has it; one that was only cut off is taken back by its next heartbeat."""
        lost_log.warning("worker %s is gone: its users go to the others", client.id)
        client.state = STATE_MISSING
        client.user_classes_count = {}
        if self.runner._users_dispatcher is not None:
            self.runner._users_dispatcher.remove_worker(client)

    def is_due(self):
        """The users were divided anew, and nobody has told the workers."""
        runner = self.runner
        dispatcher = runner._users_dispatcher
        if dispatcher is None or runner.state != STATE_RUNNING or not runner.spawning_completed or runner.worker_count == 0:
            return False
        # A shape of boomer-node's says so itself in its next tick; two beginnings at once would wait for each other's users.
        return getattr(dispatcher, "_rebalance", False) and not hasattr(runner.environment.shape_class, "last_workers")

    def is_connected(self, client):
        """A ROUTER knows at once when the other end is gone, and says so if it is asked to."""
        socket = self.runner.server.socket
        # What a worker may be told at any time; see stop_test.py.
        state = {"isOn": self.is_testing}
        socket.setsockopt(zmq.ROUTER_MANDATORY, 1)
        try:
            socket.send_multipart([client.id.encode(), Message("boomer_test_state", state, client.id).serialize()], zmq.NOBLOCK)
        except zmq.ZMQError as error:
            return error.errno != zmq.EHOSTUNREACH
        finally:
            socket.setsockopt(zmq.ROUTER_MANDATORY, 0)
        return True


@events.init.add_listener
def install_lost_workers(environment, **_kwargs):
    runner = environment.runner
    if isinstance(runner, MasterRunner) and not hasattr(runner, "boomer_lost_workers"):
        if environment.parsed_options:
            environment.parsed_options.enable_rebalancing = True
        runner.boomer_lost_workers = LostWorkers(runner)
        runner.greenlet.spawn(runner.boomer_lost_workers.watch)
