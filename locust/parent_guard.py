"""Ends a Locust master when the program that started it is gone, however that ended: its end of our standard input closes. And when it is
asked to end, by SIGINT, it does so without the tracebacks that Python prints wherever a Ctrl-C catches it.

`boomer-node swarm` writes this below the scenario's locustfile. It has no users.
"""

import os
import signal
import sys

import gevent
from gevent import monkey
from locust import events

# Where Locust's own program waits for its end, and expects a Ctrl-C; anywhere else it would be printed, or swallowed.
main_greenlet = gevent.getcurrent()


def interrupt():
    gevent.kill(main_greenlet, KeyboardInterrupt)


def without_interrupts(kind, error, trace, shown=sys.excepthook):
    if not issubclass(kind, KeyboardInterrupt):
        shown(kind, error, trace)


gevent.signal_handler(signal.SIGINT, interrupt)
sys.excepthook = without_interrupts


@events.init.add_listener
def watch_parent(environment, **_kwargs):
    # A real thread: Locust has put gevent's in place of Python's, and a blocking read would hold all of them.
    monkey.get_original("_thread", "start_new_thread")(end_with_parent, ())


def end_with_parent():
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
