"""Custom messages both ways, as in Locust's own example of that name; the workers run examples/customMessages.ts.

When a test begins, the master makes one account for each user and gives each worker its share, before any user is
spawned. It hears back from the worker (acknowledge_accounts), and from each user (account_taken).
"""

import datetime
import logging
import math

import gevent

from locust import User, constant, events, task
from locust.runners import MasterRunner

logger = logging.getLogger("customMessages")


class CustomMessagesUser(User):
    wait_time = constant(0.1)

    @task
    def run_by_workers_only(self):
        raise RuntimeError("this class only gives the master a name: start a boomer-node worker")


def on_acknowledge(environment, msg, **_kwargs):
    logger.info("worker %s has %s accounts", environment.runner.get_worker_index(msg.node_id), msg.data["count"])


def on_taken(msg, **_kwargs):
    # A Date of the worker arrives as a datetime, in UTC and without a zone.
    assert isinstance(msg.data["at"], datetime.datetime)
    logger.info("account %s is taken", msg.data["name"])


def on_concurrent(msg, **_kwargs):
    # Registered as concurrent: the master goes on receiving while this one sleeps.
    gevent.sleep(2)
    logger.info("at last: %s", msg.data)


@events.init.add_listener
def on_init(runner, **_kwargs):
    if isinstance(runner, MasterRunner):
        runner.register_message("acknowledge_accounts", on_acknowledge)
        runner.register_message("account_taken", on_taken)
        runner.register_message("concurrent_message", on_concurrent, concurrent=True)


@events.test_start.add_listener
def on_test_start(environment, **_kwargs):
    runner = environment.runner
    if not isinstance(runner, MasterRunner):
        return
    workers = [worker.id for worker in runner.clients.all if worker.state != "missing"]
    if not workers:
        return
    # Shares of equal size, so that no worker has more users than accounts when they cannot be divided evenly.
    share = math.ceil(runner.target_user_count / len(workers))
    # In UTC and without a zone, as it travels; of its microseconds JavaScript keeps the milliseconds.
    created_at = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
    for index, worker in enumerate(workers):
        accounts = [
            {"name": f"user{number}", "password": f"secret{number}", "createdAt": created_at}
            for number in range(index * share, (index + 1) * share)
        ]
        runner.send_message("test_accounts", accounts, client_id=worker)
