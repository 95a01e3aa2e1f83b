"""A master that starts and stops runs as fast as it can when POST /test/storm?rounds=N asks for it.

Through the web API each stop takes up to a second, since Locust looks only once a second whether the users are
gone; here the stop message goes out 0 to 50 ms after the spawn.
"""

import random

import gevent
from classes import Quick  # noqa: F401
from flask import request
from locust import events
from locust.rpc import Message


@events.init.add_listener
def add_page(environment, web_ui=None, **_kwargs):
    if web_ui:
        web_ui.app.add_url_rule("/test/storm", "storm", lambda: storm(environment.runner), methods=["POST"])


def storm(runner):
    rounds = int(request.args["rounds"])
    chance = random.Random(1)
    done = 0
    for _round in range(rounds):
        # A worker is unknown to the master between its client_stopped and its client_ready.
        with gevent.Timeout(10):
            while not runner.clients.ready:
                gevent.sleep(0.001)
        spawning = gevent.spawn(runner.start, chance.randint(1, 20), 1000)
        gevent.sleep(chance.uniform(0, 0.05))
        spawning.kill(block=True)
        stop(runner)
        done += 1
    return {"rounds": done}


def stop(runner):
    """What MasterRunner.stop does, without its wait of a whole second."""
    runner.environment.events.test_stopping.fire(environment=runner.environment)
    runner.update_state("stopping")
    runner._users_dispatcher = None
    for client in runner.clients.all:
        runner.server.send_to_client(Message("stop", None, client.id))
    with gevent.Timeout(10):
        while runner.user_count != 0 or runner.state != "stopped":
            gevent.sleep(0.001)
    runner.environment.events.test_stop.fire(environment=runner.environment)
