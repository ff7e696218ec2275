# Installs packages of npm and PyPI where they are wanted, once for each list of them. Source it after env.sh.
# shellcheck shell=bash
# The caller has say() and die().

# npm_packages FOLDER WHY: exactly what a folder's lock file says, again only when that has changed (build-app.sh keeps the same mark).
npm_packages() {
  local folder="$1" why="$2" mark="$1/node_modules/.lock" lock
  [ -f "$folder/package-lock.json" ] || die "$folder/package-lock.json is missing from this checkout"
  lock="$(sha256sum <"$folder/package-lock.json")"
  if [ "$(cat "$mark" 2>/dev/null)" = "$lock" ]; then return 0; fi
  say "installing npm packages in $folder: $why"
  (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error >/dev/null) || die "npm ci failed in $folder; the lines above say why"
  printf '%s' "$lock" >"$mark"
}

# python_at_least MINOR: whether there is a Python 3 of that minor version or newer.
python_at_least() {
  python3 -c "import sys; sys.exit(sys.version_info < (3, $1))" 2>/dev/null
}

# python_environment NAME REQUIREMENTS: an environment in the cache folder, made anew when the file has changed; prints its folder.
python_environment() {
  local name="$1" requirements="$2" folder
  folder="$TIDEMARK_CACHE/$name-$(cksum <"$requirements" | cut -d ' ' -f 1)"
  if [ ! -e "$folder/complete" ]; then
    say "installing what $name needs (PyPI, into $folder); a minute, once" >&2
    rm -rf "$TIDEMARK_CACHE/$name-"*
    mkdir -p "$(dirname "$folder")"
    python3 -m venv "$folder" >&2
    "$folder/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements" >&2 ||
      die "the packages of $requirements could not be installed; the lines above say why"
    : >"$folder/complete"
  fi
  echo "$folder"
}
