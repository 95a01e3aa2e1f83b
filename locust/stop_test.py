"""The master's part of ending a test: `stopTest(reason)` ends it for all workers, and no worker misses its end.

Load it beside your own locustfile,

    locust --master -f locustfile.py,stop_test.py

or import it there. Without it, a worker whose scenario called `stopTest` leaves the test after five seconds, and the
others go on; and what the master orders while the connection to a worker is broken is lost, as with Locust's own
workers: one that comes back goes on with the users that it had.

With it, a worker that was cut off asks with `boomer_test_state`, is answered with

    {"isOn": true}

and, while a test is on, is sent its targets once more.
"""

import logging
import time

from locust import events
from locust.rpc import Message
from locust.runners import STATE_RUNNING, STATE_SPAWNING, MasterRunner

stop_log = logging.getLogger("boomer_node.stop_test")


def stop_test(environment, msg, **_kwargs):
    stop_log.info("%s asks to end the test: %s", msg.node_id, (msg.data or {}).get("reason", "it did not say why"))
    if environment.parsed_options and environment.parsed_options.headless:
        environment.runner.quit()
    else:
        environment.runner.stop()


def tell_test_state(environment, msg, **_kwargs):
    runner = environment.runner
    is_on = runner.state in (STATE_SPAWNING, STATE_RUNNING)
    runner.send_message("boomer_test_state", {"isOn": is_on}, client_id=msg.node_id)
    targets = targets_of(runner, msg.node_id) if is_on else None
    if targets is None:
        return
    # As in MasterRunner.start; targets are absolute, so that having them twice changes nothing.
    spawn = {
        "timestamp": time.time(),
        "user_classes_count": targets,
        "host": environment.host,
        "stop_timeout": environment.stop_timeout,
        "parsed_options": vars(environment.parsed_options) if environment.parsed_options else {},
    }
    runner.server.send_to_client(Message("spawn", spawn, msg.node_id))


def targets_of(runner, worker_id):
    """The users of a worker as they were ordered last, by class; None where this release of Locust does not tell."""
    return getattr(getattr(runner, "_users_dispatcher", None), "_users_on_workers", {}).get(worker_id)


@events.init.add_listener
def install_stop_test(environment, **_kwargs):
    # Both carried in a locustfile of boomer-node's and named with -f it is loaded twice, and once is enough.
    if isinstance(environment.runner, MasterRunner) and "boomer_stop_test" not in environment.runner.custom_messages:
        # Concurrent: stopping takes as long as the users take, and heartbeats must be answered meanwhile.
        environment.runner.register_message("boomer_stop_test", stop_test, concurrent=True)
        environment.runner.register_message("boomer_test_state", tell_test_state)
