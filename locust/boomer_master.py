"""What a Locust master does for a TypeScript scenario: its thresholds, its options, its setup, and the last reports.

`boomer-node locustfile` writes this module whole into the locustfile that it makes, below the scenario's user classes, and
calls `install` there. Everything here stands on Locust's own events; Locust 2.30 is the oldest that it is tested with.
"""

import argparse
import logging
import re
import sys
import time
import uuid

import gevent
import locust
from locust.rpc import Message
from locust.runners import STATE_MISSING, STATE_RUNNING, STATE_SPAWNING, MasterRunner
from locust.stats import calculate_response_time_percentile

master_log = logging.getLogger("boomer_node.master")
# Where Locust prints its own tables.
master_print = logging.getLogger("locust.stats_logger").info

# Of a test that an error outside tasks has ended, as in `boomer-node run`.
UNHANDLED = 107

FROM_SCHEDULE = " [from schedule]"
METRIC_KINDS = ("check", "counter", "rate", "trend")
# What their rate is; that of requests is the share that failed.
RATES = {"check": "pass_ratio", "rate": "pass_ratio", "counter": "rps"}
HTTP_TYPES = re.compile(r"(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|TRACE|CONNECT|QUERY|https?)\Z", re.IGNORECASE)


class Threshold:
    """One threshold of the scenario: which rows, what of them, and what it must be.

    `rows` is "all", "http", ("named", "GET /users"), ("tagged", name or None, method or None) or the same of HTTP requests alone,
    ("http", name or None, method or None). `take` is avg, min, max, med, p,
    count, rps, fail_ratio, pass_ratio (of checks, or of requests where there are none), drop_ratio, rate (of what a name stands for) or
    value (of a gauge). `counts` is "requests", or of arrivals "started", "dropped" or "late". `over`: seconds of the windows in each of
    which it must hold; None: the whole test.
    """

    def __init__(
        self,
        row,
        expression,
        *,
        rows,
        take,
        operator,
        limit,
        counts="requests",
        percent=None,
        over=None,
        from_schedule=False,
        abort_on_fail=False,
        delay_abort_eval=0,
    ):
        self.row, self.expression = row, expression
        self.rows, self.take, self.counts, self.percent, self.from_schedule = rows, take, counts, percent, from_schedule
        self.operator, self.limit, self.over = operator, limit, over
        self.abort_on_fail, self.delay_abort_eval = abort_on_fail, delay_abort_eval
        # Of the check or metric that it is about, once that is known.
        self.kind = None

    def judge(self, stats, arrivals):
        """(Whether it is met over the whole test, the measured value or None, the same as text or why there is none)."""
        value, text = self.measure(stats, arrivals)
        return value is not None and self.holds(value), value, text

    def holds(self, value):
        if self.operator == "<":
            return value < self.limit
        if self.operator == "<=":
            return value <= self.limit
        if self.operator == ">":
            return value > self.limit
        if self.operator == ">=":
            return value >= self.limit
        return (value == self.limit) == (self.operator != "!=")

    def badness(self, value):
        """The greater, the worse."""
        if self.operator in ("<", "<="):
            return value
        if self.operator in (">", ">="):
            return -value
        return abs(value - self.limit) if self.operator != "!=" else -abs(value - self.limit)

    def measure(self, stats, arrivals):
        own = self.own_metric(stats, arrivals)
        if own is not None:
            return own.number(self, own.whole)
        why = self.why_nothing(stats, arrivals)
        if why is not None:
            return None, why
        rows, entries = self.select(stats)
        # As Locust's table has it: up to the last request.
        seconds = max(0.001, (stats.total.last_request_timestamp or 0) - stats.total.start_time)
        timed = [entry for entry in rows if entry.min_response_time is not None]
        # One row, or all: what Locust's own table shows.
        whole = rows[0] if len(rows) == 1 else stats.total if len(rows) == len(entries) and not self.from_schedule else None
        return self.number(Figures(rows, arrivals), seconds, lambda: self.time_of(timed, whole) if timed else None)

    def own_metric(self, stats, arrivals):
        """What workers tell of beside their rows, where the threshold is about that; None: it is about rows, or how many arrivals."""
        if self.counts == "late":
            return arrivals.lateness if arrivals.lateness.whole.count else None
        if self.counts != "requests" or self.rows[0] != "named" or self.from_schedule:
            return None
        named = next((own for own in arrivals.metrics.values() if self.rows[1] in (own.name, f"{own.kind} {own.name}")), None)
        if named is None or any(self.selects(entry) for entry in stats.entries.values() if metric_kind(entry) is None and not is_dropped(entry)):
            return None
        return named

    def why_nothing(self, stats, arrivals):
        """Why there is nothing to measure, or None."""
        if self.counts == "late":
            return None if arrivals.lateness.whole.count else "lateness is told by workers with static arrivals and replays only, of what began"
        if self.counts != "requests":
            return None if arrivals.are_told else f"{self.row}: workers count them with static arrivals and --rate only"
        rows, entries = self.select(stats)
        return None if any(entry.num_requests for entry in rows) else nothing_measured(entries, self.from_schedule)

    def select(self, stats):
        """The rows that it is about, and all of which they are some."""
        own = [entry for entry in stats.entries.values() if metric_kind(entry) is not None]
        checks = [entry for entry in own if entry.method == "check"]
        if self.take == "pass_ratio" and checks:
            self.kind = "check"
            return [entry for entry in checks if self.rows == "all" or self.rows[1] in (None, entry.name)], checks
        requested = [entry for entry in stats.entries.values() if not is_dropped(entry) and metric_kind(entry) is None]
        entries = [entry for entry in requested if entry.name.endswith(FROM_SCHEDULE) == self.from_schedule]
        rows = [entry for entry in entries if self.selects(entry)] or [entry for entry in entries if self.is_like(entry)]
        # Where no request has the name, a check or metric of the scenario's own may.
        named = [entry for entry in own if self.rows[1] in (entry.name, f"{metric_kind(entry)} {entry.name}")] if self.rows[0] == "named" else []
        is_own = not rows and named and not self.from_schedule
        self.kind = metric_kind(named[0]) if is_own else None
        return (named[:1], own) if is_own else (rows, entries)

    def number(self, figures, seconds, time_of):
        """(The value or None, the same as text or why there is none); `time_of()` is the response time, None where no request had one."""
        name = f"p({self.percent:g})" if self.take == "p" else "rate" if self.take == "drop_ratio" else self.take
        take = RATES.get(self.kind, "fail_ratio") if self.take == "rate" else self.take
        count = {"started": figures.started, "dropped": figures.dropped}.get(self.counts, figures.requests)
        if take == "count":
            return count, f"count={count:.15g}"
        if take == "rps":
            return count / seconds, f"{name}={count / seconds:.5g}/s"
        if take == "drop_ratio":
            return ratio(figures.dropped, figures.started + figures.dropped, name, "no arrival")
        if take == "fail_ratio":
            return ratio(figures.failures, figures.requests, name, "no request")
        if take == "pass_ratio":
            return ratio(figures.requests - figures.failures, figures.requests, name, "no request")
        if take == "value":
            return None, 'requests have no "value": it is for gauges'
        value = time_of()
        return (None, "no request had a response time") if value is None else (value, f"{name}={value:.5g} ms")

    def time_of(self, rows, whole):
        low, high = min(entry.min_response_time for entry in rows), max(entry.max_response_time for entry in rows)
        count = sum(entry.num_requests - entry.num_none_requests for entry in rows)
        if self.take == "min":
            return low
        if self.take == "max":
            return high
        if self.take == "avg":
            return sum(entry.total_response_time for entry in rows) / count
        if whole is not None:
            return whole.median_response_time if self.take == "med" else whole.get_response_time_percentile(self.percent / 100)
        times = sum_of(entry.response_times for entry in rows)
        if self.take == "med":
            return min(max(calculate_response_time_percentile(times, count, 0.5), low), high)
        return calculate_response_time_percentile(times, count, self.percent / 100)

    def plain_name(self, entry):
        return entry.name[: -len(FROM_SCHEDULE)] if self.from_schedule else entry.name

    def is_like(self, entry):
        """Where no row is called so: `*` stands for anything."""
        name, method = self.plain_name(entry), entry.method or ""
        if self.rows[0] == "named":
            return "*" in self.rows[1] and any(is_like(self.rows[1], title) for title in titles(name, method))
        if self.rows[0] not in ("tagged", "http") or not self.has_type(entry):
            return False
        wanted_name = self.rows[1]
        return wanted_name is not None and "*" in wanted_name and is_like(wanted_name, name.strip())

    def selects(self, entry):
        name = self.plain_name(entry)
        if self.rows == "all":
            return True
        if self.rows == "http":
            return is_http(entry)
        if self.rows[0] == "named":
            return self.rows[1] in titles(name, entry.method)
        return self.rows[1] in (None, name.strip()) and self.has_type(entry)

    def has_type(self, entry):
        """Of rows with tags."""
        kind, _, wanted_method = self.rows
        return wanted_method in (None, entry.method or "") and (kind == "tagged" or is_http(entry))


