"""Users over time, as a TypeScript scenario says it: by its stages, or by its function `shape(moment)`, which a worker evaluates.

`boomer-node locustfile` writes this module whole into the locustfile that it makes. Locust's own shape worker does the spawning: about once
a second it calls `tick`, which says how many users there are to be now. Locust 2.30 is the oldest that it is tested with.
"""

import functools
import logging
import math
import uuid

import locust
from gevent.event import Event
from locust.dispatch import UsersDispatcher
from locust.runners import STATE_INIT, STATE_RUNNING, STATE_SPAWNING

shape_log = logging.getLogger("boomer_node.shape")


class TickingShape(locust.LoadTestShape):
    """What stages and a function have in common. The users of a tick come at once: the rate is in how many there are to be."""

    abstract = True
    # Seconds after which the test ends, whatever the shape says; None: never.
    run_time = None
    last_tick = None
    last_workers = None

    def tick(self):
        if self.runner is not None and self.runner.state not in (STATE_SPAWNING, STATE_RUNNING) and not self.begin():
            return self.ticked(0)
        elapsed = self.get_run_time()
        users = None if self.run_time is not None and elapsed >= self.run_time else self.users_now(elapsed)
        if users is None:
            self.last_tick = None
            return None
        return self.ticked(users)

    def begin(self):
        """Starts the test with nobody, so that the workers know its options before the shape is asked. False: there is no worker."""
        self.last_tick = None
        if not active_workers(self.runner):
            return False
        self.runner.start(0, 1)
        return True

    def ticked(self, users, is_forced=False):
        """The tick for so many users; another one than the last where Locust has something to do, be it only that workers came or went."""
        workers = active_workers(self.runner)
        before = self.last_tick
        if before is None or before[0] != users:
            self.last_tick = (users, max(1, abs(users - (before[0] if before else 0))))
        elif is_forced or (self.last_workers is not None and workers != self.last_workers):
            self.last_tick = (users, 2 if before[1] == 1 else 1)
        self.last_workers = workers
        return self.last_tick


class StagedShape(TickingShape):
    """Users over time, as `boomer-node run` has them: in a straight line from one stage's users to the next one's."""

    abstract = True
    # (seconds, users at their end) of each stage.
    stages = []

    def users_now(self, elapsed):
        if elapsed >= sum(seconds for seconds, _ in self.stages):
            return None
        return users_at(self.stages, elapsed)


def users_at(stages, elapsed):
    """Whole users `elapsed` seconds after the start: a user comes or goes when the line has got there."""
    began, before = 0, 0
    for seconds, users in stages:
        if elapsed < began + seconds:
            place = before + (users - before) * (elapsed - began) / seconds
            return math.floor(place + 1e-9) if before < users else math.ceil(place - 1e-9)
        began, before = began + seconds, users
    return before


# The name of the one entry where the scenario's function names no class.
ALL = ""


class ShapeLine:
    """The way to the users that the function asked for last: one move after the other at the spawn rate, as `boomer-node run` has it.

    Move k of `moves` (from 1) is made `start` + (k - 1) / `rate` seconds after the test began; `before` is when the last one before was made.
    """

    def __init__(self, origin, goal, start=0.0, rate=math.inf, before=-math.inf):
        self.origin, self.goal, self.start, self.rate, self.before = origin, goal, start, rate, before
        steps = [goal.get(name, 0) - origin.get(name, 0) for name in {**origin, **goal}]
        # Users of one class may come while those of another go.
        self.moves = max(sum(max(0, step) for step in steps), sum(max(0, -step) for step in steps))

    def redirected(self, goal, rate, elapsed):
        if rate == self.rate and without_zeros(goal) == without_zeros(self.goal):
            return self
        origin, moved = self.counts_at(elapsed), self.moved_at(elapsed)
        before = self.before if moved == 0 else self.start + (moved - 1) / self.rate
        # One that names classes after one that did not, or the other way round, gets its way at once.
        if origin and goal and (ALL in origin) != (ALL in goal):
            origin = goal
        # The rate holds across decisions: many of them bring nobody sooner.
        return ShapeLine(origin, goal, max(elapsed, before + 1 / rate), rate, before)

    def moved_at(self, elapsed):
        if self.moves == 0 or elapsed < self.start:
            return 0
        return self.moves if self.rate == math.inf else min(self.moves, math.floor((elapsed - self.start) * self.rate + 1e-9) + 1)

    def counts_at(self, elapsed):
        moved, counts = self.moved_at(elapsed), {}
        for name in {**self.origin, **self.goal}:
            before, after = self.origin.get(name, 0), self.goal.get(name, 0)
            place = after if moved == self.moves else before + (after - before) * moved / self.moves
            counts[name] = math.floor(place + 1e-9) if before < after else math.ceil(place - 1e-9)
        return without_zeros(counts)


