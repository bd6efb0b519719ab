# Written by tljh: in the terminal of a Jupyter server, python and pip are those of the notebooks.
[ -z "${JUPYTERHUB_USER:-}" ] || PATH=/opt/tljh/user/bin:$PATH
