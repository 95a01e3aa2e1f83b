"""Tests of locust/lost_workers.py against the Locust that runs them: python test/python/lost_workers_test.py"""

import os
import sys
import unittest
from types import SimpleNamespace

import gevent
import locust
from locust.env import Environment
from locust.exception import RPCError
from locust.rpc import Message, zmqrpc
from locust.runners import HEARTBEAT_DEAD_INTERNAL, STATE_MISSING, STATE_RUNNING

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../locust"))

import lost_workers  # noqa: E402


class Guest(locust.User):
    @locust.task
    def idle(self):
        pass


class Scene(unittest.TestCase):
    def setUp(self):
        environment = Environment(user_classes=[Guest], events=locust.events)
        environment.parsed_options = SimpleNamespace(enable_rebalancing=False, headless=False)
        # A port that is free, whichever that is.
        self.runner = environment.create_master_runner("127.0.0.1", 0)
        # Its own watch would look too.
        self.runner.greenlet.kill(block=True)
        self.runner.greenlet.spawn(self.runner.client_listener)
        lost_workers.install_lost_workers(environment)
        self.lost = self.runner.boomer_lost_workers
        self.workers = {}

    def tearDown(self):
        self.runner.greenlet.kill(block=True)
        for worker in self.workers.values():
            worker.close(linger=0)
        self.runner.server.close(linger=0)

    def join(self, name):
        worker = zmqrpc.Client("127.0.0.1", self.runner.server.port, name)
        self.workers[name] = worker
        worker.send(Message("client_ready", locust.__version__, name))
        self.until(lambda: name in self.runner.clients)
        return worker

    def until(self, holds):
        with gevent.Timeout(20):
            while not holds():
                gevent.sleep(0.01)

    def run_test(self, users):
        def answer(name, worker):
            while name in self.workers:
                try:
                    message = worker.recv()
                except RPCError:
                    return
                if message.type == "spawn":
                    counts = message.data["user_classes_count"]
                    data = {"user_classes_count": counts, "user_count": sum(counts.values())}
                    worker.send(Message("spawning_complete", data, name))

        for name, worker in self.workers.items():
            self.runner.greenlet.spawn(answer, name, worker)
        self.runner.start(users, 100)
        self.until(lambda: self.runner.state == STATE_RUNNING and self.runner.user_count == users)

    def leave(self, name):
        self.workers.pop(name).close(linger=0)

    def test_rebalancing_is_on(self):
        self.assertTrue(self.runner.environment.parsed_options.enable_rebalancing)

    def test_the_users_of_a_worker_that_is_gone_go_to_the_others(self):
        for name in ("a", "b", "c"):
            self.join(name)
        self.run_test(6)
        self.leave("b")
        for client in self.runner.clients.all:
            client.heartbeat = 1
        self.until(lambda: self.runner.clients["b"].state == STATE_MISSING)
        self.until(lambda: self.runner.user_count == 6)
        self.assertEqual([self.runner.clients[name].user_count for name in ("a", "c")], [3, 3])

    def test_a_silent_worker_that_is_connected_is_left_to_locust(self):
        self.join("a")
        self.join("b")
        for client in self.runner.clients.all:
            client.heartbeat = 1
        self.lost.look()
        self.assertEqual([client.state == STATE_MISSING for client in self.runner.clients.all], [False, False])

    def test_the_last_worker_is_left_to_locust(self):
        self.join("a")
        self.leave("a")
        self.runner.clients["a"].heartbeat = -1
        self.until(lambda: not self.lost.is_connected(self.runner.clients["a"]))
        self.lost.look()
        self.assertNotEqual(self.runner.clients["a"].state, STATE_MISSING)

    def test_a_lost_one_is_forgotten_without_a_new_beginning(self):
        for name in ("a", "b"):
            self.join(name)
        self.run_test(4)
        self.leave("b")
        self.runner.clients["b"].heartbeat = 0
        self.until(lambda: self.runner.user_count == 4 and self.runner.clients["b"].state == STATE_MISSING)
        dispatcher = self.runner._users_dispatcher
        self.runner.clients["b"].heartbeat = HEARTBEAT_DEAD_INTERNAL + 2
        self.until(lambda: "b" not in self.runner.clients)
        self.assertIs(self.runner._users_dispatcher, dispatcher)
        self.assertEqual(self.runner.user_count, 4)


if __name__ == "__main__":
    print("Locust", locust.__version__, file=sys.stderr)
    lost_workers.lost_log.disabled = True
    # Of the contexts that Locust makes for each socket.
    unittest.main(warnings="ignore")
