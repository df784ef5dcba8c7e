import json

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import path

from .models import Dog


class Error(Exception):
    """Named as JavaScript's own, so that the label is the same."""


class ForbiddenException(PermissionDenied):
    """Named as Nest's."""


def list_dogs(request):
    return JsonResponse(list(Dog.objects.values_list("name", flat=True)), safe=False)


def add_dog(request):
    try:
        Dog(name=json.loads(request.body)["name"]).save(force_insert=True)
    except IntegrityError:
        return JsonResponse({"message": "taken"}, status=409)
    return JsonResponse({}, status=201)


def add_litter(request):
    names = [(name,) for name in json.loads(request.body)]
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO kennel_dog (name, age) VALUES (%s, 0)", names)
    return JsonResponse({}, status=201)


def change_dog(request, name):
    dog = Dog.objects.get(name=name)
    dog.age = json.loads(request.body)["age"]
    dog.save(force_update=True)
    return JsonResponse({})


def remove_dog(request, name):
    Dog.objects.get(name=name).delete()
    return JsonResponse({})


def broken(request):
    raise Error("broken")


def secret(request):
    raise ForbiddenException


def stream(request):
    return StreamingHttpResponse(iter(["one", "two"]), content_type="text/plain; charset=utf-8")


def page(request):
    return TemplateResponse(request, "page", {})


def latin(request):
    return HttpResponse("Grüße", content_type="text/plain; charset=iso-8859-1")


def cached(request):
    if cache.get("answer") is None:
        cache.set("answer", 42)
    return JsonResponse({})


def named(url, view, name):
    """With the name that the view has in Nest."""
    return path(url, view, name="KennelController." + name)


urlpatterns = [
    named("dogs", list_dogs, "listDogs"),
    named("dogs/add", add_dog, "addDog"),
    named("dogs/litter", add_litter, "addLitter"),
    named("dogs/<str:name>/change", change_dog, "changeDog"),
    named("dogs/<str:name>/remove", remove_dog, "removeDog"),
    named("broken", broken, "broken"),
    named("secret", secret, "secret"),
    named("stream", stream, "stream"),
    named("page", page, "page"),
    named("latin", latin, "latin"),
    named("cached", cached, "cached"),
]
