# Build: docker build -t mockserver .
# Run:   docker run --rm -p 127.0.0.1:4011:4011 mockserver
#        docker run --rm -p 127.0.0.1:4011:4011 -e MOCKSERVER_SCENARIO=busy mockserver
#        docker run --rm -p 127.0.0.1:4011:4011 mockserver serve --scenario busy
# Every option of `serve` has a variable. For another port, publish it: -p 127.0.0.1:5000:4011

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
# From outside a container its loopback cannot be reached; so the admin API asks for the token that
# the start prints.
ENV MOCKSERVER_HOST=0.0.0.0 MOCKSERVER_PORT=4011
EXPOSE 4011
STOPSIGNAL SIGTERM
# No shell and no further program: what runs is what was built above. Kubernetes sets MOCKSERVER_PORT
# to no number for a service of that name, and the server does not take it.
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["/opt/mockserver/bin/python", "-c", "import http.client as h, os; p = os.environ['MOCKSERVER_PORT']; c = h.HTTPConnection('127.0.0.1', int(p) if p.isdigit() else 4011, timeout=2); c.request('GET', '/healthz'); raise SystemExit(c.getresponse().status != 200)"]
ENTRYPOINT ["/opt/mockserver/bin/mockserver"]
CMD ["serve"]
