"""What a thief of the database finds, and what refuses to be written in clear."""

import pytest
from django.db import connection

from alerts.models import Person, Responder
from alerts.models.fields import Unreadable

pytestmark = pytest.mark.django_db
NUMBER = "+12135550142"


def stored(person: Person) -> bytes:
    with connection.cursor() as cursor:
        pk = Person._meta.pk.get_db_prep_value(person.pk, connection)
        cursor.execute("SELECT number FROM alerts_person WHERE id = %s", [pk])
        return bytes(cursor.fetchone()[0])


def test_it_reads_back_what_was_written():
    person = Person.objects.create(name="Ana", number=NUMBER)

    assert Person.objects.get(pk=person.pk).number == NUMBER
    assert person.number == NUMBER


def test_it_stores_nothing_a_thief_could_read():
    person = Person.objects.create(name="Ana", number=NUMBER)

    assert NUMBER.encode() not in stored(person)
    assert NUMBER[2:].encode() not in stored(person)


def test_it_seals_the_same_value_differently_each_time():
    first = Person.objects.create(name="Ana", number=NUMBER)
    second = Person.objects.create(name="Bea", number=NUMBER)

    assert stored(first) != stored(second)


def test_it_does_not_open_in_another_row():
    first = Person.objects.create(name="Ana", number=NUMBER)
    second = Person.objects.create(name="Bea", number="+12135550143")
    with connection.cursor() as cursor:
        pk = Person._meta.pk.get_db_prep_value(second.pk, connection)
        cursor.execute("UPDATE alerts_person SET number = %s WHERE id = %s", [stored(first), pk])

    with pytest.raises(Unreadable):
        _ = Person.objects.get(pk=second.pk).number


def test_it_opens_what_an_older_key_sealed(settings):
    person = Person.objects.create(name="Ana", number=NUMBER)
    settings.FIELD_KEYS = {"new": b"n" * 32, **settings.FIELD_KEYS}

    person = Person.objects.get(pk=person.pk)
    assert person.number == NUMBER
    person.save(update_fields=["number"])
    assert stored(person).startswith(b"\x03new")


def test_it_cannot_be_opened_without_its_key(settings):
    person = Person.objects.create(name="Ana", number=NUMBER)
    settings.FIELD_KEYS = {"other": b"o" * 32}

    with pytest.raises(Unreadable):
        _ = Person.objects.get(pk=person.pk).number


def test_it_works_deferred_and_in_bulk():
    ana, bea = Person.objects.bulk_create([Person(name="Ana", number=NUMBER), Person(name="Bea")])

    assert Person.objects.defer("number").get(pk=ana.pk).number == NUMBER
    assert Person.objects.get(pk=bea.pk).number is None


@pytest.mark.parametrize("value", [NUMBER, 5])
def test_it_refuses_an_update_in_clear(value):
    with pytest.raises(TypeError, match="seal"):
        Person.objects.update(number=value)


def test_it_refuses_to_be_searched():
    with pytest.raises(TypeError, match="keyed index"):
        Person.objects.filter(number=NUMBER)


def test_it_can_be_asked_whether_it_is_empty():
    Person.objects.create(name="Ana")

    assert Person.objects.filter(number__isnull=True).count() == 1


def test_it_is_found_by_its_keyed_index_also_while_keys_rotate(settings):
    Responder.add(NUMBER, cells=[])
    settings.INDEX_KEY, settings.INDEX_KEY_PREVIOUS = b"x" * 32, settings.INDEX_KEY

    assert Responder.objects.with_number(NUMBER).exists()
