# The model service of a run: one nginx that stands for both versions, and the shared certificate.

import grp
import os
import pwd
import shutil
import socket
import subprocess

from tls_client import fetch

# 115 bytes, the size of a small model's answer.
SMALL_JSON = (
    '{"model":"sentiment","version":"v1","label":"positive","score":0.98231,'
    '"tokens":17,"latency_ms":4,"request":"done"}')
LARGE_BYTES = 1024 * 1024
UPLOAD_BYTES = 10 * 1024 * 1024

# What both nginx of a run, this upstream and the proxy, say alike.
NGINX_HEAD = """
{user}
daemon off;
worker_processes 1;
worker_rlimit_nofile {descriptors};
pid {folder}/nginx.pid;
error_log {folder}/error.log error;
events {{ worker_connections 24000; }}
"""
NGINX_HTTP = """
    access_log off;
    keepalive_requests 1000000000;
    keepalive_timeout 300s;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
"""

# /upload holds the whole body in memory before it asks the sink, and so before it answers:
# a server that answers early would let a proxy off the rest of the body.
UPSTREAM = NGINX_HEAD + """
http {{
""" + NGINX_HTTP + """
    default_type application/json;
    sendfile on;
    tcp_nopush on;
    upstream sink {{
        server 127.0.0.1:{sink};
        keepalive 64;
        keepalive_requests 1000000000;
    }}
    server {{
        listen 127.0.0.1:{first} backlog=4096;
        listen 127.0.0.1:{second} backlog=4096;
        location = /small {{ return 200 '{small}'; }}
        location /v1/ {{ return 200 '{small}'; }}
        location = /large {{ alias {folder}/large.bin; }}
        location = /upload {{
            client_max_body_size 64m;
            client_body_buffer_size 11m;
            proxy_request_buffering on;
            proxy_pass_request_body off;
            proxy_set_header Content-Length "";
            proxy_set_header Connection "";
            proxy_http_version 1.1;
            proxy_pass http://sink;
        }}
    }}
    server {{
        listen 127.0.0.1:{sink};
        location / {{ return 200 '{{"received":true}}'; }}
    }}
}}
"""


def nginx_user_line():
    # Started by root, nginx would run its worker as a user who may not read this folder.
    if os.geteuid() != 0:
        return ""
    user = pwd.getpwuid(os.geteuid())
    return f"user {user.pw_name} {grp.getgrgid(user.pw_gid).gr_name};"


def free_ports(count):
    """Ports nobody listens on now, all different."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def probe_small(port):
    """Asks through a proxy once; returns the answer's fields if it is the small one."""
    status, headers, body = fetch(port, "/small")
    if status != 200 or len(body) != len(SMALL_JSON):
        raise OSError(f"answered {status} with {len(body)} bytes")
    return headers


class Upstream:
    """The HTTP/1.1 service of most cases."""

    # What proxies must be told about it: whether to speak HTTP/2, and whether answers last.
    http2, streams = False, False

    def __init__(self, folder, descriptors):
        self.folder = os.path.join(folder, "upstream")
        os.makedirs(self.folder)
        self.first, self.second, self._sink = free_ports(3)
        with open(os.path.join(self.folder, "large.bin"), "wb") as file:
            file.write(os.urandom(LARGE_BYTES))
        self._configuration = os.path.join(self.folder, "nginx.conf")
        with open(self._configuration, "w") as file:
            file.write(UPSTREAM.format(
                user=nginx_user_line(), descriptors=descriptors, folder=self.folder,
                first=self.first, second=self.second, sink=self._sink, small=SMALL_JSON))

    def start(self, fleet, core):
        command = [shutil.which("nginx"), "-c", self._configuration, "-p", self.folder]
        return fleet.start(core, command, os.path.join(self.folder, "log"), self.folder)

    def probe(self, port):
        return probe_small(port)


class Certificate:
    """One self-signed ECDSA P-256 certificate for `localhost`, in the forms the proxies read."""

    def __init__(self, folder):
        self.folder = os.path.join(folder, "Certs")
        os.makedirs(self.folder)
        self.chain = os.path.join(self.folder, "bench.pem")
        self.key = os.path.join(self.folder, "bench.key")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
             "-keyout", self.key, "-out", self.chain],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # HAProxy wants chain and key in one file; kept out of the folder Sluice reads.
        self.combined = os.path.join(folder, "haproxy.pem")
        with open(self.combined, "w") as combined:
            for path in (self.chain, self.key):
                with open(path) as part:
                    combined.write(part.read())
