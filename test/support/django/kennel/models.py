from django.db import models
from django_prometheus.models import ExportModelOperationsMixin


class Dog(ExportModelOperationsMixin("dog"), models.Model):
    name = models.CharField(max_length=100, unique=True)
    age = models.IntegerField(default=0)
