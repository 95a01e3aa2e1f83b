"""The options of Locust's own: their flags and their names in parsed_options, as a list of JSON on stdout."""

import json

from locust.argument_parser import get_parser

names = set()
for action in get_parser(default_config_files=[])._actions:
    names.add(action.dest)
    names.update(flag[2:] for flag in action.option_strings if flag.startswith("--"))
print(json.dumps(sorted(names)))
