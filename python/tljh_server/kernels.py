"""Which kernels a server offers: those of the user environment and the person's own, never the server's own."""

import os
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_core.paths import SYSTEM_JUPYTER_PATH
from traitlets import default

PYTHONS = frozenset({"python", "python3"})
IPYKERNEL = ["-m", "ipykernel_launcher"]
LAUNCHER = Path(__file__).resolve().parent / "kernel.py"


class OwnKernels(KernelSpecManager):
    """Kernels of $JUPYTER_PATH, of the machine and of the person's home, in this order.

    The home counts although configuration from there does not: a kernel runs as the person either way.
    """

    @default("kernel_dirs")
    def _default_kernel_dirs(self) -> list[str]:
        shared = [path for path in os.environ.get("JUPYTER_PATH", "").split(os.pathsep) if path]
        own = str(Path("~/.local/share/jupyter").expanduser())
        return [str(Path(path, "kernels")) for path in [*shared, *SYSTEM_JUPYTER_PATH, own]]

    def get_kernel_spec(self, kernel_name: str) -> Any:
        """A kernel's description; one that starts just `python`, as wheels ship it, gets the one beside it.

        Jupyter itself would take the Python that it runs on, which is the server's. ipykernel is started without its
        port.
        """
        spec = super().get_kernel_spec(kernel_name)
        if spec.argv and spec.argv[0] in PYTHONS:
            spec.argv[0] = self._python(Path(spec.resource_dir))
        if spec.argv[1:3] == IPYKERNEL:
            spec.argv[1:3] = [str(LAUNCHER)]
        return spec

    def _python(self, resources: Path) -> str:
        """PREFIX/bin/python for PREFIX/share/jupyter/kernels/NAME, or that of the first environment with one."""
        for folder in [resources.parent, *map(Path, self.kernel_dirs)]:
            python = folder.parent.parent.parent / "bin" / "python3"
            if python.exists():
                return str(python)
        return "python3"
