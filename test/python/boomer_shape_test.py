"""Tests of locust/boomer_shape.py against the Locust that is installed; python test/python/boomer_shape_test.py"""

import os
import sys
import unittest
from types import SimpleNamespace

import locust
from locust.event import Events
from locust.runners import WorkerNode
from locust.stats import RequestStats

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../locust"))

import boomer_shape as shapes  # noqa: E402


class Clients(dict):
    @property
    def all(self):
        return list(self.values())


class Runner:
    """What a shape needs of a master's runner; its workers do what they are told at once."""

    def __init__(self, workers="ab", classes=("Admin", "Shopper")):
        self.clients = Clients({name: SimpleNamespace(id=name, state="ready") for name in workers})
        self.environment = SimpleNamespace(process_exit_code=None, runner=self, events=Events(), dispatcher_class=None)
        self.user_classes = [type(name, (), {}) for name in classes]
        self.stats, self.reported_user_classes_count = RequestStats(), {}
        self.state, self.started, self.asked = "ready", [], []

    def start(self, users, rate):
        self.started.append((users, rate))
        self.state = "running"
        for client in self.clients.all:
            client.state = "running"

    def register_message(self, _kind, listener):
        self.listener = listener

    def send_message(self, _kind, data, client_id):
        self.asked.append((client_id, data))
        self.answer(client_id, data)

    def answer(self, worker, question):
        pass


class Deciding(Runner):
    """Workers that decide what `decision` says, each call one."""

    def __init__(self, *decisions, **more):
        super().__init__(**more)
        self.decisions = list(decisions)

    def answer(self, worker, question):
        decision = self.decisions.pop(0) if len(self.decisions) > 1 else self.decisions[0]
        if decision == "silence":
            return
        note = {"kind": "failed", "reason": decision} if isinstance(decision, str) else {"kind": "decided", "decision": decision}
        self.listener(environment=self.environment, msg=SimpleNamespace(node_id=worker, data={"run": question["run"], "number": question["number"], **note}))


def decided(users, rate=None):
    return {"users": users, "spawnRate": rate}


class Shape(shapes.ScenarioShape):
    WAIT = 0.01


def shape_of(runner, kind=Shape):
    shape, now = kind(), [0]
    shape.runner = runner
    shape.get_run_time = lambda: now[0]
    if isinstance(shape, shapes.ScenarioShape):
        shape.install(runner.environment)

    def at(moment):
        now[0] = moment
        return shape.tick()

    return shape, at


class Stages(unittest.TestCase):
    class Stages(shapes.StagedShape):
        stages = [(10, 10), (0, 4), (10, 0)]

    def test_ticks_along_the_line_and_ends(self):
        _, at = shape_of(None, self.Stages)
        ticks = [at(moment) for moment in (0, 0.5, 2, 2.5, 9.99, 10, 15, 19.9, 20)]
        self.assertEqual(ticks, [(0, 1), (0, 1), (2, 2), (2, 2), (9, 7), (4, 5), (2, 2), (1, 1), None])

    def test_the_bases_are_no_shapes_of_their_own(self):
        from locust.util.load_locustfile import is_shape_class

        for base in (shapes.TickingShape, shapes.StagedShape, shapes.ScenarioShape):
            self.assertFalse(is_shape_class(base))

    def test_begins_with_nobody_once_there_is_a_worker(self):
        runner = Runner(workers="")
        _, at = shape_of(runner, self.Stages)
        self.assertEqual((at(0), runner.started), ((0, 1), []))
        runner.clients["a"] = SimpleNamespace(id="a", state="ready")
        self.assertEqual((at(2), runner.started), ((2, 2), [(0, 1)]))
        at(3)
        self.assertEqual(runner.started, [(0, 1)])

    def test_ticks_anew_when_workers_come_or_go(self):
        runner = Runner()
        _, at = shape_of(runner, self.Stages)
        ticks = [at(5), at(5)]
        runner.clients["b"].state = "missing"
        ticks += [at(5), at(5)]
        runner.clients["c"] = SimpleNamespace(id="c", state="ready")
        ticks += [at(5), at(5)]
        self.assertEqual(ticks, [(5, 5), (5, 5), (5, 1), (5, 1), (5, 2), (5, 2)])

    def test_the_run_time_ends_it(self):
        _, at = shape_of(None, type("Short", (self.Stages,), {"run_time": 3}))
        self.assertEqual([at(2.9), at(3)], [(2, 2), None])


