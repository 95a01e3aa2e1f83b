"""Tests of locust/boomer_master.py against the Locust that runs them: python test/python/boomer_master_test.py"""

import os
import sys
import unittest
from argparse import Namespace
from types import SimpleNamespace

import gevent
import locust
from locust.argument_parser import get_empty_argument_parser
from locust.env import Environment
from locust.stats import RequestStats

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../locust"))

import boomer_master as master  # noqa: E402


def threshold(row="*", expression="x", *, rows="all", take="count", operator="<", limit=1, **more):
    return master.Threshold(row, expression, rows=rows, take=take, operator=operator, limit=limit, **more)


def gauge(*values):
    return {"kind": "gauge", "unit": "", "name": "queue", "count": len(values), "min": min(values), "max": max(values), "value": values[-1], "times": []}


def trend(*values):
    times = [[value, values.count(value)] for value in set(values)]
    return {"kind": "trend", "unit": "bytes", "name": "size", "count": len(values), "min": min(values), "max": max(values), "value": sum(values), "times": times}


def stats_of(*requests):
    """(method, name, response time in ms or None, whether it failed)."""
    stats = RequestStats()
    stats.total.start_time = 1000
    for method, name, response_time, is_failed in requests:
        if name.endswith((" [from schedule]", " [dropped]")):
            # Times from schedule, and dropped arrivals: a worker's total does not hold them.
            stats.get(name, method).log(response_time, 10)
            continue
        stats.log_request(method, name, response_time, 10)
        if is_failed:
            stats.log_error(method, name, "no")
    stats.total.last_request_timestamp = 1004
    return stats


PAGES = stats_of(
    *[("GET", "/a", ms, False) for ms in range(1, 101)],
    *[("POST", "/a", 500, ms < 2) for ms in range(4)],
    ("redis", "get", None, False),
    ("GET", "/a [from schedule]", 900, False),
    ("arrivals", "Shopper [dropped]", None, False),
)


