# Build: docker build -t mockserver .
# Run:   docker run --rm -p 127.0.0.1:4011:4011 mockserver

FROM python:3.13-slim AS build
WORKDIR /source
COPY pyproject.toml constraints.txt README.md openapi.yaml ./
COPY fixtures/scenarios fixtures/scenarios
COPY mockserver mockserver
RUN python -m venv /opt/mockserver \
    && /opt/mockserver/bin/pip install --no-cache-dir --constraint constraints.txt .

FROM python:3.13-slim
COPY --from=build /opt/mockserver /opt/mockserver
USER 10001:10001
EXPOSE 4011
STOPSIGNAL SIGTERM
# No shell and no further program: what runs is what was built above.
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["/opt/mockserver/bin/python", "-c", "import http.client as h; c = h.HTTPConnection('127.0.0.1', 4011, timeout=2); c.request('GET', '/healthz'); raise SystemExit(c.getresponse().status != 200)"]
ENTRYPOINT ["/opt/mockserver/bin/mockserver"]
# From outside a container its loopback cannot be reached; the admin API then asks for a token.
CMD ["serve", "--host", "0.0.0.0", "--port", "4011", "--admin", "token"]