class Decisions(unittest.TestCase):
    def test_users_come_at_the_rate_that_was_decided(self):
        runner = Deciding(decided(10, 4), decided(10, 4), decided(10, 4), decided(3), None)
        _, at = shape_of(runner)
        self.assertEqual([at(moment) for moment in (0, 1, 2, 3, 4)], [(1, 1), (5, 4), (9, 4), (3, 6), None])
        self.assertEqual(runner.started, [(0, 1)])
        self.assertIsNone(runner.environment.process_exit_code)

    def test_the_function_is_told_of_the_moment(self):
        runner = Deciding(decided(1))
        runner.reported_user_classes_count = {"Admin": 1, "Shopper": 2}
        for ms in range(1, 101):
            runner.stats.log_request("GET", "/a", ms, 10)
        runner.stats.log_request("job", "no time", None, 0)
        runner.stats.log_error("GET", "/a", "no")
        shape_of(runner)[1](7)
        moment = runner.asked[0][1]["moment"]
        stats = moment["stats"]
        self.assertEqual([moment[name] for name in ("elapsedSec", "users", "userCounts")], [7, 3, {"Admin": 1, "Shopper": 2}])
        self.assertEqual([stats[name] for name in ("requests", "failures", "minMs", "maxMs", "p95Ms")], [101, 1, 1, 100, runner.stats.total.get_response_time_percentile(0.95)])
        self.assertEqual(list(stats["rows"]), ["GET /a", "job no time"])
        self.assertEqual([stats["rows"]["job no time"][name] for name in ("requests", "failRatio", "averageMs", "maxMs", "p99Ms")], [1, 0, None, None, None])
        self.assertEqual(set(stats) - set(stats["rows"]["GET /a"]), {"rows", "recentMedianMs", "recentP95Ms"})

    def test_one_worker_is_asked_until_it_is_gone(self):
        runner = Deciding(decided(4))
        _, at = shape_of(runner)
        at(0), at(1)
        runner.clients["a"].state = "missing"
        with self.assertLogs("boomer_node.shape", "WARNING") as logs:
            at(2)
        at(3)
        self.assertEqual([worker for worker, _ in runner.asked], ["a", "a", "b", "b"])
        self.assertIn("worker a is gone: b evaluates shape() from now on", logs.output[0])

    def test_a_decision_that_does_not_come_in_time_keeps_the_last_and_is_named_once(self):
        runner = Deciding(decided(4), "silence", "silence", decided(2), workers="a")
        _, at = shape_of(runner)
        with self.assertLogs("boomer_node.shape", "WARNING") as logs:
            self.assertEqual([at(moment) for moment in range(4)], [(4, 4), (4, 4), (4, 4), (2, 2)])
        self.assertEqual(len(logs.output), 1)
        self.assertIn("shape() has not decided in time on worker a: the users stay as they are", logs.output[0])

    def test_a_late_answer_counts_unless_a_newer_one_did(self):
        runner = Deciding("silence", workers="a")
        shape, at = shape_of(runner)
        at(0), at(1)

        def answer(number, users):
            data = {"kind": "decided", "run": shape.run, "number": number, "decision": decided(users)}
            shape.take(runner.environment, SimpleNamespace(node_id="a", data=data))

        answer(2, 5)
        answer(1, 9)
        self.assertEqual(at(2), (5, 5))
        shape.take(runner.environment, SimpleNamespace(node_id="a", data={"kind": "decided", "run": "old", "number": 99, "decision": decided(1)}))
        self.assertEqual(at(3), (5, 5))

    def test_another_worker_is_asked_where_one_says_nothing(self):
        runner = Deciding("silence")
        _, at = shape_of(runner)
        with self.assertLogs("boomer_node.shape", "WARNING") as logs:
            for moment in range(8):
                at(moment)
        self.assertEqual("".join(worker for worker, _ in runner.asked), "aaabbbaa")
        self.assertIn("worker a decides nothing: b evaluates shape() from now on", logs.output[1])

    def test_one_that_fails_is_named_ends_the_test_and_is_exit_code_107_of_this_test(self):
        runner = Deciding(decided(4), "RangeError: no", decided(3))
        _, at = shape_of(runner)
        at(0)
        with self.assertLogs("boomer_node.shape", "ERROR") as logs:
            self.assertIsNone(at(1))
        self.assertIn("the test ends: shape() failed on worker a: RangeError: no", logs.output[0])
        self.assertEqual(runner.environment.process_exit_code, 107)
        runner.state = "stopped"
        self.assertEqual((at(0), runner.environment.process_exit_code), ((3, 3), None))

    def test_a_minute_without_a_decision_ends_the_test(self):
        _, at = shape_of(Deciding("silence", workers="a"))
        with self.assertLogs("boomer_node.shape") as logs:
            self.assertEqual([at(0), at(59), at(60)], [(0, 1), (0, 1), None])
        self.assertIn("shape() failed to decide for 60 s", logs.output[-1])

    def test_classes_that_were_not_chosen_are_left_out_and_named_once(self):
        runner = Deciding(decided({"Shopper": 3, "Admin": 1}), classes=["Shopper"])
        shape, at = shape_of(runner)
        with self.assertLogs("boomer_node.shape", "WARNING") as logs:
            self.assertEqual([at(0), at(1)], [(3, 3), (3, 3)])
        self.assertEqual((len(logs.output), shape.wanted), (1, {"Shopper": 3}))

    def test_other_classes_with_as_many_users_are_another_tick(self):
        runner = Deciding(decided({"Shopper": 3, "Admin": 1}), decided({"Shopper": 1, "Admin": 3}))
        shape, at = shape_of(runner)
        self.assertEqual([at(0), at(1), at(2)], [(4, 4), (4, 1), (4, 1)])
        self.assertEqual(shape.wanted, {"Shopper": 1, "Admin": 3})
        # A test after it may go without the shape.
        runner.environment.events.test_stop.fire(environment=runner.environment)
        self.assertIsNone(shape.wanted)