def titles(name, method):
    """What a threshold may call a row, without blanks around."""
    return name.strip(), f"{method or ''} {name}".strip()


def is_like(wanted, text):
    return re.fullmatch(".*".join(re.escape(part) for part in wanted.split("*")), text, re.DOTALL) is not None


def is_http(entry):
    return HTTP_TYPES.match(entry.method or "") is not None


def is_dropped(entry):
    """Whether a row counts arrivals that no user was free for: no request, and in no total."""
    return entry.method == "arrivals" and entry.name.endswith(" [dropped]")


def metric_kind(entry):
    """Of a check or metric of the scenario's own, whose row says it as `check`, `counter items` or `trend bytes`; None for a request."""
    kind = (entry.method or "").split(" ")[0]
    return kind if kind in METRIC_KINDS else None


def nothing_measured(entries, from_schedule):
    """A typing error must not look like a run that went well."""
    if from_schedule and not entries:
        return "nothing had a schedule"
    if not any(entry.num_requests for entry in entries):
        return "no request at all"
    names = sorted(f"{entry.method} {entry.name}".strip() for entry in entries)
    rest = "" if len(names) <= 5 else f" and {len(names) - 5} more"
    return f"no request of this name: there were {', '.join(names[:5])}{rest}"


def ratio(part, whole, name, none):
    return (None, none) if whole == 0 else (part / whole, f"{name}={100 * part / whole:.5g} %")


