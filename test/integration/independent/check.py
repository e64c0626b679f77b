"""Computes hot spots, clusters and a decomposition with PySAL, scikit-learn and statsmodels.

Reads one JSON document from standard input and writes one to standard output. Nothing of Arterial is in here: its results are compared
with these by the test beside this file.
"""
import json
import sys
import warnings

import numpy as np
from esda.getisord import G_Local
from libpysal.weights import W
from sklearn.cluster import DBSCAN
from statsmodels.tsa.seasonal import STL

EARTH_RADIUS_M = 6371008.8


def gi_star(ask):
    neighbours = {i: list(others) for i, others in enumerate(ask["neighbours"])}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = G_Local(
            np.array(ask["counts"], dtype=float),
            W(neighbours, silence_warnings=True),
            transform="B",
            star=True,
            permutations=ask["permutations"],
            seed=ask["seed"],
            n_jobs=1,
        )
    return {"z": found.Zs.tolist(), "p": found.p_sim.tolist()}


def dbscan(ask):
    points = np.radians(np.column_stack([ask["latitudes"], ask["longitudes"]]))
    model = DBSCAN(
        eps=ask["withinM"] / EARTH_RADIUS_M, min_samples=ask["atLeast"], metric="haversine", algorithm="ball_tree"
    )
    return model.fit(points).labels_.tolist()


def stl(ask):
    found = STL(ask["values"], period=ask["period"], seasonal=ask["seasonalSpan"], robust=ask["robust"]).fit()
    return {"trend": found.trend.tolist(), "seasonal": found.seasonal.tolist()}


ASKS = {"giStar": gi_star, "dbscan": dbscan, "stl": stl}
asked = json.load(sys.stdin)
json.dump({name: [ASKS[name](ask) for ask in asks] for name, asks in asked.items()}, sys.stdout)
