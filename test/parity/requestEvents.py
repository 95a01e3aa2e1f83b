"""What listeners of `request` hear of Locust's own clients: {host, steps} in; for each client what each step told out."""

import json
import sys

from locust.clients import HttpSession
from locust.contrib.fasthttp import FastHttpSession
from locust.event import EventHook


class Somebody:
    environment = None

    def context(self):
        return {"tenant": "a", "step": 0}


def heard_by(session_class, host, steps):
    heard = []
    hook = EventHook()

    def listener(name, response, context, exception, **_):
        heard.append([name, response.status_code, context, exception is not None])

    hook.add_listener(listener)
    session = session_class(host, hook, Somebody())
    for path, context, renamed in steps:
        given = {} if context is None else {"context": context}
        if renamed is None:
            session.get(path, **given)
            continue
        with session.get(path, catch_response=True, **given) as response:
            response.request_meta["name"] = renamed
    return heard


asked = json.load(sys.stdin)
print(json.dumps({kind.__name__: heard_by(kind, asked["host"], asked["steps"]) for kind in (HttpSession, FastHttpSession)}))
