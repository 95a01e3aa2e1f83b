"""Which tasks run when the test is started with --tags read list --exclude-tags slow."""

from diary import Diarist

from locust import MarkovTaskSet, SequentialTaskSet, constant, tag, task, transition
from locust.exception import StopUser


class Steps(SequentialTaskSet):
    wait_time = constant(0)

    def mark(self, what):
        self.user.note(what)
        if self.user.lines == 12:
            raise StopUser()


class Inner(Steps):
    @task
    def untagged(self):
        self.mark("inner untagged")

    @tag("read")
    @task
    def read(self):
        self.mark("inner read")
        self.interrupt()


class Unwanted(Steps):
    """Vanishes: none of its tasks has a wanted tag."""

    @task
    def untagged(self):
        self.mark("never")


@tag("list", "other")
class Tagged(Steps):
    """Its tag stands for its tasks."""

    @task
    def listed(self):
        self.mark("listed")
        self.interrupt()

    @tag("slow")
    @task
    def slow(self):
        self.mark("never")


class Deep(Steps):
    @task
    def deep(self):
        self.mark("deep")
        self.interrupt()


@tag("list")
class Outer(Steps):
    """Its tag stands for the sets within it too."""

    tasks = [Deep]

    @task
    def outer(self):
        self.mark("outer")
        self.interrupt()


class Added(Steps):
    """Vanishes as well."""

    @task
    def untagged(self):
        self.mark("never")


class Derived(Outer):
    """The tag of what it extends stands for what it has from there, and not for what it adds."""

    tasks = [Added]

    @task
    def added(self):
        self.mark("never")


class Chain(MarkovTaskSet):
    """Stays, whatever the tags."""

    @transition("step")
    def step(self):
        Steps.mark(self, "chain")
        self.interrupt()


class Mixed(Steps):
    tasks = [Inner, Unwanted, Tagged, Derived, Chain]

    @task
    @tag("read", "slow")
    def slow_read(self):
        self.mark("never")

    @task
    @tag("write")
    @tag("list")
    def write_list(self):
        self.mark("write list")


class Reader(Diarist):
    tasks = [Mixed]
