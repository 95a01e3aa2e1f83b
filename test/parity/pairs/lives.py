"""How users begin, go on and end by themselves."""

from diary import Diarist

from locust import SequentialTaskSet, TaskSet, constant, task
from locust.exception import InterruptTaskSet, RescheduleTask, RescheduleTaskImmediately, StopUser


class StopsInTask(Diarist):
    @task
    def work(self):
        self.note("works")
        if self.lines == 3:
            raise StopUser()


class StopsInStart(Diarist):
    def on_start(self):
        self.note("starts")
        raise StopUser()

    @task
    def work(self):
        self.note("never")


class FailsInStart(StopsInStart):
    def on_start(self):
        self.note("starts")
        raise ValueError("no start")


class ReschedulesInStart(StopsInStart):
    def on_start(self):
        self.note("starts")
        raise RescheduleTask("no start")


class FailsInStop(Diarist):
    def on_stop(self):
        self.note("stops")
        raise ValueError("no stop")

    @task
    def work(self):
        raise StopUser()


class Steps(SequentialTaskSet):
    """A set that notes its own start and stop."""

    def on_start(self):
        self.user.note("set starts")

    def on_stop(self):
        self.user.note("set stops")


class EveryEnding(Steps):
    @task
    def reschedule(self):
        self.user.note("reschedules")
        raise RescheduleTask()

    @task
    def reschedule_at_once(self):
        self.user.note("reschedules at once")
        raise RescheduleTaskImmediately()

    @task
    def fail(self):
        self.user.note("fails")
        raise ValueError("broken")

    @task
    def stop(self):
        self.user.note("stops itself")
        raise StopUser()


class EndsEveryWay(Diarist):
    tasks = [EveryEnding]


class TopInterrupt(Diarist):
    @task
    def interrupt(self):
        self.note("interrupts")
        raise InterruptTaskSet()


class BackAtOnce(Steps):
    @task
    def step(self):
        self.user.note("goes back at once")
        self.interrupt()


class BackLater(Steps):
    @task
    def step(self):
        self.user.note("goes back later")
        self.interrupt(reschedule=False)


class Outer(Steps):
    tasks = [BackAtOnce, BackLater]

    @task
    def end(self):
        self.user.note("ends")
        raise StopUser()


class Nested(Diarist):
    tasks = [Outer]


class StopsDeepDown(Steps):
    @task
    def stop(self):
        same = self.parent.parent is self.user
        self.user.note(f"stops deep down, {'knows' if same else 'has lost'} its user")
        raise StopUser()


class Around(Steps):
    tasks = [StopsDeepDown]


class NestedStop(Diarist):
    tasks = [Around]


class Refuses(Steps):
    """Is never entered: each knock ends in another way."""

    def on_start(self):
        self.user.knocks = getattr(self.user, "knocks", 0) + 1
        self.user.note("knocks")
        if self.user.knocks == 1:
            raise ValueError("closed")
        if self.user.knocks == 2:
            self.interrupt(reschedule=False)
        if self.user.knocks == 3:
            raise RescheduleTask()
        if self.user.knocks == 4:
            self.interrupt()
        if self.user.knocks == 5:
            raise RescheduleTaskImmediately()
        raise StopUser()

    @task
    def step(self):
        self.user.note("never")


class RefusesAround(Steps):
    tasks = [Refuses]


class Knocks(Diarist):
    tasks = [RefusesAround]


class FailsOnTheWayOut(Steps):
    def on_stop(self):
        self.user.note("set fails to stop")
        raise ValueError("no way out")

    @task
    def step(self):
        self.user.note("goes")
        self.interrupt()


class FailsOnTheWayOutAround(Steps):
    tasks = [FailsOnTheWayOut]

    @task
    def end(self):
        raise StopUser()


class NestedFailure(Diarist):
    tasks = [FailsOnTheWayOutAround]


class StopsOnTheWayOut(Steps):
    def on_stop(self):
        self.user.note("set stops its user")
        raise StopUser()

    @task
    def step(self):
        self.user.note("goes")
        self.interrupt()


class StopsOnTheWayOutAround(Steps):
    tasks = [StopsOnTheWayOut]

    @task
    def never(self):
        self.user.note("never")
        raise StopUser()


class NestedStopOnTheWayOut(Diarist):
    tasks = [StopsOnTheWayOutAround]


class OwnWait(TaskSet):
    wait_time = constant(0)

    @task
    def step(self):
        self.user.note("steps")
        if self.user.lines == 4:
            self.interrupt(reschedule=False)


class UsersWait(TaskSet):
    @task
    def step(self):
        self.user.note("steps slowly")
        if self.user.lines == 6:
            raise StopUser()


class BothWaits(SequentialTaskSet):
    wait_time = constant(0)
    tasks = [OwnWait, UsersWait]


class Waits(Diarist):
    tasks = [BothWaits]
