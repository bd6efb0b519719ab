"""What runs inside a user server, beside jupyterhub-singleuser."""
