"""The master's half of a scenario that adds its own numbers to reports: adds them up, and shows them on a page."""

from locust import User, events, task

totals = {"jobs": 0, "by_thread": {}, "threads": [], "reports": 0, "spoiled": 0}


class Busy(User):
    @task
    def run_in_node(self):
        pass


@events.worker_report.add_listener
def add_up(client_id, data, **_kwargs):
    totals["spoiled"] += "users" in data["stats"]
    if "jobs" not in data:
        return
    totals["reports"] += 1
    totals["jobs"] += data["jobs"]
    totals["threads"] = sorted({*totals["threads"], *data["threads"]})
    for thread, jobs in data["by_thread"].items():
        totals["by_thread"][thread] = totals["by_thread"].get(thread, 0) + jobs


@events.init.add_listener
def add_page(web_ui=None, **_kwargs):
    if web_ui:
        web_ui.app.add_url_rule("/test/totals", view_func=lambda: totals)
