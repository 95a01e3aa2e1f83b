"""The master's part of `stopTest(reason)`: ends the test for all workers when a scenario asks for it.

Load it beside your own locustfile,

    locust --master -f locustfile.py,stop_test.py

or import it there. Without it, a worker whose scenario called `stopTest` leaves the test after five seconds, and the
others go on.
"""

import logging

from locust import events
from locust.runners import MasterRunner

logger = logging.getLogger("boomer_node.stop_test")


def stop_test(environment, msg, **_kwargs):
    logger.info("%s asks to end the test: %s", msg.node_id, (msg.data or {}).get("reason", "it did not say why"))
    if environment.parsed_options and environment.parsed_options.headless:
        environment.runner.quit()
    else:
        environment.runner.stop()


@events.init.add_listener
def on_init(environment, **_kwargs):
    if isinstance(environment.runner, MasterRunner):
        # Concurrent: stopping takes as long as the users take, and heartbeats must be answered meanwhile.
        environment.runner.register_message("boomer_stop_test", stop_test, concurrent=True)
