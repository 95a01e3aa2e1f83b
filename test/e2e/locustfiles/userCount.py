"""Prints how many users the master's workers have, ten times a second, with the seconds since the test began."""

import time

import gevent
from locust import events


@events.test_start.add_listener
def on_start(environment, **_kwargs):
    began = time.monotonic()

    def watch():
        while environment.runner.state in ("ready", "spawning", "running"):
            print(f"users at {time.monotonic() - began:.2f}: {environment.runner.user_count}", flush=True)
            gevent.sleep(0.1)

    gevent.spawn(watch)
