# Writes each proxy's configuration, starts it on its core with one worker, and says its version.

import os
import re
import shutil
import subprocess
import time

from envoy_binary import find_envoy
from processes import StartFailed
from upstream import NGINX_HEAD, NGINX_HTTP, free_ports, nginx_user_line

# nginx's own defaults, but for connections kept to the upstream (by itself it keeps none), and
# uploads passed on as they come, as the others do. One endpoint and no split: less to do.
NGINX = NGINX_HEAD + """
http {{
""" + NGINX_HTTP + """
    upstream models {{
        server 127.0.0.1:{first};
        keepalive 256;
        keepalive_requests 1000000000;
    }}
    server {{
        listen 127.0.0.1:{port} ssl http2 backlog=4096;
        ssl_certificate {chain};
        ssl_certificate_key {key};
        ssl_protocols TLSv1.3;
        client_max_body_size 64m;
        location / {{ {pass_on} }}
    }}
}}
"""
NGINX_HTTP1 = """
            proxy_pass http://models;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_request_buffering off;"""
# It would hold events back until they fill a buffer.
NGINX_STREAMS = NGINX_HTTP1 + " proxy_buffering off;"
NGINX_GRPC = "grpc_pass grpc://models;"

# HAProxy's own defaults, one thread; any client may use any connection to the upstream.
HAPROXY = """
global
    nbthread 1
    # Two descriptors for each connection are not needed here: idle ones hold only one.
    no strict-limits
    maxconn {connections}
    ssl-default-bind-options ssl-min-ver TLSv1.3
defaults
    mode http
    http-reuse always
    timeout connect 5s
    timeout client 300s
    timeout server 300s
    timeout http-request 10s
    timeout http-keep-alive 300s
frontend bench
    bind 127.0.0.1:{port} ssl crt {combined} alpn h2,http/1.1 backlog 4096
    default_backend models
backend models
    server v1 127.0.0.1:{first}{protocol}
"""

# Envoy's own defaults, its request id included; --concurrency 1 makes it one worker.
ENVOY = """
static_resources:
  listeners:
  - name: bench
    address: {{socket_address: {{address: 127.0.0.1, port_value: {port}}}}}
    filter_chains:
    - transport_socket:
        name: envoy.transport_sockets.tls
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.\
DownstreamTlsContext
          common_tls_context:
            tls_params: {{tls_minimum_protocol_version: TLSv1_3, \
tls_maximum_protocol_version: TLSv1_3}}
            alpn_protocols: [h2, http/1.1]
            tls_certificates:
            - certificate_chain: {{filename: "{chain}"}}
              private_key: {{filename: "{key}"}}
      filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.\
http_connection_manager.v3.HttpConnectionManager
          stat_prefix: bench
          codec_type: AUTO
          route_config:
            virtual_hosts:
            - name: bench
              domains: ["*"]
              routes:
              - match: {{prefix: "/"}}
                route: {{cluster: models{route_options}}}
          http_filters:
          - name: envoy.filters.http.router
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
  clusters:
  - name: models
    type: STATIC
    connect_timeout: 5s
    load_assignment:
      cluster_name: models
      endpoints:
      - lb_endpoints:
        - endpoint:
            address: {{socket_address: {{address: 127.0.0.1, port_value: {first}}}}}
{cluster_options}"""
ENVOY_HTTP2 = """
    typed_extension_protocol_options:
      envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
        "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
        explicit_http_config: {http2_protocol_options: {}}
"""
# Its circuit breaker allows 1,024 requests at a time, and each may take 15 seconds.
ENVOY_STREAMS = """
    circuit_breakers:
      thresholds:
      - {max_connections: 20000, max_pending_requests: 20000, max_requests: 20000}
"""
ENVOY_STREAMS_ROUTE = ", timeout: 0s"

# All that the issue asks to be on: a 95/5 split and a sticky key; the request id and the
# histograms of each version are always on. The limits are lifted as the others' are.
SLUICE_GATEWAY = """limits:
  connections: {connections}
  connections_per_address: 20000
  client_requests: 1000000000
  upstream_requests: 1000000000
  upstream_connections: 20000
"""
SLUICE_ROUTE = """route: bench
match: {{path: /**}}
versions:
  v1: {{endpoints: [http://127.0.0.1:{first}]{protocol}}}
  v2: {{endpoints: [http://127.0.0.1:{second}]{protocol}}}
sticky: [{{header: x-user-id}}]
split: {{v1: 95%, v2: 5%}}
"""