def without_zeros(counts):
    return {name: users for name, users in counts.items() if users > 0}


class ScenarioShape(TickingShape):
    """`shape(moment)` of the scenario. One worker is asked in each tick, with this master's statistics, by `boomer_shape`:

    {"kind": "ask", "run": …, "number": 3, "moment": {…}}, which it answers by {"kind": "decided", "run": …, "number": 3, "decision": {"users": 5 or
    {"Shopper": 5}, "spawnRate": 2 or None} or None}, or by {"kind": "failed", …, "reason": "…"}. One that is lost, or says nothing, is replaced.
    """

    abstract = True
    MESSAGE = "boomer_shape"
    # Seconds: an answer is waited for within a tick; another worker is asked; the test ends.
    WAIT, SILENT, LIMIT = 0.8, 3, 60

    def __init__(self):
        super().__init__()
        self.number = self.answered = 0
        self.forget()

    def forget(self):
        self.run = uuid.uuid4().hex
        self.line = ShapeLine({}, {})
        # Users of each class for the dispatcher; None: its own division.
        self.wanted = None
        self.worker = self.answer = None
        self.decided_at = self.asked_since = 0.0
        self.is_late = False
        self.strangers = set()
        self.has_answer = Event()

    def install(self, environment):
        environment.dispatcher_class = functools.partial(ByClassDispatcher, shape=self)
        environment.runner.register_message(self.MESSAGE, self.take)
        # The next test may be one without it.
        environment.events.test_stop.add_listener(lambda **_kwargs: self.forget())

    def begin(self):
        self.forget()
        if self.runner.environment.process_exit_code == 107:
            # Of a test before this one.
            self.runner.environment.process_exit_code = None
        return super().begin()

    def take(self, environment, msg, **_kwargs):
        note = msg.data
        if isinstance(note, dict) and note.get("run") == self.run and note.get("number", 0) > self.answered:
            self.answered, self.answer = note["number"], note
            self.has_answer.set()

    def users_now(self, elapsed):
        self.ask(elapsed)
        answer, self.answer = self.answer, None
        if answer is None:
            return self.undecided(elapsed)
        self.decided_at = elapsed
        self.is_late = False
        if answer["kind"] == "failed":
            return self.failed(f"on worker {self.worker}: {answer.get('reason')}")
        if answer["decision"] is None:
            shape_log.info("the scenario's shape ends the test")
            return None
        users, rate = answer["decision"]["users"], answer["decision"]["spawnRate"]
        goal = users if isinstance(users, dict) else {ALL: users}
        self.line = self.line.redirected(goal, math.inf if rate is None else rate, elapsed)
        return self.line.counts_at(elapsed)

    def ticked(self, counts, is_forced=False):
        if not isinstance(counts, dict):
            return super().ticked(counts)
        if ALL in counts or not counts:
            self.wanted = None
            return super().ticked(counts.get(ALL, 0))
        known = {user_class.__name__ for user_class in self.runner.user_classes}
        for name in counts.keys() - known - self.strangers:
            self.strangers.add(name)
            shape_log.warning("the scenario's shape has users of %s, which are left out: the class is not chosen", name)
        before, self.wanted = self.wanted, {name: users for name, users in counts.items() if name in known}
        return super().ticked(sum(self.wanted.values()), is_forced=self.wanted != before)

    def ask(self, elapsed):
        self.choose(elapsed)
        if self.worker is None:
            return
        self.number += 1
        self.has_answer.clear()
        question = {"kind": "ask", "run": self.run, "number": self.number, "moment": moment_of(self.runner, elapsed)}
        self.runner.send_message(self.MESSAGE, question, client_id=self.worker)
        self.has_answer.wait(self.WAIT)

    def choose(self, elapsed):
        workers = active_workers(self.runner)
        is_silent = self.worker in workers and elapsed - max(self.decided_at, self.asked_since) >= self.SILENT and len(workers) > 1
        if self.worker in workers and not is_silent:
            return
        # The next one in order, from the first on again behind the last.
        later = [worker for worker in workers if self.worker is not None and worker > self.worker]
        chosen = (later or workers or (None,))[0]
        if self.worker is not None and chosen is not None:
            shape_log.warning("worker %s %s: %s evaluates shape() from now on", self.worker, "decides nothing" if is_silent else "is gone", chosen)
        self.worker, self.asked_since = chosen, elapsed

    def undecided(self, elapsed):
        if elapsed - self.decided_at >= self.LIMIT:
            return self.failed(f"to decide for {self.LIMIT} s")
        if not self.is_late:
            self.is_late = True
            shape_log.warning("shape() has not decided in time on worker %s: the users stay as they are", self.worker)
        return self.line.counts_at(elapsed)

    def failed(self, what):
        shape_log.error("the test ends: shape() failed %s", what)
        self.runner.environment.process_exit_code = 107
        return None


