# syntax=docker/dockerfile:1
# oms for both databases, run by an unprivileged user, with libpq from Debian.

FROM node:22-bookworm-slim AS playground
WORKDIR /src
COPY deploy/build.sh deploy/
COPY web web
ENV npm_config_cache=/var/cache/npm
RUN --mount=type=cache,target=/var/cache/npm deploy/build.sh playground

FROM rust:1.95-slim-bookworm AS server
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpq-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
COPY --from=playground /src/web/dist web/dist
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    deploy/build.sh server /out/oms

# The debug symbols of the binary: docker build --target symbols --output DIR .
FROM scratch AS symbols
COPY --from=server /out/oms.debug /

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpq5 ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --create-home --home-dir /data oms
COPY --from=server /out/oms /usr/local/bin/
COPY deploy/healthy.sh /usr/local/bin/
USER oms
WORKDIR /data
# Without DATABASE_URL, the database is /data/oms.db.
VOLUME /data
ENV OMS_HOST=0.0.0.0 OMS_PORT=8001
EXPOSE 8001
HEALTHCHECK --interval=5s --timeout=4s --start-period=30s CMD ["healthy.sh"]
ENTRYPOINT ["oms"]
CMD ["serve"]
