"""What the master must know of examples/helloWorld.ts: the name of its user class and of its tasks.

The master never runs these users, the worker's do. They are real all the same, so that Locust's own worker
can be started with this file and compared.
"""

from locust import HttpUser, between, task


class HelloWorldUser(HttpUser):
    wait_time = between(0.5, 1.5)

    @task(2)
    def hello(self):
        self.client.get("/hello")

    @task
    def world(self):
        self.client.get("/world")
