#!/bin/bash
# Throw-away systemd machines (systemd-nspawn), for the integration tests and for try mode.
#
#   machine.sh need                       install the Debian packages that this needs
#   machine.sh can                        exit 0 when machines can run here, else say why not
#   machine.sh bake SUITE [PACKAGE…]      make a bare server's image unless it is there; prints its name
#   machine.sh forget IMAGE               delete an image
#   machine.sh up NAME IMAGE[:BELOW…] [--port N] [--memory BYTES] [--disk BYTES] [--offline]
#                 [--owner PID] [--share FOLDER:PLACE]      make a machine and start it
#   machine.sh run NAME [-E KEY=VALUE | --uid=USER | --OPTION-OF-SYSTEMD-RUN]… CMD…
#                                       run a command in it: its own stdin, stdout, stderr, exit code
#   machine.sh running NAME               exit 0 when it runs
#   machine.sh shell NAME                 a terminal in it
#   machine.sh reboot|start|stop|kill NAME     kill is a power cut; the disk stays
#   machine.sh keep NAME IMAGE            stop it; what it changed becomes the layer IMAGE
#   machine.sh remove NAME                end it and delete it
#   machine.sh sweep                      remove the machines whose owner process is gone
#
# State lies in TLJH_MACHINE_STATE (default /var/tmp/littlest-hub): image/NAME is a file system, its layers
# below are listed in image/NAME.below; machine/NAME/root is a machine's disk, seen from here.
# Run on a host with cgroup version 1 controllers (hybrid); the code for hosts with version 2 alone is untested.
set -euo pipefail
shopt -s nullglob

STATE=${TLJH_MACHINE_STATE:-/var/tmp/littlest-hub}
# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/image.sh"
# shellcheck source=/dev/null
. "$(dirname "${BASH_SOURCE[0]}")/group.sh"

main() {
  local verb=${1:-help}
  shift || true
  # What lies there is run as root, and the folder above it may be everybody's.
  mkdir -p "$STATE"
  [[ -O $STATE && ! -L $STATE ]] || fail "$STATE is not this user's own: remove it, or set TLJH_MACHINE_STATE"
  chmod 700 "$STATE"
  case $verb in
    need | can | bake | forget | sweep) "$verb" "$@" ;;
    up | run | running | shell | reboot | start | stop | kill | keep | remove)
      [[ ${1:-} =~ ^[a-z0-9][a-z0-9-]{0,40}$ ]] || fail "a machine's name is made of a-z, 0-9 and -, not '${1:-}'"
      M=$STATE/machine/$1
      [[ $verb = up || $verb = remove || -d $M ]] || fail "there is no machine $1"
      "machine_$verb" "$@"
      ;;
    *) sed -n '2,/^set/{s/^# \{0,1\}//p}' "$0" >&2 && exit 64 ;;
  esac
}

fail() {
  echo "machine.sh: $*" >&2
  exit 1
}

# Removes machines that nobody waits for any more, after a test run that was killed.
sweep() {
  local folder name
  for folder in "$STATE"/machine/*/; do
    name=$(basename "$folder")
    if [ -e "$folder/owner" ] && ! alive "$folder/owner"; then
      M=${folder%/} && machine_remove "$name"
    fi
  done
}

# --- a machine's life -------------------------------------------------------------------------------------

# Options are kept as files in the machine's folder, so that start after stop finds them.
machine_up() { # NAME IMAGE [OPTION…]
  [ ! -e "$M" ] || fail "there already is a machine $1"
  local layers
  layers=$(layers "$2")
  mkdir -p "$M/root"
  echo "$layers" >"$M/layers"
  local name=$1
  shift 2
  while [ $# -gt 0 ]; do
    case $1 in
      --offline) : >"$M/offline" && shift && continue ;;
      --owner) echo "$2 $(birth "$2")" >"$M/owner" ;;
      --port | --memory | --disk | --share) echo "$2" >"$M/${1#--}" ;;
      *) fail "up: what is '$1'?" ;;
    esac
    shift 2
  done
  machine_start "$name" || { machine_remove "$name" && return 1; }
}

# Chained, because set -e means nothing in what an || follows.
machine_start() { # NAME
  ! alive "$M/pid" || fail "$1 is already running"
  { mountpoint -q "$M/root" || mount_disk; } && connect && boot "$1" && settle
}

# The upper layer lies beside the images, or in memory: when the size is limited, and where the state folder is
# itself an overlay (in a container), which cannot carry another one's upper layer.
mount_disk() {
  local upper=$M size=
  [ ! -f "$M/disk" ] || size=$(cat "$M/disk")
  [ "$(stat -f -c %T "$M")" != overlayfs ] || size=${size:-75%}
  if [ -n "$size" ]; then
    upper=$M/memory-disk
    mkdir -p "$upper"
    mountpoint -q "$upper" || mount -t tmpfs -o "size=$size,mode=700" tmpfs "$upper"
  fi
  mkdir -p "$upper/upper" "$upper/work"
  # redirect_dir: without it renaming a folder of a lower layer fails with EXDEV, here and on no real disk.
  mount -t overlay overlay \
    -o "lowerdir=$(cat "$M/layers"),upperdir=$upper/upper,workdir=$upper/work,redirect_dir=on" "$M/root"
}

# The loop is the machine's outer process: with --keep-unit nspawn ends with 133 where it would restart.
boot() { # NAME
  # shellcheck disable=SC2054 # the commas are nspawn's
  local arguments=(-q -D "$M/root" -b -M "$1" --register=no --keep-unit --console=read-only --timezone=off
    "--network-namespace-path=$M/net" --resolv-conf=copy-host
    --system-call-filter=bpf --capability=CAP_BPF,CAP_PERFMON,CAP_NET_ADMIN)
  [ ! -f "$M/share" ] || arguments+=("--bind-ro=$(cat "$M/share")")
  : >>"$M/console"
  (
    ! unified || export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
    cd /
    # shellcheck disable=SC2016 # the inner shell's variables
    exec_in_groups setsid bash -c 'while :; do code=0; systemd-nspawn "$@" || code=$?; [ $code = 133 ] || exit $code; done' \
      machine "${arguments[@]}"
  ) </dev/null >>"$M/console" 2>&1 9>&- &
  echo "$! $(birth $!)" >"$M/pid"
}

# Waits until the machine's own systemd says that it is up, then gives it its limits.
settle() {
  local deadline=$((SECONDS + 120)) pid state
  rm -f "$M/leader"
  while alive "$M/pid" && [ $SECONDS -lt $deadline ]; do
    if pid=$(leader) && state=$(nsenter -t "$pid" -a systemctl is-system-running 2>/dev/null || true); then
      case $state in
        running | degraded)
          echo "$pid $(birth "$pid")" >"$M/leader"
          enforce_limits "$pid"
          show_memory "$pid"
          return 0
          ;;
      esac
    fi
    sleep 0.03
  done
  echo "machine.sh: ${M##*/} did not come up; the end of its console:" >&2
  tail -n 20 "$M/console" >&2
  return 1
}

