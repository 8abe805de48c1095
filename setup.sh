# shellcheck shell=sh
# What ./run and ./check share: finds what is missing and installs it, then builds.
# Sourced by both; POSIX sh. Quiet and quick when nothing is missing.

# shellcheck disable=SC2034 # used where this is sourced
packages="gcc libc6-dev meson ninja-build pkg-config zlib1g-dev libxxhash-dev libjansson-dev
libcurl4-openssl-dev libssl-dev libzip-dev libleptonica-dev libpng-dev
libjpeg62-turbo-dev libopenblas-dev liblapacke-dev libcairo2-dev libpango1.0-dev
fonts-dejavu-core libchafa-dev libsqlite3-dev libmicrohttpd-dev ca-certificates"

say() {
    printf '%s\n' "$*" >&2
}

# Prints those of its arguments that dpkg does not have installed.
missing_packages() {
    for package in "$@"; do
        state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || state=
        [ "$state" = installed ] || printf '%s ' "$package"
    done
}

# Installs packages as root or by sudo, else says what to install and stops.
need_packages() {
    missing=$(missing_packages "$@")
    [ -z "$missing" ] && return 0
    if [ "$(id -u)" = 0 ]; then
        as_root=
    elif sudo -n true 2>/dev/null; then
        as_root="sudo -n"
    else
        say "These packages are missing; install them and run this again:"
        say "    sudo apt-get install $missing"
        exit 1
    fi
    say "Installing: $missing"
    log=$(mktemp)
    # shellcheck disable=SC2086
    if ! { $as_root apt-get update -qq &&
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
            --no-install-recommends $missing; } >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        say "apt-get could not install: $missing"
        exit 1
    fi
    rm -f "$log"
}

# configure FOLDER [MESON OPTION...]: once; silent unless it fails.
configure() {
    folder=$1
    shift
    mkdir -p "$folder"
    log=$folder/build.log
    [ ! -f "$folder/build.ninja" ] || return 0
    say "Configuring $folder"
    if ! meson setup "$folder" "$@" >"$log" 2>&1; then
        tail -n 30 "$log" >&2
        exit 1
    fi
}

# build FOLDER [MESON OPTION...]: configures once, then builds all, or $targets; silent unless
# it fails.
build() {
    configure "$@"
    folder=$1
    log=$folder/build.log
    # shellcheck disable=SC2086 # several names
    if ! ninja -C "$folder" ${targets:-} >"$log" 2>&1; then
        tail -n 60 "$log" >&2
        exit 1
    fi
}