def sum_of(counts):
    total = {}
    for one in counts:
        for key, count in one.items():
            total[key] = total.get(key, 0) + count
    return total


class Figures:
    """What rows and arrivals come to, over a whole test or in a window of it."""

    def __init__(self, rows=(), arrivals=None):
        self.requests = sum(entry.num_requests for entry in rows)
        self.failures = sum(entry.num_failures for entry in rows)
        self.timed = self.requests - sum(entry.num_none_requests for entry in rows)
        self.total_time = sum(entry.total_response_time for entry in rows)
        self.started = 0 if arrivals is None else arrivals.started
        self.dropped = 0 if arrivals is None else arrivals.dropped

    def added(self, other, sign):
        result = Figures()
        for name, value in vars(self).items():
            setattr(result, name, value + sign * getattr(other, name))
        return result


class Values:
    """Values of a gauge, a trend, or how late arrivals were: of a whole test, or of a window. `last` is what a gauge was set to last, or the sum of a trend."""

    def __init__(self, count=0, low=None, high=None, last=0, times=()):
        self.count, self.low, self.high, self.last, self.times = count, low, high, last, dict(times)

    def add(self, other, is_gauge=False):
        if not other.count:
            return
        self.count += other.count
        self.low = other.low if self.low is None else min(self.low, other.low)
        self.high = other.high if self.high is None else max(self.high, other.high)
        self.last = other.last if is_gauge else self.last + other.last
        for value, count in other.times.items():
            self.times[value] = self.times.get(value, 0) + count


class OwnMetric:
    """A gauge or a trend of the scenario's own, or lateness: what rows of Locust's table cannot say, and workers tell beside them."""

    HAS = {"gauge": ("value", "min", "max"), "trend": ("avg", "min", "max", "med", "p", "count")}

    def __init__(self, kind, unit, name):
        self.kind, self.unit, self.name = kind, unit, name
        self.whole, self.held, self.news = Values(), None, []

    def add(self, values, now, kept):
        """`kept`: seconds of the longest window."""
        self.whole.add(values, self.kind == "gauge")
        if kept == 0:
            return
        self.news.append((now, values))
        while self.news[0][0] < now - kept - 2:
            self.held = self.news.pop(0)[1]

    def since(self, begin):
        window, held = Values(), self.held
        for at, values in self.news:
            if at <= begin:
                held = values
            else:
                window.add(values, self.kind == "gauge")
        if self.kind == "gauge" and held is not None and held.count:
            # It goes on being what it was set to.
            window.low, window.high = (min(held.last, window.low), max(held.last, window.high)) if window.count else (held.last, held.last)
            window.last = window.last if window.count else held.last
            window.count += 1
        return window

    def number(self, threshold, values):
        """(The value or None, the same as text or why there is none)."""
        take, has = threshold.take, self.HAS[self.kind]
        name = f"p({threshold.percent:g})" if take == "p" else take
        if take not in has:
            return None, f'a {self.kind} has no "{name}"; it has {", ".join("p(N)" if one == "p" else one for one in has)}'
        if take == "count":
            return values.count, f"count={values.count}"
        if not values.count:
            return None, f'no value of "{self.name}"'
        value = self.value_of(values, take, threshold.percent)
        return value, f"{name}={value:.5g} {self.unit}".strip()

    def value_of(self, values, take, percent):
        if take in ("min", "max"):
            return values.low if take == "min" else values.high
        if take == "value":
            return values.last
        if take == "avg":
            return values.last / values.count
        share = 0.5 if take == "med" else percent / 100
        return min(max(calculate_response_time_percentile(values.times, values.count, share), values.low), values.high)