class Measured(unittest.TestCase):
    def measured(self, *names, **what):
        return threshold(*names, **what).measure(PAGES, self.arrivals)

    def setUp(self):
        self.arrivals = master.Arrivals()

    def test_times_are_those_of_locusts_table(self):
        row = ("named", "GET /a")
        entry = PAGES.entries[("/a", "GET")]
        self.assertEqual(self.measured(rows=row, take="min"), (1, "min=1 ms"))
        self.assertEqual(self.measured(rows=row, take="max"), (100, "max=100 ms"))
        self.assertEqual(self.measured(rows=row, take="avg"), (50.5, "avg=50.5 ms"))
        self.assertEqual(self.measured(rows=row, take="med")[0], entry.median_response_time)
        self.assertEqual(self.measured(rows=row, take="p", percent=95), (entry.get_response_time_percentile(0.95), "p(95)=96 ms"))
        self.assertEqual(self.measured(rows=row, take="p", percent=99.9)[1][:8], "p(99.9)=")

    def test_several_rows_are_one(self):
        value, _ = self.measured(rows=("named", "/a"), take="p", percent=97)
        self.assertEqual(value, 500)
        self.assertEqual(self.measured(rows=("named", "/a"))[0], 104)
        self.assertEqual(self.measured(rows=("tagged", "/a", "POST"))[0], 4)
        self.assertEqual(self.measured(rows=("tagged", None, "redis"))[0], 1)
        self.assertEqual(self.measured(rows=("http", "/a", "POST"))[0], 4)
        self.assertIsNone(self.measured(rows=("http", None, "redis"))[0])
        whole = stats_of(("GET", "/a", 10, False), ("GET", "/b", 30, False), ("GET", "/c", 20, False))
        self.assertEqual(threshold(take="p", percent=100).measure(whole, self.arrivals)[0], whole.total.get_response_time_percentile(1))

    def test_all_leaves_out_rows_from_the_schedule_and_dropped_arrivals(self):
        self.assertEqual(self.measured(), (105, "count=105"))
        self.assertEqual(self.measured(rows="http")[0], 104)
        self.assertEqual(self.measured(rows=("named", "GET /a"), take="max", from_schedule=True)[0], 900)

    def test_a_star_stands_for_anything_unless_a_row_is_called_so(self):
        stats = stats_of(("GET", "/item/*", 1, False), ("GET", "/item/7", 2, False), ("POST", " /item/8 ", 3, False))

        def count(*rows):
            return threshold(rows=rows).measure(stats, self.arrivals)[0]

        self.assertEqual([count("named", row) for row in ("GET /item/*", "/item/*", "/item*", "GET /i*", "/item/8", "/it.m*")], [1, 1, 3, 2, 1, None])
        self.assertEqual([count("tagged", "/item/*", None), count("tagged", "/item*", "GET"), count("tagged", "/item/8", "POST")], [1, 2, 1])
        mixed = stats_of(("GET", "/item/7", 2, False), ("sql", "/item/7", 3, False))
        self.assertEqual([threshold(rows=(kind, "/i*", None)).measure(mixed, self.arrivals)[0] for kind in ("tagged", "http")], [2, 1])

    def test_shares_and_rates(self):
        self.assertEqual(self.measured(rows=("named", "POST /a"), take="fail_ratio"), (0.5, "fail_ratio=50 %"))
        self.assertEqual(self.measured(rows=("named", "POST /a"), take="pass_ratio"), (0.5, "pass_ratio=50 %"))
        self.assertEqual(self.measured(take="rps"), (105 / 4, "rps=26.25/s"))

    def test_checks_and_metrics_are_no_requests_and_measured_by_their_names(self):
        stats = stats_of(
            ("GET", "/a", 10, False), *[("check", "fine", None, n == 0) for n in range(4)], ("check", "other", None, False), ("rate", "hit", None, False),
            ("trend", "render", 30, False), ("trend bytes", "size", None, False), *[("counter items", "sold", None, False)] * 8,
        )

        def measured(**what):
            return threshold(**what).measure(stats, master.Arrivals())

        self.assertEqual(measured(), (1, "count=1"))
        self.assertEqual(measured(take="pass_ratio"), (0.8, "pass_ratio=80 %"))
        self.assertEqual(measured(rows=("tagged", "fine", None), take="pass_ratio"), (0.75, "pass_ratio=75 %"))
        self.assertEqual(measured(rows=("named", "fine"), take="rate"), (0.75, "rate=75 %"))
        self.assertEqual(measured(rows=("named", "check fine"), take="fail_ratio"), (0.25, "fail_ratio=25 %"))
        self.assertEqual(measured(rows=("named", "sold")), (8, "count=8"))
        self.assertEqual(measured(rows=("named", "counter sold"), take="rate")[1][:5], "rate=")
        self.assertEqual(measured(rows=("named", "render"), take="p", percent=95), (30, "p(95)=30 ms"))
        self.assertIsNone(measured(rows=("named", "size"), take="max")[0])
        self.assertIn("no request of this name", measured(rows=("named", "queue"), take="value")[1])
        self.assertEqual(measured(rows=("named", "GET /a"), take="value"), (None, 'requests have no "value": it is for gauges'))
        self.assertEqual(measured(rows=("named", "GET /a"), take="rate"), (0, "rate=0 %"))

    def test_nothing_to_measure_says_why(self):
        self.assertEqual(self.measured(rows=("named", "/b")), (None, "no request of this name: there were GET /a, POST /a, redis get"))
        self.assertEqual(self.measured(rows=("named", "get"), take="avg"), (None, "no request had a response time"))
        self.assertEqual(threshold().measure(RequestStats(), self.arrivals), (None, "no request at all"))
        self.assertEqual(threshold(from_schedule=True).measure(RequestStats(), self.arrivals), (None, "nothing had a schedule"))
        self.assertEqual(self.measured("dropped", counts="dropped"), (None, "dropped: workers count them with static arrivals and --rate only"))
        self.assertEqual(self.measured("lateness", counts="late", take="max"), (None, "lateness is told by workers with static arrivals and replays only, of what began"))

    def test_arrivals_are_what_workers_tell_beside_their_reports(self):
        self.arrivals.take({"boomer_arrivals": {"started": 30, "dropped": 10}})
        self.arrivals.take({"boomer_arrivals": {"started": 50, "dropped": 10}})
        self.arrivals.take({"stats": []})
        self.assertEqual(self.measured("dropped", counts="dropped"), (20, "count=20"))
        self.assertEqual(self.measured("dropped", counts="dropped", take="drop_ratio"), (0.2, "rate=20 %"))
        self.assertEqual(self.measured("iterations", counts="started", take="rps"), (20, "rps=20/s"))
        with self.assertLogs("boomer_node.master", "WARNING") as logs:
            self.arrivals.end()
        self.assertIn("20 of 100 arrivals dropped (20.0 %)", logs.output[0])
        self.arrivals.spawned(SimpleNamespace(reset_stats=True))
        self.assertEqual(self.measured("dropped", counts="dropped")[0], 0)

    def test_lateness_gauges_and_trends_are_what_workers_tell_beside_their_reports(self):
        self.arrivals.take({"boomer_arrivals": {"started": 3, "dropped": 0, "latest": 80.25, "late": [[5, 2], [80.7, 1]]}}, client_id="a")
        self.arrivals.take({"boomer_metrics": [gauge(9, 1), trend(1000, 5000)]}, client_id="a")
        self.arrivals.take({"boomer_metrics": [gauge(-4), trend(3000)]}, client_id="b")
        late = {"counts": "late", "rows": "all"}
        self.assertEqual(self.measured(take="max", **late), (80.25, "max=80.25 ms"))
        self.assertEqual(self.measured(take="p", percent=50, **late), (5, "p(50)=5 ms"))
        queue, size = ("named", "queue"), ("named", "trend size")
        self.assertEqual([self.measured(rows=queue, take=take)[0] for take in ("value", "min", "max")], [-4, -4, 9])
        self.assertEqual(self.measured(rows=queue, take="avg"), (None, 'a gauge has no "avg"; it has value, min, max'))
        self.assertEqual([self.measured(rows=size, take=take)[1] for take in ("avg", "max", "med", "count")], ["avg=3000 bytes", "max=5000 bytes", "med=3000 bytes", "count=3"])
        self.arrivals.reset()
        self.assertEqual(self.measured(rows=queue, take="value")[0], None)

    def test_what_has_nothing_to_measure_is_not_met(self):
        self.assertEqual(threshold(operator=">=", limit=0).judge(RequestStats(), self.arrivals)[0], False)

    def test_operators(self):
        limits = {"<": (0, 2), "<=": (0, 1), ">": (2, 0), ">=": (2, 1), "==": (0, 1), "===": (2, 1), "!=": (1, 0)}
        for operator, (fails, holds) in limits.items():
            with self.subTest(operator):
                self.assertFalse(threshold(operator=operator, limit=fails).holds(1))
                self.assertTrue(threshold(operator=operator, limit=holds).holds(1))