class ByClass(unittest.TestCase):
    def setUp(self):
        self.classes = [type(name, (locust.User,), {"weight": weight, "abstract": True}) for name, weight in (("Shopper", 2), ("Admin", 1))]
        self.shape = SimpleNamespace(wanted=None)
        self.workers = [WorkerNode(f"{name}_1") for name in "abc"]
        self.dispatcher = shapes.ByClassDispatcher(worker_nodes=self.workers, user_classes=self.classes, shape=self.shape)

    def dispatched(self, wanted, total=None):
        self.shape.wanted = wanted
        self.dispatcher.new_dispatch(target_user_count=sum(wanted.values()) if total is None else total, spawn_rate=100)
        steps = list(self.dispatcher)
        return {worker.split("_")[0]: counts for worker, counts in steps[-1].items()}

    def sums(self, placed):
        return {name: sum(counts[name] for counts in placed.values()) for name in ("Admin", "Shopper")}

    def test_gives_each_class_its_users_evenly(self):
        placed = self.dispatched({"Shopper": 7, "Admin": 2})
        self.assertEqual(self.sums(placed), {"Admin": 2, "Shopper": 7})
        self.assertEqual({sum(counts.values()) for counts in placed.values()}, {3})
        self.assertEqual(self.sums(self.dispatched({"Admin": 4})), {"Admin": 4, "Shopper": 0})
        self.assertFalse(self.dispatcher.dispatch_in_progress)

    def test_who_is_there_stays_there(self):
        before = self.dispatched({"Shopper": 10})
        after = self.dispatched({"Shopper": 11})
        self.assertEqual([after[worker]["Shopper"] - before[worker]["Shopper"] for worker in "abc"].count(1), 1)
        self.assertEqual(self.dispatched({"Shopper": 10})["a"], before["a"])

    def test_those_of_a_lost_worker_go_to_the_others_and_a_new_one_gets_its_share(self):
        self.dispatched({"Shopper": 6, "Admin": 3})
        self.dispatcher.remove_worker(self.workers[1])
        placed = self.dispatched({"Shopper": 6, "Admin": 3})
        self.assertEqual((sorted(placed), self.sums(placed)), (["a", "c"], {"Admin": 3, "Shopper": 6}))
        self.dispatcher.add_worker(WorkerNode("d_1"))
        placed = self.dispatched({"Shopper": 6, "Admin": 3})
        self.assertEqual((sorted(placed), self.sums(placed), placed["d"]), (["a", "c", "d"], {"Admin": 3, "Shopper": 6}, {"Admin": 1, "Shopper": 2}))

    def test_without_classes_it_is_locusts_own(self):
        self.assertEqual(self.sums(self.dispatched(None, 9)), {"Admin": 3, "Shopper": 6})
        self.dispatcher.remove_worker(self.workers[0])
        self.assertEqual(self.sums(self.dispatched(None, 3)), {"Admin": 1, "Shopper": 2})
        self.assertEqual(self.sums(self.dispatched({"Admin": 2})), {"Admin": 2, "Shopper": 0})
        self.assertEqual(sum(self.sums(self.dispatched(None, 0)).values()), 0)


if __name__ == "__main__":
    print(f"Locust {locust.__version__}", file=sys.stderr)
    unittest.main()
