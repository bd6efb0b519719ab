"""What runs inside JupyterHub: who may log in, how a server starts, where the proxy finds it."""