class Judged(unittest.TestCase):
    def setUp(self):
        self.printed = []
        self.print, master.master_print = master.master_print, self.printed.append
        self.ended = []
        self.environment = Environment(parsed_options=Namespace(headless=True))
        self.environment.runner = SimpleNamespace(stats=PAGES, quit=lambda: self.ended.append("quit"), stop=lambda: self.ended.append("stop"))

    def tearDown(self):
        master.master_print = self.print

    def test_a_missed_threshold_makes_the_exit_code_and_a_later_test_that_meets_it_takes_it_back(self):
        judge = master.Judge([threshold(limit=100)], 99)
        judge.begin(self.environment)
        judge.end(self.environment)
        self.assertEqual(self.environment.process_exit_code, 99)
        self.environment.runner.stats = stats_of(("GET", "/a", 1, False))
        judge.begin(self.environment)
        judge.thresholds = [threshold(limit=100)]
        judge.end(self.environment)
        self.assertIsNone(self.environment.process_exit_code)

    def test_a_scenario_that_is_broken_says_more_than_a_missed_threshold(self):
        self.environment.process_exit_code = master.UNHANDLED
        judge = master.Judge([threshold(limit=1)], 99)
        judge.begin(self.environment)
        judge.end(self.environment)
        self.assertEqual(self.environment.process_exit_code, 107)

    def test_an_exit_code_of_somebody_else_stays(self):
        self.environment.process_exit_code = 7
        judge = master.Judge([threshold(limit=1000)], 99)
        judge.begin(self.environment)
        judge.end(self.environment)
        self.assertEqual(self.environment.process_exit_code, 7)

    def test_headless_verdicts_come_after_locusts_tables_others_at_the_end_of_each_test(self):
        judge = master.Judge([threshold("GET /a", "count<1000", limit=1000), threshold("*", "p(95)<1", take="p", percent=95)], 99)
        judge.begin(self.environment)
        judge.end(self.environment)
        self.assertEqual(self.printed, [])
        judge.quit(exit_code=99)
        lines = ["Thresholds", "✓ GET /a: count<1000  count=105", "✗ *: p(95)<1          p(95)=99 ms", "1 of 2 missed", ""]
        self.assertEqual(self.printed, lines)
        self.printed.clear()
        self.environment.parsed_options.headless = False
        judge.begin(self.environment)
        judge.end(self.environment)
        judge.quit(exit_code=99)
        self.assertEqual(self.printed, lines)

    def test_one_that_ends_the_test_does_so_after_its_delay_and_only_when_there_is_something_to_measure(self):
        sleeps, now = [], [0.0]
        real_sleep, real_time = master.gevent.sleep, master.time.monotonic

        def sleep(seconds):
            sleeps.append(now[0])
            now[0] += seconds
            if len(sleeps) == 2:
                self.environment.runner.stats = PAGES

        master.gevent.sleep, master.time.monotonic = sleep, lambda: now[0]
        try:
            self.environment.runner.stats = RequestStats()
            judge = master.Judge([threshold(limit=1, abort_on_fail=True, delay_abort_eval=3)], 99)
            judge.watch(self.environment)
        finally:
            master.gevent.sleep, master.time.monotonic = real_sleep, real_time
        self.assertEqual((self.ended, now[0]), (["quit"], 3))
        self.environment.parsed_options.headless = False
        master.end_test(self.environment)
        self.assertEqual(self.ended, ["quit", "stop"])

    def test_the_watch_ends_with_the_test(self):
        judge = master.Judge([threshold(limit=1000, abort_on_fail=True)], 99)
        judge.begin(self.environment)
        watcher = judge.watcher
        judge.end(self.environment)
        gevent.joinall([watcher], timeout=5)
        self.assertTrue(watcher.dead)


