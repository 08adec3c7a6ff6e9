"""Calls a running `shop` with the client that openapi-python-client generated from its document: `shop_client.py BASE_URL`."""

import sys
import time
from http import HTTPStatus

from client import Client
from client.api.customers import create_customer
from client.api.items import change_item, create_item, delete_item, list_items, read_item
from client.api.orders import list_confirmations, place_order, read_order
from client.api.reviews import list_reviews, write_review

shop = Client(base_url=sys.argv[1])


def body(operation, **fields):
    """Returns the body of an operation, as the class that the generated function declares."""
    return operation.sync_detailed.__annotations__["body"].from_dict(fields)


def expect(status, answer):
    assert answer.status_code == status, (answer.status_code, answer.content)
    return answer.parsed


unique = str(time.time_ns())

# Create.
item = expect(
    HTTPStatus.CREATED,
    create_item.sync_detailed(client=shop, body=body(create_item, name=f"Lamp {unique}", price=1250, stock=3)),
)
assert (item.name, item.price, item.stock) == (f"Lamp {unique}", 1250, 3), item
assert item.id >= 1 and item.created_at.tzinfo is not None, item

# Reading the item and listing it with a filter return the same.
assert expect(HTTPStatus.OK, read_item.sync_detailed(item.id, client=shop)) == item
page = expect(HTTPStatus.OK, list_items.sync_detailed(client=shop, q=unique, limit=5))
assert (page.total, page.limit, page.items) == (1, 5, [item]), page

# Change one field. The others keep their values.
changed = expect(HTTPStatus.OK, change_item.sync_detailed(item.id, client=shop, body=body(change_item, price=999)))
assert (changed.price, changed.name, changed.stock) == (999, item.name, 3), changed

# Order it as a customer, who then reviews it. The confirmation is written after the response is sent.
customer = expect(
    HTTPStatus.CREATED,
    create_customer.sync_detailed(client=shop, body=body(create_customer, name="Ada", email=f"ada{unique}@example.com")),
)
lines = [{"item_id": item.id, "quantity": 2}]
order = expect(
    HTTPStatus.CREATED,
    place_order.sync_detailed(client=shop, body=body(place_order, customer_id=customer.id, lines=lines)),
)
assert order.total == 2 * 999, order
assert expect(HTTPStatus.OK, read_order.sync_detailed(order.id, client=shop)) == order
assert expect(HTTPStatus.OK, read_item.sync_detailed(item.id, client=shop)).stock == 1
deadline = time.monotonic() + 10
while not (sent := expect(HTTPStatus.OK, list_confirmations.sync_detailed(order.id, client=shop))):
    assert time.monotonic() < deadline, "no confirmation was written"
assert sent[0].email == customer.email, sent

expect(
    HTTPStatus.CREATED,
    write_review.sync_detailed(
        item.id, client=shop, body=body(write_review, customer_id=customer.id, stars=5, text="Bright.")
    ),
)
assert expect(HTTPStatus.OK, list_reviews.sync_detailed(item.id, client=shop)).items[0].text == "Bright."

# Errors have the types that the document declares: a conflict, a missing item, and all invalid fields at once.
taken = expect(HTTPStatus.CONFLICT, create_item.sync_detailed(client=shop, body=body(create_item, name=item.name, price=1)))
assert item.name in taken.detail, taken
expect(HTTPStatus.CONFLICT, delete_item.sync_detailed(item.id, client=shop))
invalid = expect(
    HTTPStatus.UNPROCESSABLE_ENTITY, create_item.sync_detailed(client=shop, body=body(create_item, name="", price=0))
)
assert [error.loc for error in invalid.detail] == [["body", "name"], ["body", "price"]], invalid

# Delete an item, and check that it is gone.
unsold = expect(
    HTTPStatus.CREATED, create_item.sync_detailed(client=shop, body=body(create_item, name=f"Vase {unique}", price=1))
)
expect(HTTPStatus.NO_CONTENT, delete_item.sync_detailed(unsold.id, client=shop))
gone = expect(HTTPStatus.NOT_FOUND, read_item.sync_detailed(unsold.id, client=shop))
assert gone.detail == f"no item {unsold.id}", gone

print("the generated client created, read, listed, changed, ordered, reviewed and deleted")
