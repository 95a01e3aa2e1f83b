"""Locust's own users as contestants: one request after the other, or nothing at all but timing and recording."""

import time

from locust import FastHttpUser, HttpUser, User, task


class PeerFastHttpUser(FastHttpUser):
    @task
    def page(self):
        self.client.get("/")


class PeerHttpUser(HttpUser):
    @task
    def page(self):
        self.client.get("/")


class PeerNoopUser(User):
    @task
    def nothing(self):
        start = time.perf_counter()
        self.environment.events.request.fire(
            request_type="noop",
            name="nothing",
            response_time=(time.perf_counter() - start) * 1000,
            response_length=0,
            exception=None,
            context={},
        )