class Arrivals:
    """What workers tell beside their reports: arrivals of an open model in this test, on schedule, how late, and dropped as no user was free; gauges and trends."""

    KEY, METRICS = "boomer_arrivals", "boomer_metrics"

    def __init__(self):
        # Seconds of the longest window.
        self.kept = 0
        self.begin()

    def begin(self, **_kwargs):
        self.are_told = False
        self.told_at, self.began = {}, time.time()
        self.reset()

    def reset(self, **_kwargs):
        self.started = self.dropped = 0
        self.spans = []
        self.lateness, self.metrics = OwnMetric("trend", "ms", "lateness"), {}

    def take(self, data, client_id=None, **_kwargs):
        now, told, metrics = time.time(), data.get(self.KEY), data.get(self.METRICS)
        if isinstance(told, dict):
            self.take_arrivals(told, client_id, now)
        for one in metrics if isinstance(metrics, (list, tuple)) else ():
            key = (one["kind"], one["name"])
            own = self.metrics.setdefault(key, OwnMetric(one["kind"], one["unit"], one["name"]))
            own.add(Values(one["count"], one["min"], one["max"], one["value"], one["times"]), now, self.kept)

    def take_arrivals(self, told, client_id, now):
        self.are_told = True
        started = told.get("started", 0)
        self.started += started
        self.dropped += told.get("dropped", 0)
        self.lateness.add(Values(sum(count for _, count in told.get("late", ())), 0, told.get("latest", 0), 0, told.get("late", ())), now, self.kept)
        if self.kept:
            self.spans.append((self.told_at.get(client_id, self.began), now, started))
            # A window is looked at when all have reported of it.
            while self.spans[0][1] < now - self.kept - 2 * Windows.SETTLED:
                self.spans.pop(0)
        self.told_at[client_id] = now

    def started_in(self, begin, end):
        """Those on schedule within these seconds: a report's are spread evenly over the seconds that it is of."""
        return round(sum(count * max(0, min(end, to) - max(begin, since)) / max(0.001, to - since) for since, to, count in self.spans))

    def spawned(self, environment):
        # Locust forgets its own numbers by then.
        if environment.reset_stats:
            self.reset()

    def end(self, **_kwargs):
        if self.dropped:
            total = self.started + self.dropped
            master_log.warning("%d of %d arrivals dropped (%.1f %%): less load than was asked for", self.dropped, total, 100 * self.dropped / total)


