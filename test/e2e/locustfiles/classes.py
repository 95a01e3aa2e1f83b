"""User classes by name only, for masters in tests; which ones take part is said on the command line.

Adds a page to the web UI: /test/classes tells how many users of each class the workers report.
"""

from locust import User, constant, events, task


class Stub(User):
    abstract = True
    wait_time = constant(1)

    @task
    def only_workers_run_this(self):
        raise RuntimeError("the master never runs users")


class Alpha(Stub):
    weight = 3


class Beta(Stub):
    weight = 1


class Slow(Stub):
    pass


class Paced(Stub):
    pass


class Visitor(Stub):
    pass


class Samples(Stub):
    pass


class Faulty(Stub):
    pass


class Quick(Stub):
    pass


@events.init.add_listener
def add_pages(environment, web_ui=None, **_kwargs):
    if not web_ui:
        return

    @web_ui.app.route("/test/classes")
    def classes():
        return dict(environment.runner.reported_user_classes_count)
