"""Computes hot spots, clusters, rates and a decomposition with PySAL, scikit-learn and statsmodels.

Reads one JSON document from standard input and writes one to standard output. Nothing of Arterial is in here: its results are compared
with these by the test beside this file.
"""
import json
import sys
import warnings

import numpy as np
import statsmodels.api as sm
from esda.getisord import G_Local
from libpysal.weights import W
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.stats import poisson
from sklearn.cluster import DBSCAN
from sklearn.neighbors import BallTree
from statsmodels.stats.multitest import multipletests
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


def points_of(ask):
    return np.radians(np.column_stack([ask["latitudes"], ask["longitudes"]]))


def labels_of(points, within_m, at_least):
    model = DBSCAN(eps=within_m / EARTH_RADIUS_M, min_samples=at_least, metric="haversine", algorithm="ball_tree")
    return model.fit(points).labels_


def dbscan(ask):
    return labels_of(points_of(ask), ask["withinM"], ask["atLeast"]).tolist()


def period_clusters(ask):
    """Clusters of two periods are one place where members of both are neighbours; both are counted within reach of it."""
    reach = ask["withinM"] / EARTH_RADIUS_M
    points = [points_of(ask[period]) for period in ("now", "before")]
    labels = [labels_of(points[i], ask["withinM"], ask[period]["atLeast"]) for i, period in enumerate(("now", "before"))]
    sizes = [labels[i].max(initial=-1) + 1 for i in (0, 1)]
    members = [points[i][labels[i] >= 0] for i in (0, 1)]
    member_labels = [labels[i][labels[i] >= 0] for i in (0, 1)]
    touching = BallTree(members[0], metric="haversine").query_radius(members[1], reach)
    pairs = {(now, sizes[0] + then) for near, then in zip(touching, member_labels[1]) for now in member_labels[0][near]}
    rows, columns = zip(*pairs) if pairs else ((), ())
    total = sizes[0] + sizes[1]
    count, place = connected_components(coo_array((np.ones(len(rows)), (rows, columns)), shape=(total, total)), directed=False)
    all_members = np.vstack(members)
    all_places = place[np.concatenate([member_labels[0], sizes[0] + member_labels[1]])]
    tree = BallTree(all_members, metric="haversine")
    counts = np.zeros((count, 2), dtype=int)
    for i in (0, 1):
        for near in tree.query_radius(points[i], reach):
            for one in set(all_places[near]):
                counts[one, i] += 1
    in_now, in_before = set(place[: sizes[0]]), set(place[sizes[0] :])
    course = {(True, True): "persistent", (True, False): "emerging", (False, True): "fading"}
    return [[course[(one in in_now, one in in_before)], *counts[one].tolist()] for one in range(count)]


def exposure(ask):
    incidents, vehicles = np.array(ask["incidents"]), np.array(ask["vehicles"], dtype=float)
    expected = incidents.sum() / vehicles.sum() * vehicles
    p = poisson.sf(incidents - 1, expected)
    return {"p": p.tolist(), "q": multipletests(p, method="fdr_bh")[1].tolist()}


def condition_rates(ask):
    """Poisson regression with a level for each stratum: the same ratios as given the strata's sums, scattered by Pearson."""
    incidents, hours = np.array(ask["incidents"], dtype=float), np.array(ask["hours"], dtype=float)
    strata, stratum = np.unique(ask["strata"], return_inverse=True)
    conditions = sorted(set(ask["conditions"]) - {ask["reference"]})
    condition = np.array(ask["conditions"])
    sums = np.bincount(stratum, incidents)
    kept = sums[stratum] > 0
    levels = np.eye(len(strata))[stratum][:, sums > 0]
    design = np.column_stack([*(condition == one for one in conditions), levels]).astype(float)
    model = sm.GLM(incidents[kept], design[kept], family=sm.families.Poisson(), offset=np.log(hours[kept]))
    found = model.fit(scale="X2", tol=1e-12, maxiter=200)
    interval = np.exp(found.conf_int())
    return {
        "scatter": float(found.scale),
        "rates": {
            one: [float(np.exp(found.params[i])), *interval[i].tolist()] for i, one in enumerate(conditions)
        },
    }


def stl(ask):
    found = STL(ask["values"], period=ask["period"], seasonal=ask["seasonalSpan"], robust=ask["robust"]).fit()
    return {"trend": found.trend.tolist(), "seasonal": found.seasonal.tolist()}


ASKS = {
    "giStar": gi_star,
    "dbscan": dbscan,
    "periodClusters": period_clusters,
    "exposure": exposure,
    "conditionRates": condition_rates,
    "stl": stl,
}
asked = json.load(sys.stdin)
json.dump({name: [ASKS[name](ask) for ask in asks] for name, asks in asked.items()}, sys.stdout)
