"""The file that boomer's users give their master, whatever tasks their workers run.

A worker whose scenario calls `run(task, ...)` runs its tasks for any class name; the users that the master
counts under `Dummy` are split over them by their weights.
"""

from locust import User, constant, task


class Dummy(User):
    wait_time = constant(1)

    @task
    def run_by_workers_only(self):
        raise RuntimeError("this class only gives the master a name: start a boomer-node worker")
