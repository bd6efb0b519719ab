"""Sentences for a person whose server did not start."""

from typing import Any

from jupyterhub.spawner import SpawnException

_ASK = "Please tell the person who looks after this hub."
_BY_RESULT = {
    "oom-kill": "Your server ran out of memory while it was starting. Files in your home that run at every start,"
    " or many large packages loaded there, are the usual cause.",
    "timeout": "Your server took too long to start. The machine may be very busy: try again in a minute.",
    "resources": f"The machine has no room to start your server now. Try again in a minute. {_ASK}",
    "start-limit-hit": f"Your server has failed several times in a row. {_ASK}",
    "core-dump": f"Your server crashed while it was starting. {_ASK}",
    "signal": f"Your server was ended from outside while it was starting. Try again. {_ASK}",
}
_BY_EXIT = {
    200: f"Your home folder could not be entered. {_ASK}",
    203: f"The program of your server could not be run. {_ASK}",
    217: f"Your account on this machine could not be found. {_ASK}",
    226: f"The surroundings of your server could not be set up. {_ASK}",
}


class StartFailed(SpawnException):
    """A start that failed, with a sentence for the person on JupyterHub's pages; `detail` is for the log."""

    def __init__(self, message: str, reason: str, detail: str = "") -> None:
        super().__init__(message, reason=reason, log_message=detail or message, status_code=503)
        self.jupyterhub_message = message


def sentence(status: dict[str, Any]) -> str:
    """Why a server ended while it was starting, from the helper's `status`."""
    by_exit = _BY_EXIT.get(status.get("exit", 0))
    by_result = _BY_RESULT.get(str(status.get("result", "")))
    return by_exit or by_result or f"Your server ended while it was starting. Try again. {_ASK}"
