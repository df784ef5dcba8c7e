"""Runs a small Django project with django-prometheus, sends it the requests of requests.json, and writes what it exposes.

Usage: PYTHONPATH=<a checkout of django-prometheus> /usr/bin/python3 capture.py. It writes exposition.txt beside itself.
On Debian 12, python3-django and python3-prometheus-client are enough besides the checkout. Debian's own
python3-django-prometheus is 2.2.0, which has other buckets for django_db_query_duration_seconds.
The tests do not run it; they read what it has written.
"""

import http.client
import json
import tempfile
import threading
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from prometheus_client import REGISTRY, generate_latest

HERE = Path(__file__).parent


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass


def configure(folder):
    settings.configure(
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="kennel.views",
        SECRET_KEY="only for this script",
        INSTALLED_APPS=["django_prometheus", "kennel"],
        DATABASES={
            "default": {"ENGINE": "django_prometheus.db.backends.sqlite3", "NAME": folder + "/kennel.sqlite3"}
        },
        CACHES={"default": {"BACKEND": "django_prometheus.cache.backends.locmem.LocMemCache"}},
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", {"page": "<p>page</p>"})]},
            }
        ],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        MIDDLEWARE=[
            "django_prometheus.middleware.PrometheusBeforeMiddleware",
            "django_prometheus.middleware.PrometheusAfterMiddleware",
        ],
        LOGGING_CONFIG=None,
    )
    django.setup()


def send(port, request):
    client = http.client.HTTPConnection("127.0.0.1", port)
    client.request(request["method"], request["path"], request.get("body"), request.get("headers", {}))
    client.getresponse().read()
    client.close()


def main(folder):
    configure(folder)
    call_command("migrate", "kennel", "one", verbosity=0)
    # What the application does at its start, with its migrations applied.
    from django_prometheus.migrations import ExportMigrations

    ExportMigrations()
    server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for request in json.loads((HERE / "requests.json").read_text()):
        send(server.server_port, request)
    server.shutdown()
    (HERE / "exposition.txt").write_bytes(generate_latest(REGISTRY))


with tempfile.TemporaryDirectory() as temporary:
    main(temporary)