class Windows:
    """The windows of one threshold: each `over` seconds of a test, looked at once a second.

    Workers report every three seconds. Requests are counted by the second in which they ended, so a window of them is exact, and looked at
    when all reports of its seconds are there. For times and shares a window has what was reported in it.
    """

    # After this all workers have reported of a second.
    SETTLED = 5
    SLACK = 0.5

    def __init__(self, threshold):
        self.threshold = threshold
        self.is_of_seconds = threshold.take in ("count", "rps")
        self.begin(0)

    def begin(self, now):
        self.began, self.stopped, self.seen = now, None, 0
        self.next_second = int(now) + 1
        self.slices, self.is_whole = [], True
        self.kind = None
        self.forget()
        self.why = "no window is full yet"

    def forget(self):
        """What was measured, and what was before it."""
        self.before, self.times_before, self.times = Figures(), {}, {}
        self.measured = self.missed = 0
        self.worst = None

    def notice(self, kind):
        """The first check of a test whose requests were judged until then, or a request that has the name of a metric: of either there was nothing before."""
        if kind != self.kind and (self.kind is not None or self.threshold.take == "pass_ratio"):
            self.slices = [(at, Figures(), {}) for at, _, _ in self.slices]
            self.forget()
        self.kind = kind

    def look(self, stats, arrivals, now, is_last=False):
        """Returns the newest measured value, or None."""
        if stats.total.num_requests < self.seen:
            # Somebody has reset the statistics: what was before is forgotten.
            stopped = self.stopped
            self.begin(now)
            self.stopped = stopped
        self.seen = stats.total.num_requests
        own = self.threshold.own_metric(stats, arrivals)
        why = None if own is not None else self.threshold.why_nothing(stats, arrivals)
        self.notice(self.threshold.kind if own is None else own.kind)
        if own is not None:
            return self.look_at_told(own, now)
        newest = self.look_at_seconds(stats, arrivals, now, is_last, why) if self.is_of_seconds else self.look_at_reports(stats, arrivals, now, why)
        if why is not None:
            self.why = why
        return newest

    def look_at_told(self, own, now):
        over = self.threshold.over
        if now - self.began < over - self.SLACK:
            self.why = f"no window of {over:g} s: the test lasted {now - self.began:.1f} s"
            return None
        begin = max(self.began, now - over + self.SLACK)
        return self.take(own.number(self.threshold, own.since(begin)), max(0, now - self.began - over), now - self.began)

    def look_at_seconds(self, stats, arrivals, now, is_last, why):
        threshold, newest = self.threshold, None
        # While users leave there are fewer requests, which says nothing of the target.
        until = min(int(now if is_last else now - self.SETTLED), int(now if self.stopped is None else self.stopped))
        counts = threshold.counts
        rows = [entry for entry in stats.entries.values() if is_dropped(entry)] if counts == "dropped" else threshold.select(stats)[0] if counts == "requests" else []
        first = min((second for entry in rows for second in entry.num_reqs_per_sec), default=None)
        while self.next_second + threshold.over <= until:
            begin, end = self.next_second, int(self.next_second + threshold.over)
            self.next_second += 1
            if why is not None or (counts == "requests" and first >= end):
                continue
            count = arrivals.started_in(begin, end) if counts == "started" else sum(entry.num_reqs_per_sec.get(second, 0) for entry in rows for second in range(begin, end))
            newest = self.take(self.number_of_count(count, threshold.over), begin - self.began, end - self.began)
        if is_last and self.measured == 0 and why is None:
            # As long as the test, and so never full in whole seconds.
            seconds = (self.stopped or now) - self.began
            if seconds >= threshold.over - self.SLACK:
                count = arrivals.started if counts == "started" else sum(entry.num_requests for entry in rows)
                newest = self.take(self.number_of_count(count, seconds), 0, seconds)
            else:
                self.why = f"no window of {threshold.over:g} s: the test lasted {seconds:.1f} s"
        return newest

    def number_of_count(self, count, seconds):
        figures = Figures()
        figures.requests = figures.dropped = figures.started = count
        return self.threshold.number(figures, seconds, lambda: None)

    def look_at_reports(self, stats, arrivals, now, why):
        threshold = self.threshold
        rows, _ = threshold.select(stats)
        figures, times = Figures(rows, arrivals), sum_of(entry.response_times for entry in rows)
        added = {key: count - self.times_before.get(key, 0) for key, count in times.items() if count != self.times_before.get(key, 0)}
        self.slices.append((now, figures.added(self.before, -1), added))
        self.times = sum_of((self.times, added))
        self.before, self.times_before = figures, times
        while self.slices[0][0] <= now - threshold.over + self.SLACK:
            _, _, gone = self.slices.pop(0)
            self.times = {key: count - gone.get(key, 0) for key, count in self.times.items() if count != gone.get(key, 0)}
            self.is_whole = False
        if now - self.began < threshold.over - self.SLACK:
            self.why = f"no window of {threshold.over:g} s: the test lasted {now - self.began:.1f} s"
            return None
        if why is not None:
            return None
        window = Figures()
        for _, figures, _ in self.slices:
            window = window.added(figures, 1)
        number = threshold.measure(stats, arrivals) if self.is_whole else threshold.number(window, threshold.over, lambda: self.time_of(window))
        return self.take(number, max(0, now - self.began - threshold.over), now - self.began)

    def time_of(self, window):
        threshold = self.threshold
        if window.timed == 0:
            return None
        if threshold.take == "avg":
            return window.total_time / window.timed
        if threshold.take in ("min", "max"):
            return (min if threshold.take == "min" else max)(self.times)
        return calculate_response_time_percentile(self.times, window.timed, 0.5 if threshold.take == "med" else threshold.percent / 100)

    def take(self, number, begin, end):
        value, text = number
        if value is None:
            self.why = text
            return None
        self.measured += 1
        self.missed += not self.threshold.holds(value)
        if self.worst is None or self.threshold.badness(value) > self.threshold.badness(self.worst[0]):
            self.worst = (value, text, begin, end)
        return value

    def verdict(self):
        if self.worst is None:
            return False, None, self.why
        value, text, begin, end = self.worst
        share = f"{self.missed} of {self.measured} windows missed" if self.missed else f"{self.measured} window{'' if self.measured == 1 else 's'}"
        return self.missed == 0, value, f"{text} at worst, from {begin:.0f} s to {end:.0f} s ({share})"


