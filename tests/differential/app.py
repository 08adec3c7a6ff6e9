"""The FastAPI counterpart of `tests/programs/differential`: the same endpoints in the same order."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from ipaddress import IPv4Address
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Body, Cookie, Depends, FastAPI, Form, Header, HTTPException, Path, Query, Response
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict, EmailStr, Field, FiniteFloat, GetPydanticSchema, HttpUrl, NaiveDatetime, field_validator, model_validator
from pydantic_core import core_schema

app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

# Integers in Rust have a size, floats in fastrs are finite, and `chrono` distinguishes times with an offset from those without.
I64 = Annotated[int, Field(ge=-(2**63), le=2**63 - 1)]
U8 = Annotated[int, Field(ge=0, le=2**8 - 1)]
U32 = Annotated[int, Field(ge=0, le=2**32 - 1)]
NaiveTime = Annotated[time, GetPydanticSchema(lambda _source, _handler: core_schema.time_schema(tz_constraint="naive"))]


class Color(str, Enum):
    red = "red"
    dark_green = "dark-green"
    blue = "blue"


# Query parameters


@app.get("/query/integers")
async def query_integers(n: I64, small: U8 = 7, bounded: Annotated[int | None, Query(ge=-5, lt=100, multiple_of=5)] = None) -> Any:
    return {"n": n, "small": small, "bounded": bounded}


@app.get("/query/floats")
async def query_floats(x: FiniteFloat, ratio: Annotated[FiniteFloat, Query(ge=0, lt=1)] = 0.5, maybe: FiniteFloat | None = None) -> Any:
    return {"x": x, "ratio": ratio, "maybe": maybe}


@app.get("/query/booleans")
async def query_booleans(a: bool, b: bool = True, c: bool | None = None) -> Any:
    return {"a": a, "b": b, "c": c}


@app.get("/query/texts")
async def query_texts(
    q: str,
    short: Annotated[str, Query(min_length=2, max_length=5)] = "abc",
    code: Annotated[str | None, Query(pattern="^[a-z]{2}-[0-9]+$")] = None,
    other: Annotated[str | None, Query(alias="item-query")] = None,
) -> Any:
    return {"q": q, "short": short, "code": code, "other": other}


@app.get("/query/days")
async def query_days(day: date, at: NaiveTime | None = None) -> Any:
    return {"day": day, "at": at}


@app.get("/query/moments")
async def query_moments(moment: AwareDatetime, wait: timedelta = timedelta(seconds=90)) -> dict[str, datetime | timedelta]:
    return {"moment": moment, "wait": wait}


@app.get("/query/identifiers")
async def query_identifiers(id: UUID, address: IPv4Address | None = None) -> Any:
    return {"id": id, "address": address}


@app.get("/query/decimals")
async def query_decimals(price: Decimal, exact: Annotated[Decimal | None, Query(max_digits=6, decimal_places=2, gt=0)] = None) -> dict[str, Decimal | None]:
    return {"price": price, "exact": exact}


@app.get("/query/contacts")
async def query_contacts(email: EmailStr, site: HttpUrl | None = None) -> Any:
    return {"email": email, "site": site}


@app.get("/query/choices")
async def query_choices(color: Color, second: Color | None = None, third: Color = Color.blue) -> Any:
    return {"color": color, "second": second, "third": third}


@app.get("/query/lists")
async def query_lists(
    ids: Annotated[list[I64], Query()],
    tags: Annotated[list[str] | None, Query()] = None,
    colors: Annotated[list[Color], Query(max_length=2)] = [],
) -> Any:
    return {"ids": ids, "tags": tags, "colors": colors}


class Order(str, Enum):
    created = "created"
    updated = "updated"


class Filters(BaseModel):
    model_config = ConfigDict(extra="forbid")
    limit: Annotated[U8, Field(gt=0, le=100)] = 100
    order: Order = Order.created
    since: date | None = None
    tags: list[str] = []


@app.get("/query/model")
async def query_model(filters: Annotated[Filters, Query()]) -> Filters:
    return filters


class Page(BaseModel):
    skip: U32 = 0
    size: Annotated[U32, Field(ge=1, le=50)]


@app.get("/query/page")
async def query_page(page: Annotated[Page, Query()], q: str | None = None) -> Any:
    return {"skip": page.skip, "size": page.size, "q": q}


# Path parameters


@app.get("/path/integers/{n}")
async def path_integers(n: I64) -> int:
    return n


@app.get("/path/bounded/{n}")
async def path_bounded(n: Annotated[U8, Path(ge=1, le=10)], q: bool = False) -> Any:
    return {"n": n, "q": q}


@app.get("/path/numbers/{x}/half")
async def path_numbers(x: FiniteFloat) -> float:
    return x / 2


@app.get("/path/texts/{text}")
async def path_texts(text: str) -> str:
    return text


@app.get("/path/files/{path:path}")
async def path_files(path: str) -> str:
    return path


@app.get("/path/flights/{origin}-{target}")
async def path_flights(origin: str, target: str) -> Any:
    return {"origin": origin, "target": target}


@app.get("/path/colors/{color}")
async def path_colors(color: Color) -> Color:
    return color


@app.get("/path/uuids/{id}")
async def path_uuids(id: UUID) -> UUID:
    return id


@app.get("/path/days/{day}/{open}")
async def path_days(day: date, open: bool) -> Any:
    return {"day": day, "open": open}


# Headers and cookies


@app.get("/headers")
async def headers(
    x_count: Annotated[I64, Header()],
    user_agent: Annotated[str | None, Header()] = None,
    x_ratio: Annotated[FiniteFloat, Header(ge=0)] = 0.25,
    x_tag: Annotated[list[str], Header()] = [],
) -> Any:
    return {"count": x_count, "agent": user_agent, "ratio": x_ratio, "tags": x_tag}


class CommonHeaders(BaseModel):
    save_data: bool
    x_color: Color = Color.red
    x_number: list[I64] = []


@app.get("/headers/model")
async def headers_model(common: Annotated[CommonHeaders, Header()]) -> CommonHeaders:
    return common


@app.get("/cookies")
async def cookies(session: Annotated[str | None, Cookie()] = None, visits: Annotated[U32, Cookie()] = 0, theme: Annotated[Color, Cookie()] = Color.blue) -> Any:
    return {"session": session, "visits": visits, "theme": theme}


class Preferences(BaseModel):
    model_config = ConfigDict(extra="forbid")
    session: Annotated[str, Field(min_length=3)]
    level: U8 | None = None


@app.get("/cookies/model")
async def cookies_model(preferences: Annotated[Preferences, Cookie()]) -> Preferences:
    return preferences


@app.post("/cookies")
async def set_cookie(value: str, response: Response) -> str:
    response.set_cookie("value", value)
    return "set"


# Bodies


class Item(BaseModel):
    name: Annotated[str, Field(min_length=1, max_length=20)]
    description: str | None = None
    price: Annotated[FiniteFloat, Field(gt=0)]
    tax: FiniteFloat | None = None
    count: U32 = 1
    tags: list[str] = []
    in_stock: Annotated[bool, Field(alias="inStock")] = True


@app.post("/items", status_code=201)
async def create_item(item: Item) -> Item:
    return item


class Stored(BaseModel):
    name: str | None = "Bar"
    price: Annotated[FiniteFloat | None, Field(ge=0)] = 62.0
    tags: list[str] = ["old"]


@app.patch("/items/{id}")
async def update_item(id: I64, item: Stored) -> Any:
    return {"id": id, "item": Stored().model_copy(update=item.model_dump(exclude_unset=True))}


@app.delete("/items/{id}", status_code=204)
async def delete_item(id: I64) -> None:
    if id < 0:
        raise HTTPException(404, "Item not found", {"x-error": "no such item"})


class Image(BaseModel):
    url: HttpUrl
    name: str
    size: tuple[U32, U32] | None = None


class Offer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    items: Annotated[list[Item], Field(max_length=2)]
    images: dict[str, Image] = {}
    owner: Image | None = None


@app.post("/offers")
async def create_offer(offer: Offer) -> Offer:
    return offer


@app.post("/numbers")
async def numbers(numbers: list[I64]) -> list[I64]:
    return numbers


@app.post("/weights")
async def weights(weights: dict[I64, FiniteFloat]) -> dict[I64, FiniteFloat]:
    return weights


@app.post("/labels")
async def labels(labels: dict[str, list[Color]]) -> dict[str, list[Color]]:
    return labels


class Circle(BaseModel):
    type: Literal["circle"]
    radius: Annotated[FiniteFloat, Field(gt=0)]


class Box(BaseModel):
    type: Literal["box"]
    width: U32
    height: U32 = 1


Shape = Annotated[Circle | Box, Field(discriminator="type")]


@app.post("/shapes")
async def shapes(shape: Shape) -> Shape:
    return shape


class Cat(BaseModel):
    name: str
    lives: U8


class Dog(BaseModel):
    name: str
    tricks: list[str]


@app.post("/pets")
async def pets(pet: Cat | Dog) -> Cat | Dog:
    return pet


class Either(BaseModel):
    value: int | str
    others: list[FiniteFloat | bool] = []


@app.post("/either")
async def either(either: Either) -> Either:
    return either


@app.post("/optional")
async def optional(page: Page | None = None) -> Page | None:
    return page


@app.put("/several/{id}")
async def several(id: I64, cat: Cat, page: Page, importance: Annotated[int, Body(gt=0, le=2**8 - 1)], q: str | None = None, note: Annotated[str | None, Body()] = None) -> Any:
    return {"id": id, "cat": cat, "page": page, "importance": importance, "q": q, "note": note}


@app.post("/embedded")
async def embedded(cat: Annotated[Cat, Body(embed=True)]) -> Cat:
    return cat


class Booking(BaseModel):
    id: UUID
    day: date
    start: AwareDatetime
    local: NaiveDatetime | None = None
    at: NaiveTime | None = None
    wait: timedelta = timedelta(0)
    price: Decimal = Decimal("1.50")
    email: EmailStr | None = None


@app.post("/bookings")
async def bookings(booking: Booking) -> Booking:
    return booking


class Scalars(BaseModel):
    yes: bool
    small: U8
    large: I64
    real: FiniteFloat
    text: str
    color: Color = Color.red


@app.post("/scalars")
async def scalars(scalars: Scalars) -> Scalars:
    return scalars


class Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
    number: I64
    real: FiniteFloat
    yes: bool = False
    text: str | None = None


@app.post("/strict")
async def strict(strict: Strict) -> Strict:
    return strict


@app.post("/values")
async def values(value: Annotated[Any, Body()]) -> Any:
    return value


class Range(BaseModel):
    name: str
    start: I64
    end: I64

    @field_validator("name")
    @classmethod
    def no_spaces(cls, name: str) -> str:
        if " " in name:
            raise ValueError("no spaces, please")
        return name

    @model_validator(mode="after")
    def ends_after_it_begins(self) -> "Range":
        if self.start > self.end:
            raise ValueError(f"{self.start} is after {self.end}")
        return self


@app.post("/ranges")
async def ranges(range: Range) -> Range:
    return range


# Forms


@app.post("/forms/login")
async def login(username: Annotated[str, Form(min_length=3)], age: Annotated[U8 | None, Form()] = None, remember: Annotated[bool, Form()] = False) -> Any:
    return {"username": username, "age": age, "remember": remember}


class Survey(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    score: Annotated[FiniteFloat, Field(ge=0, le=10)] = 5.0
    colors: list[Color] = []


@app.post("/forms/survey")
async def survey(survey: Annotated[Survey, Form()]) -> Survey:
    return survey


# Responses and errors


class UserIn(BaseModel):
    username: str
    password: Annotated[str, Field(min_length=4)]


class UserOut(BaseModel):
    username: str


@app.post("/users", response_model=UserOut)
async def create_user(user: UserIn) -> Any:
    return user


@app.get("/users/me")
async def read_me() -> UserOut:
    return UserOut(username="me")


@app.get("/users/{name}")
async def read_user(name: str) -> UserOut:
    if name == "nobody":
        raise HTTPException(404, {"reason": "no such user", "name": name})
    return UserOut(username=name)


@app.get("/fail/{code}")
async def fail(code: Annotated[int, Path(ge=400, le=599)]) -> str:
    raise HTTPException(code, headers={"x-code": str(code)})


@app.get("/status")
async def status(response: Response, code: Annotated[int, Query(ge=200, le=299)] = 202) -> Any:
    response.status_code = code
    response.headers["x-code"] = str(code)
    return {"code": code}


@app.get("/redirect")
async def redirect(to: str = "/users/me") -> RedirectResponse:
    return RedirectResponse(to)


@app.get("/moved", status_code=303)
async def moved() -> RedirectResponse:
    return RedirectResponse("/users/me", 303)


@app.get("/text", response_class=PlainTextResponse)
async def text(q: str = "hello") -> str:
    return q


@app.get("/page", response_class=HTMLResponse)
async def page() -> str:
    return "<h1>hello</h1>"


@app.get("/things/")
async def things(q: str | None = None) -> Any:
    return {"q": q}


# Dependencies


async def token(x_token: Annotated[str, Header()]) -> str:
    if x_token != "secret":
        raise HTTPException(401, "Who are you?", {"www-authenticate": "Token"})
    return x_token


async def paging(skip: U32 = 0, limit: Annotated[U32, Query(le=100)] = 10) -> tuple[int, int]:
    return skip, limit


async def user(token: Annotated[str, Depends(token)], x_user: Annotated[I64, Header()]) -> str:
    if x_user < 0:
        raise HTTPException(403, "Not you")
    return f"{token} {x_user}"


@app.get("/guarded/{id}")
async def guarded(id: U32, user: Annotated[str, Depends(user)], paging: Annotated[tuple[int, int], Depends(paging)], q: str) -> Any:
    return {"id": id, "user": user, "skip": paging[0], "limit": paging[1], "q": q}


admin = APIRouter(prefix="/admin", dependencies=[Depends(token)])


@admin.get("/stats")
async def stats(days: U8 = 7) -> U8:
    return days


@admin.post("/notes")
async def notes(cat: Cat) -> Cat:
    return cat


app.include_router(admin)
