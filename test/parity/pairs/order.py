"""Which task comes next: sequences, weights in them, inheritance, queues, Markov chains, pacing."""

from time import perf_counter, sleep

from diary import Diarist

from locust import MarkovTaskSet, SequentialTaskSet, constant, constant_pacing, task, transition, transitions
from locust.exception import StopUser


class Quick(Diarist):
    abstract = True
    wait_time = constant(0)


class Loop(SequentialTaskSet):
    """Ends its user after twelve lines."""

    def mark(self, what):
        self.user.note(what)
        if self.user.lines == 12:
            raise StopUser()


class Weighted(Loop):
    @task
    def one(self):
        self.mark("one")

    @task(2)
    def two(self):
        self.mark("two")

    @task(0)
    def off(self):
        self.mark("never")


class Sequence(Quick):
    tasks = [Weighted]


class Part(SequentialTaskSet):
    @task
    def step(self):
        self.parent.mark("part")
        self.interrupt()


def alone(task_set):
    task_set.mark("function")


class Listed(Loop):
    tasks = {Part: 2, alone: 1}

    @task
    def last(self):
        self.mark("last")


class SequenceOfList(Quick):
    tasks = [Listed]


class Base(Loop):
    @task
    def base(self):
        self.mark("base")

    @task
    def shared(self):
        self.mark("shared of base")


class Derived(Base):
    @task
    def own(self):
        self.mark("own")


class Inherits(Quick):
    tasks = [Derived]


class Overriding(Base):
    @task
    def shared(self):
        self.mark("shared of overriding")


class Overrides(Quick):
    tasks = [Overriding]


class AbstractBase(Quick):
    abstract = True

    @task
    def inherited(self):
        self.note("inherited task")
        if self.lines == 4:
            raise StopUser()


class OfAbstract(AbstractBase):
    """Has no task of its own."""


class OfConcrete(OfAbstract):
    """A class below one that is itself a user."""


class Queue(Loop):
    @task
    def plan(self):
        self.mark("plans")
        self.schedule_task(alone)
        self.schedule_task(Part, first=True)
        self.schedule_task(self.extra)

    def extra(self, *_):
        self.mark("extra")

    @task
    def relax(self):
        self.mark("rests")


class Queues(Quick):
    tasks = [Queue]


class Chain(MarkovTaskSet):
    @transition("second")
    def first(self):
        Loop.mark(self, "first")

    @transitions({"third": 2})
    def second(self):
        Loop.mark(self, "second")

    @transitions(["second"])
    def third(self):
        Loop.mark(self, "third")


class Markov(Quick):
    tasks = [Chain]


class Paced(Diarist):
    """Tasks of 0.2 s, one every 0.6 s, until 1.5 s have gone: at 0, 0.6 and 1.2 s, and the last at 1.8 s."""

    wait_time = constant_pacing(0.6)
    lasts_sec = 1.5
    task_sec = 0.2

    def on_start(self):
        self.began_sec = perf_counter()

    @task
    def work(self):
        self.count("works")
        if perf_counter() - self.began_sec > self.lasts_sec:
            raise StopUser()
        sleep(self.task_sec)


class Overtaken(Paced):
    """Tasks longer than their pace: one after the other."""

    wait_time = constant_pacing(0.1)
    lasts_sec = 1.0
    task_sec = 0.4
