"""A made-up stream of orders for the fault tests: deterministic, sorted by time, with stories that go wrong."""

import datetime
import json
import random

START = datetime.datetime(2026, 6, 1, 6, 0, tzinfo=datetime.timezone.utc)


def text_of(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + "Z"


def events(count, seed=1, trouble=1.0):
    """About `count` events as CloudEvents, sorted by time. `trouble`: the share of orders whose way is long and may end
    halfway; the others are packed, carried and delivered as promised."""
    chance = random.Random(seed)
    made = []

    def add(order_id, kind, moment, **facts):
        data = {"order": {"id": order_id}}
        for group, values in facts.items():
            data.setdefault(group, {}).update(values)
        made.append((moment, {
            "specversion": "1.0", "id": f"{order_id}-{kind}-{len(made)}", "source": "/made-up/shop",
            "type": kind, "subject": order_id, "time": text_of(moment),
            "datacontenttype": "application/json", "data": data}))

    number = 0
    while len(made) < count:
        number += 1
        order = f"K{number:06}"
        placed = START + datetime.timedelta(seconds=chance.randrange(14 * 86400))
        promised = placed + datetime.timedelta(days=chance.choice([2, 4, 6]))
        add(order, "order.placed", placed,
            order={"number": str(number), "total": 19.9, "currency": "EUR", "channel": "web",
                   "fulfilment": "warehouse", "warehouse": "MI1", "promised_by": text_of(promised)},
            customer={"id": f"C{number // 3:06}", "language": "it", "loyalty_member": chance.random() < 0.2})
        moment = placed + datetime.timedelta(minutes=chance.randrange(1, 30))
        add(order, "order.paid", moment)
        shipment = {"id": f"S{number:06}", "courier": "corriere-a"}
        if chance.random() >= trouble:
            for kind, hours in (("parcel.packed", 2), ("shipment.handed_over", 4), ("shipment.scanned", 12),
                                ("shipment.scanned", 22), ("shipment.out_for_delivery", 30), ("shipment.delivered", 34)):
                add(order, kind, moment + datetime.timedelta(hours=hours), shipment=shipment)
            continue
        if chance.random() < 0.05:
            continue  # nobody packs it
        moment += datetime.timedelta(hours=chance.randrange(1, 60))
        add(order, "parcel.packed", moment)
        moment += datetime.timedelta(hours=chance.randrange(1, 20))
        add(order, "shipment.handed_over", moment, shipment=shipment)
        if chance.random() < 0.1:
            continue  # the courier falls silent
        moment += datetime.timedelta(hours=chance.randrange(6, 90))
        add(order, "shipment.delivered", moment, shipment=shipment)
    made.sort(key=lambda item: item[0])
    return [event for _, event in made]


def write(path, count, seed=1, trouble=1.0):
    """Writes the stream as JSON Lines; returns how many events, and when the recorded clock should end."""
    stream = events(count, seed, trouble)
    with open(path, "w", encoding="utf-8") as lines:
        for event in stream:
            lines.write(json.dumps(event) + "\n")
    return len(stream), text_of(START + datetime.timedelta(days=60))