class Judge:
    """Holds the thresholds against the master's statistics while a test is on, and at its end."""

    def __init__(self, thresholds, exit_code=99, arrivals=None):
        self.thresholds, self.exit_code, self.arrivals = thresholds, exit_code, arrivals or Arrivals()
        self.windows = {threshold: Windows(threshold) for threshold in thresholds if threshold.over is not None}
        self.arrivals.kept = max((threshold.over for threshold in self.windows), default=0)
        self.verdicts = []
        self.watcher = None
        self.is_headless = False

    def begin(self, environment, **_kwargs):
        self.verdicts = []
        self.is_headless = is_headless(environment)
        for windows in self.windows.values():
            windows.begin(time.time())
        self.rest()
        if self.windows or any(threshold.abort_on_fail for threshold in self.thresholds):
            self.watcher = gevent.spawn(self.watch, environment)

    def watch(self, environment):
        began = time.monotonic()
        while True:
            gevent.sleep(1)
            newest = {threshold: windows.look(environment.runner.stats, self.arrivals, time.time()) for threshold, windows in self.windows.items()}
            for threshold in self.thresholds:
                if not threshold.abort_on_fail or time.monotonic() - began < threshold.delay_abort_eval:
                    continue
                windows = self.windows.get(threshold)
                if windows is None:
                    is_met, value, text = threshold.judge(environment.runner.stats, self.arrivals)
                else:
                    value = newest[threshold]
                    is_met, text = value is None or threshold.holds(value), windows.verdict()[2]
                # What has nothing to measure yet does not end a test: its first request may still come.
                if value is not None and not is_met:
                    self.watcher = None
                    master_log.error("the test ends: %s: %s is not met (%s)", threshold.row, threshold.expression, text)
                    end_test(environment)
                    return

    def stopping(self, **_kwargs):
        for windows in self.windows.values():
            windows.stopped = time.time()

    def rest(self):
        if self.watcher is not None and self.watcher is not gevent.getcurrent():
            self.watcher.kill(block=False)
        self.watcher = None

    def end(self, environment, **_kwargs):
        self.rest()
        self.verdicts = [(threshold, *self.verdict(threshold, environment.runner.stats)) for threshold in self.thresholds]
        is_failed = not all(is_met for _, is_met, _, _ in self.verdicts)
        if environment.process_exit_code == UNHANDLED:
            # The scenario itself is broken: that says more.
            pass
        elif is_failed:
            environment.process_exit_code = self.exit_code
        elif environment.process_exit_code == self.exit_code:
            # Of a test before this one.
            environment.process_exit_code = None
        if not self.is_headless:
            self.show()

    def verdict(self, threshold, stats):
        windows = self.windows.get(threshold)
        if windows is None:
            return threshold.judge(stats, self.arrivals)
        windows.look(stats, self.arrivals, time.time(), is_last=True)
        return windows.verdict()

    def quit(self, **_kwargs):
        # After Locust's own tables; with a web interface each test has shown its verdict at its end.
        if self.is_headless:
            self.show()

    def show(self):
        if not self.verdicts:
            return
        heads = [f"{threshold.row}: {threshold.expression}" for threshold, _, _, _ in self.verdicts]
        width = max(len(head) for head in heads)
        master_print("Thresholds")
        for head, (_, is_met, _, text) in zip(heads, self.verdicts):
            master_print(f"{'✓' if is_met else '✗'} {head:<{width}}  {text}")
        missed = sum(not is_met for _, is_met, _, _ in self.verdicts)
        master_print(f"{missed} of {len(heads)} missed" if missed else "all met")
        master_print("")


