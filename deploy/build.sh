#!/bin/sh
# The steps by which the image is built, for the Dockerfile, or for a machine without containers:
#   deploy/build.sh playground     web/dist, with Node
#   deploy/build.sh server FILE    oms for both databases into FILE, with Rust, a C compiler and libpq
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
    # SQLite and all else is in the binary; libpq and what it needs of TLS and Kerberos comes with the system.
    install -D --strip "${CARGO_TARGET_DIR-target}/release/oms" "$2"
    ;;
*)
    sed -n 's/^#   //p' "$0" >&2
    exit 2
    ;;
esac
