"""Tables of reasons and prices say what the engine said, by id."""

from __future__ import annotations

import numpy as np
import pytest
from tests.engines.planning.exactly import best
from tests.engines.planning.test_prices import priced_result
from tests.engines.planning.test_verify import some_prices

from wayhome.engines.planning import PlanError, explain_household
from wayhome.engines.planning.reports import dual_prices, prices_from, reason_tables
from wayhome.engines.planning.verify import priced_bound


def test_prices_come_back_from_their_table_as_they_were() -> None:
    instance, _ = best(0)
    prices = some_prices(instance, 3)
    table = dual_prices(instance, prices)
    back = prices_from(instance, table)
    for name in ("places", "money", "crews", "transport", "groups", "once"):
        assert np.array_equal(getattr(back, name), getattr(prices, name)), name
    assert priced_bound(instance, back) == priced_bound(instance, prices)
    as_text = {
        name: [None if x is np.ma.masked else x if isinstance(x, str) or x is None else repr(x.item()) for x in column]
        for name, column in table.items()
    }
    assert np.array_equal(prices_from(instance, as_text).places, prices.places)
    for wrong in ({"kind": ["beds"]}, {"id": ["A77"]}, {"period": [99]}):
        with pytest.raises(PlanError):
            prices_from(instance, {"kind": ["water"], "id": ["A0"], "period": [0], "price": [1.0], **wrong})


def test_every_reason_stands_in_the_table() -> None:
    instance, _ = best(2)
    result = priced_result(2)
    tables = reason_tables(instance, result)
    assert all(len({len(column) for column in table.values()}) == 1 for table in tables.values())
    for household in range(instance.households):
        told = explain_household(instance, result, str(instance.household_ids[household]))
        rows = [k for k, x in enumerate(tables["reasons"]["household_id"]) if x == told.household_id]
        assert [tables["reasons"]["code"][k] for k in rows] == [r.code.name.lower() for r in told.reasons]
        assert [tables["reasons"]["place"][k] for k in rows] == list(range(1, len(rows) + 1))
        until = [None if tables["reasons"]["until"][k] is np.ma.masked else int(tables["reasons"]["until"][k]) for k in rows]
        assert until == [r.until for r in told.reasons]
        assert tables["households"]["standing"][household] == told.standing.name.lower()
    assert set(tables["works"]["project_id"]) == set(instance.project_ids)
    assert len(tables["prices"]["price"]) > 3 and len(tables["blockers"]["code"]) > 0
