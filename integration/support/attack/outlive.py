"""Tries to go on when the server ends: in a session of its own, as an orphan, and deaf to signals."""

import os
import signal
import time

for number in range(3):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCONT):
                signal.signal(each, signal.SIG_IGN)
            os.execv("/bin/sh", ["sh", "-c", "trap '' TERM HUP INT; while :; do sleep 1; done", f"outlived-{number}"])
        os._exit(0)
time.sleep(1e6)