class Windowed(unittest.TestCase):
    """A test on a clock of its own: requests end in the middle of a second, and are reported at its end."""

    def setUp(self):
        self.stats, self.arrivals, self.now = RequestStats(), master.Arrivals(), 1000.0
        self.stats.total.start_time = 1000

    def watch(self, **what):
        self.windows = master.Windows(threshold("GET /a", rows=("named", "GET /a"), **what))
        self.windows.begin(self.now)
        return self.windows

    def second(self, *times, failed=0):
        """One second with requests of so many milliseconds; returns the newest measured value."""
        real_time = master.time.time
        locust.stats.time.time = lambda: self.now + 0.5
        try:
            for index, ms in enumerate(times):
                self.stats.log_request("GET", "/a", ms, 10)
                if index < failed:
                    self.stats.log_error("GET", "/a", "no")
        finally:
            locust.stats.time.time = real_time
        self.now += 1
        return self.windows.look(self.stats, self.arrivals, self.now)

    def test_times_are_those_of_the_reports_in_a_window(self):
        windows = self.watch(take="max", limit=100, over=3)
        values = [self.second(10, 10), self.second(10), self.second(400), self.second(20), self.second(20), self.second(20), self.second()]
        self.assertEqual(values, [None, None, 400, 400, 400, 20, 20])
        self.assertEqual(windows.verdict(), (False, 400, "max=400 ms at worst, from 0 s to 3 s (3 of 5 windows missed)"))

    def test_each_aggregation_of_a_window(self):
        for take, more, expected in (("avg", {}, 30), ("min", {}, 20), ("med", {}, 30), ("p", {"percent": 99}, 40), ("fail_ratio", {}, 1 / 3), ("pass_ratio", {}, 2 / 3)):
            with self.subTest(take):
                self.setUp()
                self.watch(take=take, operator=">", limit=0, over=2, **more)
                self.second(5, 500)
                self.second(20)
                self.assertAlmostEqual(self.second(30, 40, failed=1), expected)

    def test_a_window_as_long_as_the_test_measures_what_the_table_shows(self):
        for take, more in (("p", {"percent": 95}), ("med", {}), ("avg", {}), ("max", {}), ("min", {}), ("fail_ratio", {})):
            with self.subTest(take):
                self.setUp()
                windows = self.watch(take=take, operator=">=", limit=0, over=3, **more)
                self.second(1.25, 145, 7)
                self.second()
                value = self.second(133.7, failed=1)
                self.assertEqual(value, windows.threshold.measure(self.stats, self.arrivals)[0])

    def test_requests_are_counted_by_their_seconds_when_all_reports_are_there_and_while_the_load_is(self):
        windows = self.watch(take="rps", operator=">", limit=3, over=2)
        for _ in range(6):
            self.second(1, 1, 1, 1)
        self.assertEqual(windows.measured, 0)
        for _ in range(2):
            self.second(1, 1, 1, 1)
        self.assertEqual(windows.verdict(), (True, 4, "rps=4/s at worst, from 1 s to 3 s (1 window)"))
        windows.stopped = self.now
        for _ in range(3):
            self.second()
        windows.look(self.stats, self.arrivals, self.now, is_last=True)
        self.assertEqual(windows.verdict(), (True, 4, "rps=4/s at worst, from 1 s to 3 s (6 windows)"))

    def test_a_rate_over_as_long_as_the_test(self):
        windows = self.watch(take="rps", operator=">", limit=3, over=2)
        self.second(1, 1, 1, 1)
        self.second(1, 1, 1, 1)
        windows.stopped = self.now
        windows.look(self.stats, self.arrivals, self.now + 1, is_last=True)
        self.assertEqual(windows.verdict(), (True, 4, "rps=4/s at worst, from 0 s to 2 s (1 window)"))

    def test_without_a_full_window_or_a_request_it_is_missed_and_says_why(self):
        windows = self.watch(take="max", over=10)
        self.second(1)
        self.assertEqual(windows.verdict(), (False, None, "no window of 10 s: the test lasted 1.0 s"))
        windows = self.watch(take="rps", over=1)
        windows.threshold.rows = ("named", "/b")
        for _ in range(9):
            self.second(1)
        self.assertEqual(windows.verdict()[1:], (None, "no request of this name: there were GET /a"))

    def told(self, **data):
        real_time = master.time.time
        master.time.time = lambda: self.now + 0.9
        try:
            self.arrivals.take(data, client_id="a")
        finally:
            master.time.time = real_time
        return self.second()

    def watch_told(self, name, **what):
        self.arrivals.kept, self.arrivals.began = what["over"], self.now
        windows = self.watch(**what)
        windows.threshold.rows = name
        return windows

    def test_a_trend_has_the_values_of_its_window(self):
        windows = self.watch_told(("named", "size"), take="max", limit=100, over=2)
        values = [self.told(boomer_metrics=[trend(one)]) if one else self.second() for one in (10, 20, 900, 30, 30, 0, 0)]
        self.assertEqual(values, [None, 20, 900, 900, 30, 30, None])
        self.assertEqual(windows.verdict(), (False, 900, "max=900 bytes at worst, from 1 s to 3 s (2 of 5 windows missed)"))

    def test_a_gauge_goes_on_being_what_it_was_set_to(self):
        for take, expected in (("value", [None, 1, 1, 1, -2]), ("max", [None, 9, 1, 1, 1]), ("min", [None, 1, 1, 1, -4])):
            with self.subTest(take):
                self.setUp()
                self.watch_told(("named", "queue"), take=take, over=2)
                values = [self.told(boomer_metrics=[gauge(9, 1)])] + [self.second() for _ in range(3)] + [self.told(boomer_metrics=[gauge(-4, -2)])]
                self.assertEqual(values, expected)

    def test_lateness_of_a_window(self):
        windows = self.watch_told("all", take="p", percent=99, limit=50, over=1, counts="late")
        values = [self.told(boomer_arrivals={"started": 1, "dropped": 0, "latest": ms, "late": [[ms, 1]]}) for ms in (10, 80, 10)]
        self.assertEqual(values, [10, 80, 10])
        self.assertEqual(windows.verdict(), (False, 80, "p(99)=80 ms at worst, from 1 s to 2 s (1 of 3 windows missed)"))

    def test_iterations_are_spread_over_the_seconds_that_a_report_is_of(self):
        windows = self.watch_told("all", take="rps", operator=">=", limit=9, over=2, counts="started")
        for at in range(12):
            started = {"boomer_arrivals": {"started": 30, "dropped": 0, "latest": 0, "late": []}}
            self.told(**started) if at % 3 == 2 else self.second()
        passed, value, _ = windows.verdict()
        self.assertEqual((passed, windows.measured > 3), (True, True))
        self.assertAlmostEqual(value, 10, delta=1)

    def test_statistics_that_are_reset_are_forgotten(self):
        windows = self.watch(take="max", limit=100, over=2)
        self.second(500)
        self.second(500)
        self.stats.reset_all()
        self.second()
        self.second(10)
        self.assertEqual(self.second(10), 10)
        self.assertEqual(windows.verdict()[0], True)

    def test_requests_are_in_no_window_of_checks_however_late_the_first_check_comes(self):
        windows = self.watch(take="pass_ratio", operator=">", limit=0.95, over=2)
        windows.threshold.rows = "all"
        for _ in range(3):
            self.second(*[1] * 10, failed=5)
        for _ in range(3):
            self.stats.log_request("check", "fine", None, 0)
            self.second()
        self.assertEqual(windows.verdict(), (True, 1, "pass_ratio=100 % at worst, from 2 s to 4 s (3 windows)"))

    def test_a_metric_is_in_no_window_of_the_requests_that_have_its_name(self):
        windows = self.watch(take="max", limit=100, over=2)
        windows.threshold.rows = ("named", "look")
        for _ in range(3):
            self.stats.log_request("trend", "look", 700, 0)
            self.second()
        for _ in range(2):
            self.stats.log_request("GET", "look", 10, 0)
            self.second()
        self.assertEqual(windows.verdict(), (True, 10, "max=10 ms at worst, from 2 s to 4 s (2 windows)"))

    def test_the_judge_ends_a_test_on_the_newest_window(self):
        real_sleep, ended = master.gevent.sleep, []
        judge = master.Judge([threshold(rows="all", take="max", limit=100, over=2, abort_on_fail=True)], 99)
        (windows,) = judge.windows.values()
        self.windows = SimpleNamespace(look=lambda *_: None)
        windows.begin(self.now)
        times = iter((500, 10, 10, 200))

        def sleep(_seconds):
            self.second(next(times))

        real_time, master.gevent.sleep = master.time, sleep
        master.time = SimpleNamespace(time=lambda: self.now, monotonic=lambda: self.now)
        environment = Environment(parsed_options=Namespace(headless=True))
        environment.runner = SimpleNamespace(stats=self.stats, quit=lambda: ended.append(self.now))
        try:
            judge.watch(environment)
        finally:
            master.gevent.sleep, master.time = real_sleep, real_time
        self.assertEqual(ended, [1002])
        self.assertEqual(windows.verdict(), (False, 500, "max=500 ms at worst, from 0 s to 2 s (1 of 1 windows missed)"))


