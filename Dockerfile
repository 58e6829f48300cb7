# syntax=docker/dockerfile:1
# The image of `jobcast serve`. PostgreSQL is not in it: point DATABASE_URL at one, or use docker-compose.yml.

FROM swift:6.3-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends libcurl4-openssl-dev libexpat1-dev libpq-dev libqrencode-dev libzip-dev \
    pkg-config zlib1g-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# Fetched again only when the dependencies change.
COPY Package.swift ./
RUN swift package resolve
COPY schema schema
COPY Sources Sources
COPY Tests Tests
COPY Benchmarks Benchmarks
COPY seeds seeds
RUN swift build -c release --product jobcast --static-swift-stdlib --explicit-target-dependency-import-check error \
    && mkdir /jobcast \
    && cp .build/release/jobcast /jobcast/ \
    && cp -R .build/release/*.resources /jobcast/ \
    && cp -R seeds /jobcast/ \
    && strip /jobcast/jobcast

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends libcurl4 libexpat1 libpq5 libqrencode4 libzip4 zlib1g ca-certificates tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin jobcast
COPY --from=build /jobcast /opt/jobcast
ENV PATH=/opt/jobcast:$PATH
WORKDIR /opt/jobcast
USER jobcast
EXPOSE 8080
# bash speaks HTTP well enough for this, so that the image needs no client.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3 && head -1 <&3 | grep -q ' 200 '"]
ENTRYPOINT ["jobcast"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8080"]
