"""Reads expositions with the strict parsers of prometheus_client: one JSON request per line in, one JSON answer out."""

import json
import sys

from prometheus_client import parser as text
from prometheus_client.openmetrics import parser as openmetrics

PARSERS = {
    "text": text.text_string_to_metric_families,
    "openmetrics": openmetrics.text_string_to_metric_families,
}


def read(exposition, fmt):
    # Python takes lone surrogates in a string; UTF-8 does not.
    exposition.encode("utf-8")
    return [
        {
            "name": family.name,
            "type": family.type,
            "help": family.documentation,
            "unit": family.unit,
            # JSON knows neither NaN nor infinity: numbers travel as text.
            "samples": [{"name": s.name, "labels": s.labels, "value": repr(float(s.value))} for s in family.samples],
        }
        for family in PARSERS[fmt](exposition)
    ]


def answer(request):
    try:
        return {"id": request["id"], "families": read(request["exposition"], request["format"])}
    except Exception as error:  # Whatever the parser throws is its answer.
        return {"id": request["id"], "fault": f"{type(error).__name__}: {error}"}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
