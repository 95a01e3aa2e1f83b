"""A user who writes down what happens to it: each line becomes a row of the statistics, numbered and counted once."""

from time import perf_counter

from locust import User, constant, events

WAIT_SEC = 0.5


class Diarist(User):
    abstract = True
    fixed_count = 1
    wait_time = constant(WAIT_SEC)

    def __init__(self, environment):
        super().__init__(environment)
        self.lines = 0
        self.last_sec = perf_counter()

    def note(self, what):
        now_sec = perf_counter()
        pause = ", after a wait" if now_sec - self.last_sec > WAIT_SEC * 0.7 else ""
        self.last_sec = now_sec
        self.lines += 1
        self.count(f"{self.lines:02} {what}{pause}")

    def count(self, name):
        self.environment.events.request.fire(
            request_type=type(self).__name__, name=name, response_time=0, response_length=0, exception=None, context={}
        )

    def on_start(self):
        self.note("starts")

    def on_stop(self):
        self.note("stops")


@events.user_error.add_listener
def note_error(user_instance, exception, **_kwargs):
    getattr(user_instance, "user", user_instance).note(f"error: {exception}")