machine_reboot() { # NAME
  local pid
  pid=$(leader) || fail "$1 is not running"
  nsenter -t "$pid" -a systemctl reboot
  gone "$pid" 90 || fail "$1 did not go down for its reboot"
  settle
}

machine_stop() { # NAME
  local outer
  if outer=$(nspawn); then
    kill -TERM "$outer"
    gone "$(cut -d' ' -f1 "$M/pid")" 90 || machine_kill "$1"
  fi
  clean
}

machine_kill() { # NAME
  local pid
  if pid=$(leader); then
    kill -KILL "$pid"
    gone "$(cut -d' ' -f1 "$M/pid")" 30 || true
  fi
  if alive "$M/pid"; then kill -KILL -- "-$(cut -d' ' -f1 "$M/pid")"; fi
  clean
}

machine_keep() { # NAME IMAGE
  [ ! -f "$M/disk" ] || fail "a machine with its disk in memory cannot be kept"
  local image=$STATE/image/$2
  machine_stop "$1"
  umount "$M/root"
  rm -rf "$image.new" "$image"
  cp "$M/layers" "$image.below"
  if [ -d "$M/upper" ]; then mv "$M/upper" "$image"; else
    cp -a "$M/memory-disk/upper" "$image.new" && mv "$image.new" "$image"
  fi
  machine_remove "$1"
}

machine_remove() { # NAME
  [ -d "$M" ] || return 0
  machine_kill "$1"
  local mounted
  for mounted in "$M/root" "$M/memory-disk"; do
    ! mountpoint -q "$mounted" || umount "$mounted" || umount --lazy "$mounted"
  done
  rm -rf --one-file-system "$M"
}

# After the last process: pasta, the network (pasta holds it open), the groups.
clean() {
  local pid
  if alive "$M/pasta"; then
    pid=$(cut -d' ' -f1 "$M/pasta")
    kill "$pid"
    gone "$pid" 5 || kill -KILL "$pid"
  fi
  ! mountpoint -q "$M/net" || umount "$M/net" || umount --lazy "$M/net"
  rm -f "$M/leader" "$M/pid" "$M/pasta" "$M/net"
  local group
  for group in $(groups); do
    [ ! -d "$group" ] || find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
  done
}

# --- commands in a machine --------------------------------------------------------------------------------

# By systemd-run, because a process that only enters the namespaces stays outside the machine's control groups,
# and logind refuses such a caller. The host's proxy settings go along.
machine_run() { # NAME [-E KEY=VALUE | --OPTION-OF-SYSTEMD-RUN]… CMD…
  local pid variable options=()
  pid=$(leader) || fail "$1 is not running"
  shift
  while [[ ${1:-} == -* ]]; do
    if [ "$1" = -E ]; then options+=(-E "$2") && shift 2; else options+=("$1") && shift; fi
  done
  [ "${options[0]:-}" = --pty ] || options+=(--pipe)
  for variable in {http,https,no}_proxy {HTTP,HTTPS,NO}_PROXY; do
    [ -z "${!variable:-}" ] || options+=(-E "$variable=${!variable}")
  done
  # The machine's systemd would put its own variables in place of ${NAME} and $NAME: every $ is doubled.
  exec nsenter -t "$pid" -a env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin systemd-run --quiet --wait --collect \
    -E HOME=/root -E LANG=C.UTF-8 "${options[@]}" -- "${@//\$/\$\$}"
}

machine_running() { # NAME
  leader >/dev/null
}

machine_shell() { # NAME
  machine_run "$1" --pty -E "TERM=${TERM:-dumb}" bash -l
}

main "$@"
