"""Tests of what runs inside JupyterHub."""
