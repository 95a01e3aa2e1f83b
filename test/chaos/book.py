"""A master that notes each report that it takes in a file, where it outlives the master: `worker requests failures index`, a line each.

GET /chaos tells where it stands at this moment: /stats/requests is up to two seconds old. Load it beside another locustfile.
"""

import os

from locust import events


@events.init_command_line_parser.add_listener
def add_arguments(parser):
    parser.add_argument("--chaos-book", include_in_web_ui=False, help="file of the reports")


@events.init.add_listener
def open_book(environment, web_ui=None, **_kwargs):
    web_ui.app.add_url_rule("/chaos", "chaos", lambda: standing(environment.runner))
    book = os.open(environment.parsed_options.chaos_book, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    @environment.events.worker_report.add_listener
    def note(client_id, data):
        total = data["stats_total"]
        # One write a line, without a buffer: a master that is killed has noted what it took.
        line = f"{client_id} {total['num_requests']} {total['num_failures']} {environment.runner.get_worker_index(client_id)}\n"
        os.write(book, line.encode())


def standing(runner):
    shares = {str(runner.get_worker_index(client.id)): client.user_count for client in runner.clients.all if client.state != "missing"}
    requests = runner.stats.total.num_requests
    return {"state": runner.state, "users": runner.user_count, "ready": len(runner.clients.ready), "requests": requests, "shares": shares}