class Tables(unittest.TestCase):
    def test_are_there_beside_a_file_of_json_and_else_left_to_locust(self):
        lines = []
        logger = locust.stats.console_logger
        locust.stats.console_logger = SimpleNamespace(info=lines.append)
        try:
            for headless, json_file, are_ours in ((True, "report", True), (True, None, False), (False, "report", False)):
                lines.clear()
                environment = Environment(parsed_options=Namespace(headless=headless, json_file=json_file))
                environment.runner = SimpleNamespace(stats=PAGES)
                master.print_tables(environment)
                self.assertEqual(any("POST" in line and "/a" in line for line in lines), are_ours)
        finally:
            locust.stats.console_logger = logger


class Workers(dict):
    @property
    def all(self):
        return list(self.values())


class LastReports(unittest.TestCase):
    def setUp(self):
        self.sent = []
        self.clients = Workers({name: SimpleNamespace(id=name, state=state) for name, state in [("a", "running"), ("b", "spawning"), ("c", "ready")]})
        self.environment = Environment(parsed_options=Namespace(headless=True), stop_timeout=0)
        self.environment.runner = SimpleNamespace(clients=self.clients, server=SimpleNamespace(send_to_client=self.send))
        self.reports = master.LastReports()
        self.reports.GRACE, self.reports.READY = 0.3, 0.1

    def send(self, message):
        self.sent.append((message.type, message.node_id))

    def test_waits_for_all_that_are_at_work_and_dismisses_who_is_not_ready_again(self):
        def stop():
            del self.clients["a"]
            self.clients["b"] = SimpleNamespace(id="b", state="ready")

        gevent.spawn_later(0.1, stop)
        self.reports.GRACE = 30
        self.reports.take(self.environment)
        self.assertEqual(self.sent, [("stop", "a"), ("stop", "b"), ("quit", "a")])

    def test_a_worker_that_never_answers_holds_it_no_longer_than_stop_timeout_and_grace(self):
        with self.assertLogs("boomer_node.master", "ERROR") as logs:
            self.reports.take(self.environment)
        self.assertEqual(len(logs.output), 2)

    def test_does_not_wait_for_one_that_is_missing(self):
        self.reports.GRACE = 30
        for name in "ab":
            self.clients[name].state = "running"
        gevent.spawn_later(0.1, lambda: [setattr(client, "state", master.STATE_MISSING) for client in self.clients.all])
        self.reports.take(self.environment)
        self.assertEqual([kind for kind, _ in self.sent], ["stop", "stop"])

    def test_leaves_a_test_alone_that_the_web_interface_has_stopped_unless_the_master_ends(self):
        self.environment.parsed_options.headless = False
        self.reports.take(self.environment)
        self.assertEqual(self.sent, [])
        self.reports.quitting(self.environment)
        with self.assertLogs("boomer_node.master", "ERROR"):
            self.reports.take(self.environment)
        self.assertEqual(self.sent, [("stop", "a"), ("stop", "b")])


