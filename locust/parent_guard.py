"""Ends a Locust master when the program that started it is gone, however that ended: its end of our standard input closes.

`boomer-node swarm` loads this beside the scenario's locustfile. It has no users.
"""

import os
import signal

from gevent import monkey
from locust import events


@events.init.add_listener
def watch_parent(environment, **_kwargs):
    # A real thread: Locust has put gevent's in place of Python's, and a blocking read would hold all of them.
    monkey.get_original("_thread", "start_new_thread")(end_with_parent, ())


def end_with_parent():
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