def print_tables(environment, **_kwargs):
    """Locust leaves its last tables out where it writes a file of JSON, which empties its rows; whoever looks at the terminal wants them too."""
    if is_headless(environment) and getattr(environment.parsed_options, "json_file", None):
        locust.stats.print_stats(environment.runner.stats, current=False)
        locust.stats.print_percentile_stats(environment.runner.stats)
        locust.stats.print_error_report(environment.runner.stats)


class LastReports:
    """A master that ends waits for what its workers still count: Locust's own listens for half a second.

    Its workers are told to stop, as with the Stop button, and each sends its last report before it says that it has stopped.
    """

    # Beyond the stop timeout: a worker that is lost must not hold the master for ever.
    GRACE = 10
    # For those that have stopped: teardown may need one that is ready.
    READY = 2

    def __init__(self):
        self.is_ending = False

    def quitting(self, environment, **_kwargs):
        self.is_ending = True

    def take(self, environment, **_kwargs):
        runner = environment.runner
        # When somebody stops a test in the web interface, Locust has told the workers, and has waited.
        if not (self.is_ending or is_headless(environment)):
            return
        busy = [client for client in runner.clients.all if client.state in (STATE_SPAWNING, STATE_RUNNING)]
        if not busy:
            return
        master_log.info("waiting for the last reports of %d worker(s)", len(busy))
        for client in busy:
            runner.server.send_to_client(Message("stop", None, client.id))
        timeout = time.monotonic() + environment.stop_timeout + self.GRACE
        while time.monotonic() < timeout and any(is_still_busy(runner, client) for client in busy):
            gevent.sleep(0.05)
        late = [client for client in busy if is_still_busy(runner, client)]
        for client in late:
            master_log.error("worker %s has not sent its last report", client.id)
        # One that has stopped is not among the runner's workers before it is ready again, and would not be told to quit.
        timeout = time.monotonic() + self.READY
        while time.monotonic() < timeout and any(runner.clients.get(client.id) is None for client in busy):
            gevent.sleep(0.05)
        for client in busy:
            if runner.clients.get(client.id) is None:
                runner.server.send_to_client(Message("quit", None, client.id))


class OnceATest:
    """`setup()` and `teardown(data)` of the scenario: chooses the load thread that does each, and hands the data to all others.

    Threads ask with `boomer_setup`, {"kind": "ask", "run": …, "thread": 0, "data": null}; one is answered with "do", says "done" with its data
    or "failed" with the reason, and that goes to all workers, at once or when they ask.
    """

    MESSAGE = "boomer_setup"
    TEARDOWN_LIMIT = 60

    def __init__(self, has_setup, has_teardown):
        self.has_setup, self.has_teardown = has_setup, has_teardown
        self.run = ""
        self.chosen = None
        self.outcome = None
        self.torn_down = None

    def begin(self, environment, **_kwargs):
        self.run = uuid.uuid4().hex
        self.chosen = self.outcome = self.torn_down = None
        environment.parsed_options.boomer_setup_run = self.run

    def take_note(self, environment, msg, **_kwargs):
        note = msg.data
        # A worker that has not yet heard of the end of the last run has nothing to say of this one.
        if not isinstance(note, dict) or note.get("run") != self.run:
            return
        runner, kind, thread = environment.runner, note.get("kind"), note.get("thread")
        if kind == "ask":
            if self.outcome is not None:
                self.tell(runner, *self.outcome, client_id=msg.node_id)
            elif self.chosen is None or self.chosen == (msg.node_id, thread) or is_lost(runner, self.chosen[0]):
                self.chosen = (msg.node_id, thread)
                self.tell(runner, "do", None, thread=thread, client_id=msg.node_id)
        elif kind in ("done", "failed") and self.outcome is None:
            self.outcome = (kind, note.get("data"))
            if kind == "failed":
                master_log.error("setup failed on worker %s: %s", msg.node_id, note.get("data"))
            self.tell(runner, *self.outcome)
        elif kind == "tornDown":
            self.torn_down = (note.get("data"),)

    def tell(self, runner, kind, data, thread=-1, client_id=None):
        runner.send_message(self.MESSAGE, {"kind": kind, "run": self.run, "thread": thread, "data": data}, client_id=client_id)

    def end(self, environment, **_kwargs):
        if not self.has_teardown or (self.has_setup and (self.outcome is None or self.outcome[0] == "failed")):
            return
        runner = environment.runner
        timeout = time.monotonic() + 5
        while not runner.clients.ready and time.monotonic() < timeout:
            gevent.sleep(0.05)
        if not runner.clients.ready:
            master_log.error("teardown is left out: no worker is ready for it")
            return
        worker = runner.clients.ready[0].id
        self.tell(runner, "teardown", self.outcome[1] if self.outcome else {}, thread=0, client_id=worker)
        timeout = time.monotonic() + self.TEARDOWN_LIMIT
        while self.torn_down is None and time.monotonic() < timeout and not is_lost(runner, worker):
            gevent.sleep(0.05)
        if self.torn_down is None:
            master_log.error("teardown has not ended on worker %s", worker)
        elif self.torn_down[0] is not None:
            master_log.error("teardown failed on worker %s: %s", worker, self.torn_down[0])


