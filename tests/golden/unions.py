"""What Pydantic makes of generated values for unions: run it with FastAPI 0.165's Pydantic to write unions.json anew."""

import json
import random
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Optional, Union
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError


class Cat(BaseModel):
    m: int = Field(ge=5)


class Dog(BaseModel):
    m: int
    w: int


class A(BaseModel):
    x: int


class B(BaseModel):
    x: int
    y: int = 0


class C(BaseModel):
    x: str
    y: Optional[str] = None
    z: float = 0.0


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")
    x: int


class Left(BaseModel):
    inner: A
    n: int = 0


class Right(BaseModel):
    inner: B
    m: Optional[int] = None


class Deep(BaseModel):
    u: Union[A, B, C]
    k: int = 0


class Many(BaseModel):
    u: list[Union[A, B]]


UNIONS = {
    "pets": Union[Cat, Dog, str, int, list[int]],
    "models": Union[A, B, C],
    "reversed": Union[C, B, A],
    "scalars": Union[int, float, bool, str],
    "floats": Union[float, int],
    "lists": Union[list[int], list[str], dict[str, int]],
    "sets": Union[set[int], list[int]],
    "closed": Union[Closed, A, B],
    "nested": Union[Left, Right],
    "deep": Union[A, Deep],
    "many": Union[Many, Deep, A],
    "times": Union[datetime, str, int],
    "ids": Union[UUID, Decimal, str],
    "none": Union[A, None, bool],
    "any": Union[A, Any],
}
SCALARS = [0, 1, 5, 7, -1, 1.0, 1.5, "1", "5", "a", "1.5", "", "true", True, False, None]
SCALARS += ["2020-01-01T00:00:00", "936da01f-9abd-4d9d-80c7-02af85c822a8"]
KEYS = {
    "pets": "mw",
    "nested": ["inner", "n", "m"],
    "deep": "ukx",
    "many": "ukx",
}


def value(random, union, depth=0):
    kind = random.random()
    keys = KEYS.get(union, "xyz")
    plain = {"scalars": 0.8, "floats": 0.8, "times": 0.7, "ids": 0.7, "lists": 0.3, "sets": 0.2}
    if depth > 2 or kind < plain.get(union, 0.1):
        return random.choice(SCALARS)
    if kind < plain.get(union, 0.1) + (0.6 if union in ("lists", "sets") else 0.1):
        return [value(random, union, 3) for _ in range(random.randint(0, 3))]
    names = random.sample(keys, random.randint(1, len(keys)))
    if random.random() < 0.15:
        names.append("other")
    return {name: member(random, union, name, depth) for name in names}


def member(random, union, name, depth):
    if random.random() < 0.1:
        return value(random, union, depth + 1)
    if name == "u" and random.random() < 0.5:
        return [member(random, union, "inner", depth) for _ in range(random.randint(0, 2))]
    if name in ("inner", "u"):
        names = random.sample("xyz", random.randint(1, 3))
        return {name: member(random, union, name, depth + 1) for name in names}
    if name == "y" and random.random() < 0.3:
        return None
    return random.choice([1, 2, 5, "1", "5", 6, 1.0, 1.5, "a", 7])


def answer(adapter, value):
    try:
        read = adapter.validate_python(value, from_attributes=True)
    except ValidationError as error:
        return {"errors": [[each["type"], list(each["loc"])] for each in error.errors()]}
    return {"variant": type(read).__name__, "value": adapter.dump_python(read, mode="json")}


def main():
    cases = []
    for name, union in UNIONS.items():
        source, adapter = random.Random(name), TypeAdapter(union)
        for _ in range(80):
            sent = value(source, name)
            cases.append({"union": name, "sent": sent, **answer(adapter, sent)})
    lines = ",\n".join(json.dumps(case) for case in cases)
    Path(__file__).with_suffix(".json").write_text(f"[\n{lines}\n]\n")


main()