def active_workers(runner):
    """Their ids, in order."""
    return () if runner is None else tuple(sorted(client.id for client in runner.clients.all if client.state in (STATE_INIT, STATE_SPAWNING, STATE_RUNNING)))


def moment_of(runner, elapsed):
    stats, counts = runner.stats, dict(runner.reported_user_classes_count)
    return {
        "elapsedSec": elapsed,
        "users": sum(counts.values()),
        "userCounts": counts,
        "stats": {
            **row_of(stats.total),
            "recentMedianMs": stats.total.get_current_response_time_percentile(0.5),
            "recentP95Ms": stats.total.get_current_response_time_percentile(0.95),
            "rows": {f"{entry.method or ''} {entry.name}".strip(): row_of(entry) for entry in list(stats.entries.values())},
        },
    }


def row_of(entry):
    is_timed = entry.min_response_time is not None
    return {
        "requests": entry.num_requests,
        "failures": entry.num_failures,
        "failRatio": entry.fail_ratio,
        "requestsPerSec": entry.current_rps,
        "failuresPerSec": entry.current_fail_per_sec,
        "averageMs": entry.avg_response_time if is_timed else None,
        "minMs": entry.min_response_time,
        "maxMs": entry.max_response_time if is_timed else None,
        **{name: entry.get_response_time_percentile(share) if is_timed else None for name, share in PERCENTILES.items()},
    }


PERCENTILES = {"medianMs": 0.5, "p90Ms": 0.9, "p95Ms": 0.95, "p99Ms": 0.99}


class ByClassDispatcher(UsersDispatcher):
    """Locust's, but where the shape says how many users of each class there are to be: Locust's own knows weights alone.

    Users stay on the workers where they are, as far as all have equally many.
    """

    def __init__(self, *args, shape, **kwargs):
        super().__init__(*args, **kwargs)
        self.shape = shape

    def _dispatcher(self):
        if self.shape.wanted is None:
            yield from super()._dispatcher()
            return
        self._dispatch_in_progress = True
        self._rebalance = False
        self.place(self.shape.wanted)
        yield self._users_on_workers
        self._dispatch_in_progress = False

    def _prepare_rebalance(self):
        if self.shape.wanted is None:
            super()._prepare_rebalance()
        else:
            self.place(self.shape.wanted)
            self._rebalance = True

    def place(self, wanted):
        before = self._users_on_workers
        totals = {worker.id: 0 for worker in self._worker_nodes}
        placed = {worker: {} for worker in totals}
        for user_class in self._original_user_classes:
            name = user_class.__name__
            least, ones_more = divmod(wanted.get(name, 0), len(totals))
            for place, worker in enumerate(sorted(totals, key=lambda worker: (totals[worker], -before.get(worker, {}).get(name, 0)))):
                placed[worker][name] = least + (place < ones_more)
            for worker in totals:
                totals[worker] += placed[worker][name]
        self._users_on_workers = placed
        self._current_user_count = sum(totals.values())
        # From these Locust's own would take users away.
        self._active_users = [(worker, name) for worker in self._worker_nodes for name, users in placed[worker.id].items() for _ in range(users)]


def install_shapes():
    """Lets the workers' decisions reach the shape; call it once, when the locustfile is loaded."""

    @locust.events.init.add_listener
    def on_init(environment, **_kwargs):
        for shape in (environment.available_shape_classes or {}).values():
            if isinstance(shape, ScenarioShape):
                shape.install(environment)
