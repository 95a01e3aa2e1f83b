"""What users do when the test is stopped while they start, work or wait."""

from time import sleep

from diary import Diarist

from locust import TaskSet, constant, task

LONG_SEC = 5


class Set(TaskSet):
    def on_start(self):
        self.user.note("set starts")

    def on_stop(self):
        self.user.note("set stops")


class Work(Set):
    @task
    def work(self):
        self.user.note("begins")
        try:
            sleep(LONG_SEC)
            self.user.note("ends")
        finally:
            self.user.note("cleans up")


class Works(Diarist):
    tasks = [Work]


class Around(Set):
    tasks = [Work]


class WorksDeepDown(Diarist):
    tasks = [Around]


class Rest(Set):
    wait_time = constant(60)

    @task
    def work(self):
        self.user.note("works")


class Waits(Diarist):
    tasks = [Rest]


class Starts(Diarist):
    def on_start(self):
        self.note("begins to start")
        sleep(LONG_SEC)
        self.note("has started")

    @task
    def work(self):
        self.note("never")


class SlowSet(Set):
    def on_start(self):
        self.user.note("set begins to start")
        sleep(LONG_SEC)
        self.user.note("set has started")

    @task
    def work(self):
        self.user.note("never")


class StartsSet(Diarist):
    tasks = [SlowSet]
