#!/bin/bash
# Try mode of bootstrap.sh: the same installation in a disposable systemd machine, reached at 127.0.0.1.
#
#   try.sh [--try-port N] [OPTION OF bootstrap.sh…]     make the machine and install; again: say that it is up
#   try.sh --try-stop [--purge]                         remove it; with --purge its image too
#
# It lies in a release or a checkout, and installs that one. State: see machine.sh.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
SOURCE=${HERE%/*}
STATE=${TLJH_MACHINE_STATE:-/var/tmp/littlest-hub}
MACHINE=$STATE/machine/try
PLACE=/usr/local/src/littlest-hub # of the release in the machine
PORT='' STOP='' PURGE='' ARGUMENTS=()

main() {
  read_arguments "$@"
  [ "$(id -u)" = 0 ] || cannot "try mode needs root, because it mounts file systems and makes network namespaces"
  if [ -n "$STOP" ]; then stop && return; fi
  if driver running try 2>/dev/null && [ -e "$MACHINE/installed" ]; then already && return; fi
  [ -d /run/systemd/system ] || say "systemd is not process 1 here (a container, WSL or a test machine), so nothing can be
      installed on this system itself; it goes into a disposable machine instead"
  prepare
  if ! driver running try 2>/dev/null; then start; fi
  install
}

read_arguments() {
  while [ $# -gt 0 ]; do
    case $1 in
      --try) ;;
      --try-stop) STOP=yes ;;
      --purge) PURGE=yes ;;
      --try-port) PORT=${2:-} && [[ $PORT =~ ^[0-9]{1,5}$ ]] || die "--try-port takes a number" && shift ;;
      *) ARGUMENTS+=("$1") ;;
    esac
    shift
  done
}

# One sentence each: why not, and what to use instead.
prepare() {
  command -v apt-get >/dev/null || cannot "try mode makes its machine with Debian's mmdebstrap, which this system lacks"
  local said
  said=$(driver need 2>&1) || cannot "try mode needs the packages mmdebstrap, systemd-container and passt, and apt-get
      could not install them ($(grep '^E:' <<<"$said" | tail -n 1))"
  said=$(driver can 2>&1) || cannot "no machine can run here: ${said#machine.sh: }"
}

die() {
  say "error: $*"
  exit 1
}

cannot() {
  die "$*. Instead, use a server or a virtual machine with Debian 12 or 13 or Ubuntu,
      with systemd and root: sudo ./bootstrap.sh --admin NAME"
}

# A stopped machine, after this system's own reboot, is started again: its disk is still there.
start() {
  if [ -e "$MACHINE/installed" ]; then
    say "starting the machine again"
    driver start try
    already
    exit
  fi
  driver remove try
  local image port
  port=$(free_port)
  say "making a small $(suite) system (once, about half a minute)"
  image=$(driver bake "$(suite)" 2>"$STATE/try.log") || cannot "the system for the machine could not be made ($STATE/try.log)"
  echo "$image" >"$STATE/try.image"
  say "starting the machine"
  driver up try "$image" --port "$port" || die "the machine did not start"
}

# The machine gets this system's own distribution, whose keys and mirrors are at hand.
suite() (
  # shellcheck source=/dev/null
  . /etc/os-release
  echo "${VERSION_CODENAME:-bookworm}"
)

free_port() {
  local port=${PORT:-8000}
  while (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
    [ -z "$PORT" ] || die "port $port is taken on 127.0.0.1"
    port=$((port + 1))
  done
  echo "$port"
}

install() {
  local address
  address=http://127.0.0.1:$(cat "$MACHINE/port")/
  copy_source
  rm -rf "$MACHINE/driver" && cp -R "$HERE" "$MACHINE/driver"
  driver run try "$PLACE/bootstrap.sh" --show-address "$address" "${ARGUMENTS[@]}" </dev/null ||
    { say "the machine is still there: the same command goes on, --try-stop removes it" && exit 1; }
  : >"$MACHINE/installed"
  say "this runs in a disposable machine that stays up until: $(stop_command)"
}

# In a checkout with a fresh build only that goes over; else all, for the machine to build it.
copy_source() {
  local source=$SOURCE
  # shellcheck disable=SC2016 # the inner shell's variables
  if [ -f "$SOURCE/scripts/checkout.sh" ] &&
    HERE=$SOURCE sh -c '. "$HERE/scripts/checkout.sh" && is_fresh "$HERE/dist"'; then source=$SOURCE/dist; fi
  rm -rf "$MACHINE/root$PLACE" && mkdir -p "$MACHINE/root$PLACE"
  tar -C "$source" --exclude=./.git --exclude=./reports --exclude=./.dev --exclude=.venv --exclude=.uv -cf - . |
    tar -C "$MACHINE/root$PLACE" --no-same-owner -xf -
}

already() {
  say "it is already up: http://127.0.0.1:$(cat "$MACHINE/port")/ (the password was shown when it was installed; a new
      one: sudo $MACHINE/driver/machine.sh run try tljh user password NAME). To remove it: $(stop_command)"
}

stop() {
  driver remove try
  if [ -n "$PURGE" ]; then purge; fi
  say "the machine is removed"
}

# The folders go too when nothing else is in them.
purge() {
  [ ! -f "$STATE/try.image" ] || driver forget "$(cat "$STATE/try.image")"
  rm -f "$STATE/try.image" "$STATE/try.log"
  rmdir "$STATE/image" "$STATE/machine" "$STATE" 2>/dev/null || true
}

# A release that was unpacked for this run only is gone afterwards; the copy in the machine's folder stays.
stop_command() {
  if [ -f "$SOURCE/scripts/checkout.sh" ]; then echo "sudo $SOURCE/bootstrap.sh --try-stop"; else
    echo "sudo $MACHINE/driver/try.sh --try-stop"
  fi
}

driver() { "$HERE/machine.sh" "$@"; }

say() { echo "tljh: $*" >&2; }

main "$@"
