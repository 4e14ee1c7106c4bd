"""Invented people: worlds to train and test record linkage on, and registers for the demo and the benchmarks.

Pure: no Django, no network, no clock. The same arguments always give the same rows.

    from wayhome.engines.population import TRAINING, generate
    made = generate(TRAINING["mosaic"], 60_000, seed=21)
    made.people, made.gazetteer, made.truth      # lists of rows; columns as in PEOPLE_COLUMNS, GAZETTEER_COLUMNS, TRUTH_COLUMNS
    made.write("DIR")                            # people.csv, gazetteer.csv, truth.csv
"""

from wayhome.engines.population.worlds import (
    GAZETTEER_COLUMNS,
    HELD_OUT,
    PEOPLE_COLUMNS,
    TRAINING,
    TRUTH_COLUMNS,
    Made,
    Region,
    World,
    generate,
)

__all__ = ["GAZETTEER_COLUMNS", "HELD_OUT", "PEOPLE_COLUMNS", "TRAINING", "TRUTH_COLUMNS", "Made", "Region", "World", "generate"]
