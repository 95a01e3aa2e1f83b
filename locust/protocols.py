"""What the master must know of the examples that load something other than HTTP: their classes' names.

Name the class that shall run: locust --master -f locust/protocols.py RedisUser --host redis://127.0.0.1:6379
"""

from locust import User, constant, task


class ByWorkersOnly(User):
    abstract = True
    wait_time = constant(1)

    @task
    def run_by_workers_only(self):
        raise RuntimeError("this class only gives the master a name: start a boomer-node worker")


class RedisUser(ByWorkersOnly):
    """examples/redis.ts"""


class PostgresUser(ByWorkersOnly):
    """examples/postgres.ts"""


class WebSocketUser(ByWorkersOnly):
    """examples/webSocket.ts"""


class GrpcUser(ByWorkersOnly):
    """examples/grpc.ts"""


class SseUser(ByWorkersOnly):
    """examples/sse.ts"""
