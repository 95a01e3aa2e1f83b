"""What the master must know of examples/anyClient.ts: the name of its user class. Only workers run it."""

from locust import User, constant, task


class AnyClientUser(User):
    wait_time = constant(1)

    @task
    def run_by_workers_only(self):
        raise RuntimeError("this class only gives the master a name: start a boomer-node worker")
