"""Answers the tests: one JSON request a line on stdin, one JSON answer a line on stdout.

A request names a module of this folder, a function in it and the arguments; the answer has what the function returns,
or its traceback. One process answers all requests, because importing torch takes seconds.
"""

import importlib
import json
import os
import sys
import traceback


def answer(request):
    try:
        function = getattr(importlib.import_module(request["module"]), request["function"])
        return json.dumps({"result": function(*request["arguments"])})
    except Exception:
        return json.dumps({"error": traceback.format_exc()})


def main():
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer
    for line in sys.stdin:
        print(answer(json.loads(line)), file=answers, flush=True)


if __name__ == "__main__":
    main()
