#!/bin/sh
# The build steps of the image, for the Dockerfile, or for a machine without containers:
#   deploy/build.sh playground     web/dist, with Node
#   deploy/build.sh server FILE    oms for both databases into FILE, with Rust, a C compiler and libpq;
#                                  its debug symbols go into FILE.debug
set -eu
cd "$(dirname "$0")/.."

case "${1-}" in
playground)
    cd web
    npm ci --loglevel=error --no-audit --no-fund
    npm run build --silent
    ;;
server)
    cargo build --locked --release --features postgres
    # SQLite is part of the binary. libpq, with its TLS and Kerberos libraries, is installed on the system.
    install -D "${CARGO_TARGET_DIR-target}/release/oms" "$2"
    # Debuggers and profilers find the symbols by the link; the server does not need them.
    objcopy --only-keep-debug "$2" "$2.debug"
    objcopy --strip-all --add-gnu-debuglink="$2.debug" "$2"
    size=$(stat -c %s "$2")
    if [ "$size" -gt 25000000 ]; then
        echo "$2 has $size bytes; the limit for a release is 25,000,000" >&2
        exit 1
    fi
    ;;
*)
    sed -n 's/^#   //p' "$0" >&2
    exit 2
    ;;
esac
