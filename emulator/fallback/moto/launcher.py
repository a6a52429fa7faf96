"""Runs moto as a backend of Standin.

    python launcher.py '{"native": ["sqs"], "endpoint": "http://127.0.0.1:4566"}'

Serves on a free loopback port and says which in one line of JSON on standard output, or there why it did not
start. Ends when its standard input does, so that it never outlives the process that started it.
"""

import os
import sys
import threading

from standin_moto import clock

clock.install()  # before anything else can take hold of the real one

import json  # noqa: E402


def main():
    options = json.loads(sys.argv[1])
    os.environ.update(SETTINGS)  # before moto reads them, at its import
    from standin_moto import patching

    try:
        applied = patching.apply_all(options)
    except patching.PatchError as error:
        announce({"error": str(error)})
        sys.exit(3)
    from standin_moto import server

    listener = server.make()
    os.environ["MOTO_PORT"] = str(listener.server_port)
    threading.Thread(target=exit_with_parent, daemon=True).start()
    import moto

    announce({"port": listener.server_port, "version": moto.__version__, "patches": applied})
    listener.serve_forever()


# moto's own checks of signatures and policies stay off: Standin's gateway is where those belong.
SETTINGS = {
    "INITIAL_NO_AUTH_ACTION_COUNT": "inf",
    "MOTO_ALLOW_NONEXISTENT_REGION": "true",
    "MOTO_DISABLE_GLOBAL_CORS": "true",
    "MOTO_MAX_FORM_MEMORY_SIZE": str(512 * 1024 * 1024),
    "AWS_ACCESS_KEY_ID": "backend",
    "AWS_SECRET_ACCESS_KEY": "backend",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def announce(line):
    print(json.dumps(line), flush=True)


def exit_with_parent():
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
