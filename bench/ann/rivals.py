"""Other people's indexes as ann-benchmarks drives them: fit, set_query_arguments, query.

Each is a class with `SETTINGS`, pairs of what an index is built with and of what it is then
searched with. What does not import is left out, and run.py says so. One thread each.
"""

import numpy as np


class Hnswlib:
    """Malkov & Yashunin 2016, by hnswlib."""

    package = "hnswlib"
    SETTINGS = [({"M": m, "ef_construction": 500}, [10, 20, 40, 80, 120, 200, 400, 800])
                for m in (8, 16, 24)]

    def __init__(self, M, ef_construction):
        self.M, self.ef_construction = M, ef_construction

    def fit(self, X):
        import hnswlib
        self.index = hnswlib.Index(space="l2", dim=X.shape[1])
        self.index.init_index(max_elements=len(X), M=self.M,
                              ef_construction=self.ef_construction)
        self.index.add_items(X)
        self.index.set_num_threads(1)

    def set_query_arguments(self, ef):
        self.index.set_ef(ef)

    def query(self, v, n):
        return self.index.knn_query(v[None], k=n)[0][0]


class FaissHnsw:
    """The same by FAISS."""

    package = "faiss"
    SETTINGS = [({"M": m}, [10, 20, 40, 80, 160, 320, 640]) for m in (16, 32)]

    def __init__(self, M):
        self.M = M

    def fit(self, X):
        import faiss
        self.index = faiss.IndexHNSWFlat(X.shape[1], self.M)
        self.index.hnsw.efConstruction = 500
        self.index.add(X)
        faiss.omp_set_num_threads(1)

    def set_query_arguments(self, ef):
        self.index.hnsw.efSearch = ef

    def query(self, v, n):
        return self.index.search(v[None], n)[1][0]


class FaissIvfPqFastScan:
    """Inverted lists of product codes, scanned in registers, then put in order exactly."""

    package = "faiss"
    SETTINGS = [({"n_lists": n}, [(p, r) for p in (1, 5, 10, 50, 100) for r in (10, 100)])
                for n in (256, 1024)]

    def __init__(self, n_lists):
        self.n_lists = n_lists

    def fit(self, X):
        import faiss
        dims = X.shape[1]
        quantizer = faiss.IndexFlatL2(dims)
        coarse = faiss.IndexIVFPQFastScan(quantizer, dims, self.n_lists, dims // 2, 4)
        coarse.train(X)
        coarse.add(X)
        exact = faiss.IndexFlatL2(dims)
        exact.add(X)
        self.coarse, self.exact = coarse, exact
        self.index = faiss.IndexRefine(coarse, exact)
        faiss.omp_set_num_threads(1)

    def set_query_arguments(self, probes_and_rows):
        self.coarse.nprobe, self.index.k_factor = probes_and_rows[0], probes_and_rows[1] / 10

    def query(self, v, n):
        return self.index.search(v[None], n)[1][0]


class Usearch:
    """HNSW by USearch."""

    package = "usearch"
    SETTINGS = [({"connectivity": m}, [10, 20, 40, 80, 160, 320, 640]) for m in (16, 32)]

    def __init__(self, connectivity):
        self.connectivity = connectivity

    def fit(self, X):
        from usearch.index import Index
        self.index = Index(ndim=X.shape[1], metric="l2sq", dtype="f32",
                           connectivity=self.connectivity, expansion_add=500)
        self.index.add(np.arange(len(X)), X)

    def set_query_arguments(self, ef):
        self.index.expansion_search = ef

    def query(self, v, n):
        return self.index.search(v, n, threads=1).keys


class Annoy:
    """Trees of random planes, by Annoy."""

    package = "annoy"
    SETTINGS = [({"n_trees": n}, [100, 400, 1000, 4000, 10000, 40000]) for n in (50, 200)]

    def __init__(self, n_trees):
        self.n_trees = n_trees

    def fit(self, X):
        import annoy
        self.index = annoy.AnnoyIndex(X.shape[1], "euclidean")
        for i, row in enumerate(X):
            self.index.add_item(i, row)
        self.index.build(self.n_trees)

    def set_query_arguments(self, search_k):
        self.search_k = search_k

    def query(self, v, n):
        return self.index.get_nns_by_vector(v, n, self.search_k)


class PyNNDescent:
    """A graph by nearest-neighbour descent (Dong et al. 2011)."""

    package = "pynndescent"
    SETTINGS = [({"n_neighbors": n}, [0.0, 0.04, 0.08, 0.12, 0.2, 0.3]) for n in (20, 40)]

    def __init__(self, n_neighbors):
        self.n_neighbors = n_neighbors

    def fit(self, X):
        import pynndescent
        self.index = pynndescent.NNDescent(X, n_neighbors=self.n_neighbors, n_jobs=1,
                                           random_state=0)
        self.index.prepare()

    def set_query_arguments(self, epsilon):
        self.epsilon = epsilon

    def query(self, v, n):
        return self.index.query(v[None], k=n, epsilon=self.epsilon)[0][0]


class Voyager:
    """HNSW by Voyager."""

    package = "voyager"
    SETTINGS = [({"M": m}, [10, 20, 40, 80, 160, 320, 640]) for m in (12, 24)]

    def __init__(self, M):
        self.M = M

    def fit(self, X):
        import voyager
        self.index = voyager.Index(voyager.Space.Euclidean, num_dimensions=X.shape[1],
                                   M=self.M, ef_construction=500)
        self.index.add_items(X)

    def set_query_arguments(self, ef):
        self.ef = ef

    def query(self, v, n):
        return self.index.query(v, k=n, query_ef=max(self.ef, n))[0]


RIVALS = [Hnswlib, FaissHnsw, FaissIvfPqFastScan, Usearch, Annoy, PyNNDescent, Voyager]
