# shellcheck shell=bash
# Sourced by machine.sh: what a machine has for itself. Processes that are known for good, its network, its control
# groups with their limits.

CGROUPS=/sys/fs/cgroup

# When a process began, in ticks since the host's start: with its number it names a process for good.
birth() { # PID
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  read -ra stat <<<"${stat##*) }"
  [ "${stat[0]}" != Z ] && echo "${stat[19]}"
}

alive() { # FILE
  local pid start
  [ -f "$1" ] && read -r pid start <"$1" && [ "$(birth "$pid" || true)" = "${start:-none}" ]
}

gone() { # PID SECONDS
  local deadline=$((SECONDS + $2))
  while birth "$1" >/dev/null; do
    [ $SECONDS -lt $deadline ] || return 1
    sleep 0.02
  done
}

children() { # PID
  local children=()
  { read -ra children <"/proc/$1/task/$1/children"; } 2>/dev/null || true
  [ ${#children[@]} -gt 0 ] && echo "${children[@]}"
}

# The nspawn below the machine's outer loop.
nspawn() {
  local found
  alive "$M/pid" && found=$(children "$(cut -d' ' -f1 "$M/pid")") && echo "${found%% *}"
}

# The machine's own process 1, by its number here. It changes at every boot, so it is looked up.
leader() {
  local outer pid
  outer=$(nspawn) || return 1
  for pid in $(children "$outer"); do
    if [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = systemd ]; then echo "$pid" && return 0; fi
  done
  return 1
}

# An own network: nothing of the host's loopback is seen, outside works, one port leads to the machine's port 80.
connect() {
  local forward=none
  : >"$M/net"
  unshare --net="$M/net" true || return 1
  [ ! -e "$M/offline" ] || return 0
  [ ! -f "$M/port" ] || forward=127.0.0.1/$(cat "$M/port"):80
  # pasta goes into the background when all is set up; it ends by itself when its namespace goes.
  pasta --runas 0 --config-net --netns "$M/net" --no-map-gw -t "$forward" -u none -T none -U none \
    --pid "$M/pasta" --quiet >"$M/pasta.log" 2>&1 || { cat "$M/pasta.log" >&2 && return 1; }
  local pid
  pid=$(cat "$M/pasta") && echo "$pid $(birth "$pid")" >"$M/pasta"
}

hierarchies() {
  if [ -f "$CGROUPS/cgroup.controllers" ]; then echo "$CGROUPS" && return; fi
  local folder
  for folder in "$CGROUPS"/*; do
    if [ ! -L "$folder" ] && [ -f "$folder/cgroup.procs" ]; then echo "$folder"; fi
  done
}

# Two state folders may hold machines of one name, so the group's name tells them apart.
groups() {
  local folder
  for folder in $(hierarchies); do echo "$folder/tljh-${M##*/}-$(echo "$STATE" | cksum | cut -d' ' -f1)"; done
}

# Machines started from one group would share one payload group, and two systemds would manage one tree: each
# machine gets its own group in every hierarchy. On a host with version 2 alone and systemd, a scope does that.
exec_in_groups() { # COMMAND…
  local group key memory=
  [ ! -f "$M/memory" ] || memory=$(cat "$M/memory")
  if [ -f "$CGROUPS/cgroup.controllers" ] && [ "$(cat /proc/1/comm)" = systemd ]; then
    exec systemd-run --scope --quiet --collect -p Delegate=yes ${memory:+-p "MemoryMax=$memory"} "$@"
  fi
  for group in $(groups); do
    mkdir -p "$group"
    # cpuset takes no process before these two are filled.
    for key in cpuset.cpus cpuset.mems; do
      [ ! -f "$group/$key" ] || cat "$(dirname "$group")/$key" >"$group/$key"
    done
    [ -z "$memory" ] || limit_memory "$group" "$memory"
    echo "$BASHPID" >"$group/cgroup.procs"
  done
  exec "$@"
}

limit_memory() { # GROUP BYTES
  local file
  for file in memory.limit_in_bytes memory.memsw.limit_in_bytes memory.max; do
    [ ! -f "$1/$file" ] || echo "$2" >"$1/$file"
  done
}

# systemd 258 and newer boots on the version 2 tree only.
unified() {
  local library
  for library in "$M"/root/usr/lib/systemd/libsystemd-shared-*.so "$M"/root/usr/lib/*/systemd/libsystemd-shared-*.so; do
    library=${library##*shared-}
    [ "${library%%[!0-9]*}" -lt 258 ] || return 0
  done
  return 1
}

# nspawn mounts the version 1 controllers read-only: limits would be recorded, shown, and not enforced. Mounted
# again in the machine's own namespaces they are writable; a plain remount is refused. Every boot needs it anew.
enforce_limits() { # LEADER
  [ ! -f "$CGROUPS/cgroup.controllers" ] && ! unified || return 0
  # shellcheck disable=SC2016 # the inner shell's variables
  nsenter -t "$1" -m -C sh -c 'mount -o remount,rw /sys/fs/cgroup
    for c in devices memory pids cpu cpuacct blkio; do
      [ ! -d /sys/fs/cgroup/$c ] || { umount /sys/fs/cgroup/$c && mount -t cgroup -o $c cgroup /sys/fs/cgroup/$c; }
    done'
  nsenter -t "$1" -a systemctl daemon-reexec
}

# /proc/meminfo tells of the host. A machine with a limit gets a copy with its own total, as a small server would.
show_memory() { # LEADER
  [ -f "$M/memory" ] || return 0
  awk -v kb=$(($(cat "$M/memory") / 1024)) '
    /^(MemTotal|MemFree|MemAvailable):/ { if ($2 > kb) $2 = ($1 == "MemTotal:") ? kb : int(kb * 0.85) }
    /^Swap(Total|Free):/ { $2 = 0 }
    { printf "%-16s%8d%s\n", $1, $2, (NF > 2 ? " kB" : "") }' /proc/meminfo >"$M/root/run-meminfo"
  nsenter -t "$1" -m mount --bind /run-meminfo /proc/meminfo
}