class Proxy:
    """One proxy of the comparison: `unavailable` says why it cannot take part, or is None."""

    name = ""
    title = ""

    def __init__(self, bench, binary, unavailable=None):
        self._bench = bench
        self._binary = binary
        self.unavailable = unavailable or (None if binary else f"{self.name} is not installed")
        self.folder = os.path.join(bench.folder, self.name)
        os.makedirs(self.folder, exist_ok=True)
        self._log = os.path.join(self.folder, "log")
        self.process = None
        self.port = None
        self._upstream = bench.upstream

    def start(self, upstream=None):
        """A fresh process on a fresh port, answering for an upstream; it is ended with `stop`."""
        self._upstream = upstream or self._bench.upstream
        self.port, admin = free_ports(2)
        command = self._configure(admin)
        self.process = self._bench.fleet.start(
            self._bench.proxy_core, command, self._log, self.folder)
        deadline = time.monotonic() + 15
        while True:
            try:
                return self._upstream.probe(self.port)
            except OSError as error:
                problem = str(error) or type(error).__name__
            if self.process.poll() is not None:
                raise StartFailed(f"{self.title} ended at once: {self._last_log_line()}")
            if time.monotonic() > deadline:
                raise StartFailed(f"{self.title} did not get ready: {problem}")
            time.sleep(0.02)

    def stop(self):
        if self.process:
            self._bench.fleet.stop(self.process)
            self.process = None

    def url(self, path):
        return f"https://127.0.0.1:{self.port}{path}"

    def _write(self, name, text, **values):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text.format(
                port=self.port, folder=self.folder, first=self._upstream.first,
                second=self._upstream.second, chain=self._bench.certificate.chain,
                key=self._bench.certificate.key, combined=self._bench.certificate.combined,
                descriptors=self._bench.descriptors, **values))
        return path

    def _last_log_line(self):
        with open(self._log, errors="replace") as file:
            return (file.read().strip().splitlines() or ["it said nothing"])[-1][:200]

    def _said(self, *arguments):
        result = subprocess.run(
            [self._binary, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=20)
        return result.stdout

    def version(self):
        found = re.search(r"\d+\.\d+[\w.+~-]*", self._said(self.version_flag))
        return found.group(0) if found else "unknown"


class Nginx(Proxy):
    name, title, version_flag = "nginx", "nginx", "-v"

    def __init__(self, bench):
        super().__init__(bench, shutil.which("nginx"))

    def _configure(self, admin):
        pass_on = (NGINX_GRPC if self._upstream.http2 else
                   NGINX_STREAMS if self._upstream.streams else NGINX_HTTP1)
        path = self._write("nginx.conf", NGINX, user=nginx_user_line(), pass_on=pass_on)
        return [self._binary, "-c", path, "-p", self.folder]


class HAProxy(Proxy):
    name, title, version_flag = "haproxy", "HAProxy", "-v"

    def __init__(self, bench):
        super().__init__(bench, shutil.which("haproxy"))

    def _configure(self, admin):
        path = self._write("haproxy.cfg", HAPROXY, connections=self._bench.connections,
                           protocol=" proto h2" if self._upstream.http2 else "")
        return [self._binary, "-db", "-f", path]


class Envoy(Proxy):
    name, title, version_flag = "envoy", "Envoy", "--version"

    def __init__(self, bench):
        binary, unavailable = find_envoy(bench.cache_folder)
        super().__init__(bench, binary, unavailable)

    def _configure(self, admin):
        streams = self._upstream.streams
        path = self._write(
            "envoy.yaml", ENVOY, route_options=ENVOY_STREAMS_ROUTE if streams else "",
            cluster_options=(ENVOY_HTTP2 if self._upstream.http2 else
                             ENVOY_STREAMS if streams else ""))
        return [self._binary, "-c", path, "--concurrency", 1, "--disable-hot-restart",
                "--log-level", "error"]

    def version(self):
        found = re.search(r"/(\d+\.\d+\.\d+[^/]*)/", self._said("--version"))
        return found.group(1) if found else "unknown"


class Sluice(Proxy):
    name, title, version_flag = "sluice", "Sluice", "--version"

    def __init__(self, bench):
        binary = os.path.join(bench.repository, ".build", "release", "sluice")
        missing = None if os.path.exists(binary) else "not built: swift build -c release"
        super().__init__(bench, binary, missing)

    def _configure(self, admin):
        self._write("Routes/gateway.yaml", SLUICE_GATEWAY, connections=self._bench.connections)
        self._write("Routes/bench.yaml", SLUICE_ROUTE,
                    protocol=", protocol: http2" if self._upstream.http2 else "")
        state = os.path.join(self.folder, f"state-{self.port}")
        return [self._binary, "run", "--routes", os.path.join(self.folder, "Routes"),
                "--certs", self._bench.certificate.folder, "--state", state,
                "--listen", f"127.0.0.1:{self.port}", "--admin", f"127.0.0.1:{admin}",
                "--workers", 1]

    def start(self, upstream=None):
        headers = super().start(upstream)
        for needed in ("x-request-id", "x-sluice-version"):
            if needed not in headers:
                raise StartFailed(f"Sluice's answer lacks {needed}: it does less than it must")
        return headers

    def version(self):
        found = re.search(r"\d+\.\d+[\w.+~-]*", self._said("--version"))
        described = subprocess.run(
            ["git", "-C", self._bench.repository, "describe", "--always", "--dirty"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        commit = described.stdout.strip() or "no commit"
        return f"{found.group(0) if found else 'unversioned'} ({commit})"


ALL = {each.name: each for each in (Sluice, Nginx, HAProxy, Envoy)}
