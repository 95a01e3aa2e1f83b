"""How many users of each class are born, first of 9 users and then of 12, when some end by themselves; and what they know of the test."""

from diary import Diarist

from locust import LoadTestShape, constant, events, task
from locust.exception import StopUser


@events.init_command_line_parser.add_listener
def add_options(parser):
    parser.add_argument("--tenant", default="nobody")
    parser.add_argument("--basket-size", type=int, default=1)
    parser.add_argument("--dry-run", action="store_true")


class Born(Diarist):
    abstract = True
    fixed_count = 0
    host = "http://own.example"
    wait_time = constant(60)

    def on_start(self):
        self.count("born")

    def on_stop(self):
        self.count("dies")

    @task
    def look(self):
        options = self.environment.parsed_options
        self.count(f"{self.host} {options.tenant} {options.basket_size + 1} {str(options.dry_run).lower()}")


class Often(Born):
    weight = 3


class Seldom(Born):
    weight = 1


class Fixed(Born):
    fixed_count = 2


class Leaves(Born):
    """Each is gone after its first task, and another comes in its place at the next spawn."""

    fixed_count = 2

    def wait_time(self):
        raise StopUser()


class Shape(LoadTestShape):
    def tick(self):
        run_time_sec = self.get_run_time()
        if run_time_sec < 1.5:
            return 9, 9
        return (12, 12) if run_time_sec < 3.5 else None
