"""What the master must know of examples/anyClient.ts: the name of its user class and of its tasks.

Only workers run them: what they load is not HTTP, and their client is written in TypeScript.
"""

from locust import User, constant_pacing, task

only_workers = "this class only gives the master a name: start a boomer-node worker"


class AnyClientUser(User):
    wait_time = constant_pacing(0.1)

    @task(3)
    def find(self):
        raise RuntimeError(only_workers)

    @task
    def think(self):
        raise RuntimeError(only_workers)
