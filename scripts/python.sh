#!/bin/sh
# Runs a tool of the Python environment: scripts/python.sh pytest
# The environment is built from python/requirements.txt by uv, which pip brings (python/uv.txt) when it is missing.
# The interpreter is $PYTHON, or the first of /usr/bin/python3, python3.11 … that is 3.10 or newer and has venv.
set -eu
start=$PWD
cd "$(dirname "$0")/../python"

interpreter() {
  for candidate in ${PYTHON:-} /usr/bin/python3 python3.11 python3.12 python3.13 python3.10 python3.14 python3; do
    if "$candidate" -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  echo 'python.sh: no Python 3.10 or newer with venv: apt-get install python3-venv' >&2
  exit 69
}

if ! [ -x .uv/bin/uv ]; then
  "$(interpreter)" -m venv .uv
  .uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement uv.txt
fi
if ! cmp -s requirements.txt .venv/requirements.txt; then
  [ -x .venv/bin/python ] || .uv/bin/uv venv --quiet --no-python-downloads --python .uv/bin/python .venv
  VIRTUAL_ENV=$PWD/.venv .uv/bin/uv pip sync --quiet --require-hashes --only-binary :all: requirements.txt
  cp requirements.txt .venv/requirements.txt
fi
tool=$PWD/.venv/bin/${1:?usage: scripts/python.sh TOOL [ARGUMENT]...}
[ -x "$tool" ] || tool=$(command -v "$1") # some tools have no wheel for aarch64
shift
case $tool in
  */shellcheck) cd "$start" ;;
esac
exec "$tool" "$@"