class OnceATest(unittest.TestCase):
    def setUp(self):
        self.sent = []
        self.clients = Workers({name: SimpleNamespace(id=name, state="ready") for name in "ab"})
        self.clients.ready = self.clients.all
        self.environment = Environment(parsed_options=Namespace(headless=True))
        runner = SimpleNamespace(clients=self.clients, send_message=lambda kind, data, client_id=None: self.sent.append((client_id, data["kind"], data["thread"], data["data"])))
        self.environment.runner = runner
        self.once = master.OnceATest(True, True)
        self.once.begin(self.environment)

    def note(self, worker, kind, thread=0, data=None, run=None):
        note = {"kind": kind, "run": run or self.environment.parsed_options.boomer_setup_run, "thread": thread, "data": data}
        self.once.take_note(self.environment, SimpleNamespace(node_id=worker, data=note))
        sent, self.sent[:] = list(self.sent), []
        return sent

    def test_chooses_the_first_that_asks_and_tells_all_its_data(self):
        self.assertEqual(self.note("a", "ask", 1), [("a", "do", 1, None)])
        self.assertEqual(self.note("b", "ask"), [])
        self.assertEqual(self.note("a", "done", 1, {"t": 1}, run="old"), [])
        self.assertEqual(self.note("a", "done", 1, {"t": 1}), [(None, "done", -1, {"t": 1})])
        self.assertEqual(self.note("b", "done", 0, {"t": 2}), [])
        self.assertEqual(self.note("c", "ask"), [("c", "done", -1, {"t": 1})])

    def test_chooses_another_when_the_first_is_lost(self):
        self.note("a", "ask", 1)
        self.assertEqual(self.note("a", "ask", 1), [("a", "do", 1, None)])
        del self.clients["a"]
        self.assertEqual(self.note("b", "ask"), [("b", "do", 0, None)])

    def test_a_failure_is_told_to_all_and_nothing_is_torn_down(self):
        self.note("a", "ask")
        with self.assertLogs("boomer_node.master", "ERROR"):
            self.assertEqual(self.note("a", "failed", 0, "no"), [(None, "failed", -1, "no")])
        self.once.end(self.environment)
        self.assertEqual(self.sent, [])

    def test_teardown_waits_for_its_end(self):
        self.note("a", "ask")
        self.note("a", "done", 0, {"t": 1})
        gevent.spawn_later(0.1, self.note, "a", "tornDown", 0, "no")
        with self.assertLogs("boomer_node.master", "ERROR") as logs:
            self.once.end(self.environment)
        self.assertIn("teardown failed on worker a: no", logs.output[0])


