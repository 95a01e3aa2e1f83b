"""A master that adds up what its workers report beside Locust's own numbers, as Locust's examples/events.py does.

The last line of its output is the sum.
"""

from locust import User, constant, events, task

stats = {"content-length": 0}


class Faulty(User):
    wait_time = constant(1)

    @task
    def only_workers_run_this(self):
        raise RuntimeError("the master never runs users")


@events.worker_report.add_listener
def on_worker_report(client_id, data):
    stats["content-length"] += data["content-length"]


@events.quit.add_listener
def on_quit(exit_code, **_kwargs):
    print(f"content-length: {stats['content-length']}", flush=True)