def is_lost(runner, worker):
    client = runner.clients.get(worker)
    return client is None or client.state == STATE_MISSING


def is_still_busy(runner, client):
    """A worker that has stopped is forgotten, and is a new one once it is ready again."""
    return client.state != STATE_MISSING and runner.clients.get(client.id) is client


def is_headless(environment):
    return bool(environment.parsed_options and getattr(environment.parsed_options, "headless", False))


def end_test(environment):
    if is_headless(environment):
        environment.runner.quit()
    else:
        environment.runner.stop()


def number_of(text):
    number = float(text)
    if number != number or number in (float("inf"), float("-inf")):
        raise argparse.ArgumentTypeError(f"expected a number, got {text!r}")
    return number


def flag_of(text):
    """Locust's form sends "true"; a configuration file or a variable may say any of these."""
    word = str(text).lower()
    if word in ("true", "yes", "on", "1"):
        return True
    if word in ("false", "no", "off", "0"):
        return False
    raise argparse.ArgumentTypeError(f"expected true or false, got {text!r}")


def add_option(parser, name, *, kind, default=None, choices=None, help="", secret=False):
    """A field of Locust's form, a flag of the master, and a value in the users' `environment.parsedOptions`."""
    readers = {"string": str, "number": number_of, "boolean": flag_of}
    switch = {"nargs": "?", "const": True} if kind == "boolean" else {}
    parser.add_argument(
        f"--{name.replace('_', '-')}",
        dest=name,
        type=readers[kind],
        default=float(default) if kind == "number" and default is not None else default,
        choices=choices,
        # argparse would take a percent sign for a format.
        help=help.replace("%", "%%"),
        is_secret=secret,
        **switch,
    )


def install(*, thresholds=(), exit_code=99, options=(), has_setup=False, has_teardown=False):
    """Hangs all that on Locust's events; call it once, when the locustfile is loaded."""
    reports, arrivals, once = LastReports(), Arrivals(), OnceATest(has_setup, has_teardown)
    judge = Judge(list(thresholds), exit_code, arrivals)

    @locust.events.init_command_line_parser.add_listener
    def add_options(parser, **_kwargs):
        for option in options:
            add_option(parser, **option)

    @locust.events.init.add_listener
    def on_init(environment, runner, **_kwargs):
        if not isinstance(runner, MasterRunner):
            print("This locustfile is for a master, whose workers are boomer-node's: start it with --master", file=sys.stderr)
            sys.exit(2)
        environment.events.quitting.add_listener(reports.quitting)
        environment.events.spawning_complete.add_listener(lambda **_kwargs: arrivals.spawned(environment))
        if has_setup or has_teardown:
            runner.register_message(once.MESSAGE, once.take_note)

    # At once, so that listeners of other files find the numbers complete.
    locust.events.test_start.add_listener(arrivals.begin)
    locust.events.reset_stats.add_listener(arrivals.reset)
    locust.events.test_start.add_listener(judge.begin)
    locust.events.worker_report.add_listener(arrivals.take)
    locust.events.test_stopping.add_listener(judge.stopping)
    locust.events.test_stop.add_listener(reports.take)
    locust.events.test_stop.add_listener(arrivals.end)
    if has_setup or has_teardown:
        locust.events.test_start.add_listener(once.begin)
        locust.events.test_stop.add_listener(once.end)
    locust.events.test_stop.add_listener(print_tables)
    if judge.thresholds:
        locust.events.test_stop.add_listener(judge.end)
        locust.events.quit.add_listener(judge.quit)
