"""The class of `replay.test.ts`, by name only."""

from locust import User, task


class Captured(User):
    fixed_count = 1

    @task
    def replayed(self):
        raise RuntimeError("the master never runs users")
