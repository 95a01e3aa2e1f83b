"""The user class of the chaos tests; book.py stands beside it."""

from locust import User, constant, task


class Chaos(User):
    wait_time = constant(1)

    @task
    def only_workers_run_this(self):
        raise RuntimeError("the master never runs users")