class Options(unittest.TestCase):
    def parsed(self, args, **option):
        parser = get_empty_argument_parser(default_config_files=[])
        master.add_option(parser, "own_one", **option)
        return parser, vars(parser.parse_args(args))["own_one"]

    def test_texts_numbers_and_switches(self):
        self.assertEqual(self.parsed([], kind="string", default="a")[1], "a")
        self.assertEqual(self.parsed(["--own-one", "b"], kind="string", default="a", choices=["a", "b"])[1], "b")
        self.assertEqual(self.parsed(["--own-one=2.5"], kind="number", default=1)[1], 2.5)
        self.assertIsInstance(self.parsed([], kind="number", default=1)[1], float)
        self.assertIsNone(self.parsed([], kind="number")[1])
        self.assertEqual([self.parsed(args, kind="boolean", default=False)[1] for args in ([], ["--own-one"], ["--own-one=off"], ["--own-one=True"])], [False, True, False, True])

    def test_wrong_values_are_refused(self):
        for option, word in [({"kind": "number"}, "x"), ({"kind": "number"}, "nan"), ({"kind": "boolean"}, "maybe"), ({"kind": "string", "choices": ["a"]}, "b")]:
            with self.subTest(word), self.assertRaises(SystemExit) as ended:
                stderr, sys.stderr = sys.stderr, open(os.devnull, "w")
                try:
                    self.parsed([f"--own-one={word}"], **option)
                finally:
                    sys.stderr.close()
                    sys.stderr = stderr
            self.assertEqual(ended.exception.code, 2)

    def test_a_secret_is_masked_and_help_may_hold_a_percent_sign(self):
        parser, _ = self.parsed([], kind="string", help="100 % sure", secret=True)
        self.assertIn("own_one", parser.secret_args_included_in_web_ui)
        self.assertIn("100 % sure", parser.format_help())


if __name__ == "__main__":
    print(f"Locust {locust.__version__}", file=sys.stderr)
    unittest.main()
