# A small image that runs as nobody in particular. Its data are in /data; give it a volume there, or DATABASE_URL.
FROM rust:1-slim-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN cargo build --release --locked && cp target/release/countersign /countersign

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --home-dir /data --create-home countersign
COPY --from=build /countersign /usr/local/bin/countersign
USER 10001
WORKDIR /data
ENV LISTEN_ADDR=0.0.0.0:8080
EXPOSE 8080
VOLUME /data
# bash opens the connection itself, so that the image needs no client; at the port of LISTEN_ADDR.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${LISTEN_ADDR##*:} && printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["countersign"]
CMD ["serve"]
