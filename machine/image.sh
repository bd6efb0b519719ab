# shellcheck shell=bash
# Sourced by machine.sh: what the host needs to run machines, and the images that they start from.

HOST_PACKAGES=(mmdebstrap systemd-container passt)
# What a provider's image brings: no Python, no Node. polkitd and dbus-user-session give attackers more to try.
# libnss-myhostname: without it sudo complains about the host name.
BARE_PACKAGES=(systemd systemd-sysv dbus dbus-user-session libpam-systemd polkitd sudo ca-certificates curl
  iproute2 procps libnss-myhostname libseccomp2 cron)

need() {
  local package missing=()
  for package in "${HOST_PACKAGES[@]}"; do
    dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  apt-get -q update >&2
  DEBIAN_FRONTEND=noninteractive apt-get -qy install --no-install-recommends "${missing[@]}" >&2
}

# Says in one sentence what stands in the way, and tries the two rights that a container often lacks.
can() {
  [ "$(uname -s)" = Linux ] || fail "machines need Linux, this is $(uname -s)"
  [ "$(id -u)" = 0 ] || fail "machines need root"
  local tool
  for tool in mmdebstrap systemd-nspawn pasta nsenter unshare; do
    command -v "$tool" >/dev/null || fail "$tool is missing, and 'machine.sh need' as root could not install it"
  done
  unshare --mount --net --pid --fork true 2>/dev/null || fail "this process may not make namespaces (unshare)"
  unshare --mount mount -t tmpfs tmpfs "$STATE" 2>/dev/null || fail "this process may not mount file systems"
  [ -c /dev/net/tun ] || fail "/dev/net/tun is missing, so a machine would have no network"
  local group
  for group in $(hierarchies); do
    [ -w "$group" ] || fail "$group is read-only, so systemd cannot run in a machine"
  done
}

# The name holds a hash of all that goes in: packages, this machine's extra certificates, the clients' settings.
bake() { # SUITE [PACKAGE…]
  local suite=$1 image
  shift
  local packages=("${BARE_PACKAGES[@]}" "$@")
  image=bare-$suite-$(
    { declare -f bake_into settings && echo "${packages[*]}" && settings | xargs -d '\n' cat; } | sha256sum | cut -c1-12
  )
  mkdir -p "$STATE/image"
  # One bakes, others wait for it; the descriptor closes with the subshell.
  (
    flock 9
    [ -d "$STATE/image/$image" ] || bake_into "$suite" "$STATE/image/$image" "${packages[@]}"
  ) 9>"$STATE/image/$image.lock" >&2
  echo "$image"
}

# The host's files that a machine takes over: certificates of a network that rewrites TLS, and what tells the
# package clients where their registries are.
settings() {
  local file
  for file in /usr/local/share/ca-certificates/*.crt /etc/pip.conf ~/.config/pip/pip.conf ~/.npmrc; do
    [ ! -f "$file" ] || echo "$file"
  done
}

bake_into() { # SUITE FOLDER PACKAGE…
  local suite=$1 folder=$2 file options=() components=main
  shift 2
  rm -rf "$folder.new"
  # Ubuntu keeps python3-venv outside main.
  [ -e "/usr/share/debootstrap/scripts/$suite" ] || [ ! -e /usr/share/keyrings/ubuntu-archive-keyring.gpg ] ||
    components=main,universe
  # The host's proxy for apt, if it has one.
  while read -r file; do options+=("--aptopt=$file"); done < <(apt-config dump | grep -i '^Acquire::https\?::Proxy ')
  # An empty machine-id and no hostname: every clone makes its own.
  # shellcheck disable=SC2016 # $1 is the hook's
  mmdebstrap --quiet --variant=minbase --components="$components" --include="$(IFS=, && echo "$*")" "${options[@]}" \
    --customize-hook='rm -f "$1/etc/hostname" && : >"$1/etc/machine-id"' "$suite" "$folder.new"
  while read -r file; do
    install -D -m "$(stat -c %a "$file")" "$file" "$folder.new$file"
  done < <(settings)
  chroot "$folder.new" update-ca-certificates >/dev/null 2>&1
  mv "$folder.new" "$folder"
}

forget() { # IMAGE
  ! grep -qs "/$1\(:\|$\)" "$STATE"/machine/*/layers || fail "a machine still stands on the image $1"
  rm -rf "${STATE:?}/image/${1:?}" "$STATE/image/$1".{below,password,lock}
}

# The folders of an image and of the layers below it, top first.
layers() { # IMAGE[:BELOW…]
  local image folder folders=()
  for image in ${1//:/ }; do
    folder=$STATE/image/$image
    [ -d "$folder" ] || fail "there is no image $image"
    folders+=("$folder")
    [ ! -f "$folder.below" ] || folders+=("$(cat "$folder.below")")
  done
  (IFS=: && echo "${folders[*]}")
}
