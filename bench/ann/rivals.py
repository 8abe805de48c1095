"""Other people's indexes as ann-benchmarks drives them: fit, set_query_arguments, query;
and written to a path and read from it, since they are built once and measured later.

Each is a class with `GRID`, pairs of what an index is built with and of what it is then
searched with, taken from that project's config.yml of each, the dearest builds left out and
a few good ones added. `VARIANTS`, where there are any, are ways to read one built index.
One thread each when searching.
"""

import ctypes
import json
import os
import pickle
import shutil

import numpy as np

EF = [10, 15, 20, 30, 40, 60, 80, 120, 200, 300, 400, 600, 800, 1200]


class Rival:
    """What the others share. `package` is what is imported, `source` what pip installs."""

    VARIANTS = [{}]

    def __init__(self, **built):
        self.__dict__.update(built)


class Hnswlib(Rival):
    """Malkov & Yashunin 2016, by hnswlib."""

    package = source = "hnswlib"
    GRID = [({"M": m, "ef_construction": 500}, EF) for m in (16, 24, 8, 36)]

    def fit(self, X):
        import hnswlib
        self.index = hnswlib.Index(space="l2", dim=X.shape[1])
        self.index.init_index(max_elements=len(X), M=self.M,
                              ef_construction=self.ef_construction)
        self.index.add_items(X)

    def save(self, path):
        self.index.save_index(path)

    def load(self, path, X):
        import hnswlib
        self.index = hnswlib.Index(space="l2", dim=X.shape[1])
        self.index.load_index(path, max_elements=len(X))
        self.index.set_num_threads(1)

    def set_query_arguments(self, ef):
        self.index.set_ef(ef)

    def query(self, v, n):
        return self.index.knn_query(v[None], k=n)[0][0]


class FaissHnsw(Rival):
    """The same by FAISS."""

    package, source = "faiss", "faiss-cpu"
    GRID = [({"M": m, "ef_construction": 500}, EF) for m in (32, 16)]

    def fit(self, X):
        import faiss
        self.index = faiss.IndexHNSWFlat(X.shape[1], self.M)
        self.index.hnsw.efConstruction = self.ef_construction
        self.index.add(X)

    def save(self, path):
        import faiss
        faiss.write_index(self.index, path)

    def load(self, path, X):
        import faiss
        faiss.omp_set_num_threads(1)
        self.index = faiss.read_index(path)

    def set_query_arguments(self, ef):
        self.index.hnsw.efSearch = ef

    def query(self, v, n):
        return self.index.search(v[None], n)[1][0]


class FaissIvfPqFastScan(Rival):
    """Inverted lists of product codes, scanned in registers, then put in order exactly."""

    package, source = "faiss", "faiss-cpu"
    GRID = [({"factory": factory}, [(p, f) for p in (1, 3, 5, 10, 16, 30, 60, 120)
                                    for f in (1, 2, 4, 10, 30)])
            for factory in ("PCA128,IVF256,PQ64x4fs", "IVF512,PQ392x4fs",
                            "IVF1024,PQ196x4fs", "IVF2048,PQ392x4fs")]

    def fit(self, X):
        import faiss
        self.coarse = faiss.index_factory(X.shape[1], self.factory)
        self.coarse.train(X)
        self.coarse.add(X)

    def save(self, path):
        import faiss
        faiss.write_index(self.coarse, path)

    def load(self, path, X):
        import faiss
        faiss.omp_set_num_threads(1)
        self.coarse = faiss.read_index(path)
        self.exact = faiss.IndexFlatL2(X.shape[1])
        self.exact.add(X)
        self.index = faiss.IndexRefine(self.coarse, self.exact)
        self.lists = faiss.extract_index_ivf(self.coarse)

    def set_query_arguments(self, probes_and_factor):
        self.lists.nprobe, self.index.k_factor = probes_and_factor

    def query(self, v, n):
        return self.index.search(v[None], n)[1][0]


class Usearch(Rival):
    """HNSW by USearch."""

    package = source = "usearch"
    GRID = [({"connectivity": m, "dtype": dtype}, EF)
            for m, dtype in ((16, "f32"), (32, "f32"), (16, "i8"))]

    def _new(self, X):
        from usearch.index import Index
        return Index(ndim=X.shape[1], metric="l2sq", dtype=self.dtype,
                     connectivity=self.connectivity, expansion_add=500)

    def fit(self, X):
        self.index = self._new(X)
        self.index.add(np.arange(len(X)), X)

    def save(self, path):
        self.index.save(path)

    def load(self, path, X):
        self.index = self._new(X)
        self.index.load(path)

    def set_query_arguments(self, ef):
        self.index.expansion_search = ef

    def query(self, v, n):
        return self.index.search(v, n, threads=1).keys


class Annoy(Rival):
    """Trees of random planes, by Annoy."""

    package = source = "annoy"
    GRID = [({"n_trees": n}, [100, 400, 1000, 2000, 4000, 10000, 20000, 40000, 100000])
            for n in (200, 400)]

    def fit(self, X):
        import annoy
        self.index = annoy.AnnoyIndex(X.shape[1], "euclidean")
        for i, row in enumerate(X):
            self.index.add_item(i, row)
        self.index.build(self.n_trees)

    def save(self, path):
        self.index.save(path)

    def load(self, path, X):
        import annoy
        self.index = annoy.AnnoyIndex(X.shape[1], "euclidean")
        self.index.load(path, prefault=True)

    def set_query_arguments(self, search_k):
        self.search_k = search_k

    def query(self, v, n):
        return self.index.get_nns_by_vector(v, n, self.search_k)


class PyNNDescent(Rival):
    """A graph by nearest-neighbour descent (Dong et al. 2011)."""

    package = source = "pynndescent"
    GRID = [({"n_neighbors": n, "leaf_size": leaf, "diversify_prob": diversify,
              "pruning_degree_multiplier": pruning},
             [0.0, 0.02, 0.04, 0.08, 0.12, 0.16, 0.2, 0.24, 0.28, 0.32])
            for n, leaf, diversify, pruning in ((40, 36, 1.0, 2.0), (20, 24, 1.0, 1.5),
                                                (60, 48, 0.0, 2.0))]

    def fit(self, X):
        import pynndescent
        self.index = pynndescent.NNDescent(
            X, n_neighbors=self.n_neighbors, leaf_size=self.leaf_size, low_memory=False,
            diversify_prob=self.diversify_prob, random_state=0, n_jobs=1,
            pruning_degree_multiplier=self.pruning_degree_multiplier)
        self.index.prepare()

    def save(self, path):
        with open(path, "wb") as file:
            pickle.dump(self.index, file)

    def load(self, path, X):
        with open(path, "rb") as file:
            self.index = pickle.load(file)
        self.index.prepare()

    def set_query_arguments(self, epsilon):
        self.epsilon = epsilon

    def query(self, v, n):
        return self.index.query(v[None], k=n, epsilon=self.epsilon)[0][0]


class Voyager(Rival):
    """HNSW by Voyager."""

    package = source = "voyager"
    GRID = [({"M": m, "ef_construction": 500}, EF) for m in (16, 24)]

    def fit(self, X):
        import voyager
        self.index = voyager.Index(voyager.Space.Euclidean, num_dimensions=X.shape[1],
                                   M=self.M, ef_construction=self.ef_construction)
        self.index.add_items(X)

    def save(self, path):
        self.index.save(path)

    def load(self, path, X):
        import voyager
        self.index = voyager.Index.load(path)

    def set_query_arguments(self, ef):
        self.ef = ef

    def query(self, v, n):
        return self.index.query(v, k=n, query_ef=max(self.ef, n))[0]


class Scann(Rival):
    """Anisotropic quantisation behind a tree (Guo et al. 2020), by ScaNN."""

    package = source = "scann"
    GRID = [({"leaves": leaves, "dims_per_block": dims},
             [(leaf, reorder) for leaf in probes for reorder in (30, 60, 100, 200, 400)])
            for leaves, dims, probes in (
                (600, 2, (3, 5, 8, 13, 20, 35, 50, 90)),
                (2000, 4, (10, 20, 40, 70, 120, 200)),
                (100, 4, (2, 3, 5, 8, 15, 25)))]

    def fit(self, X):
        import scann
        builder = scann.scann_ops_pybind.builder(X, 10, "squared_l2")
        self.index = builder.tree(
            self.leaves, 1, training_sample_size=len(X), spherical=False,
            quantize_centroids=True).score_ah(
                self.dims_per_block,
                anisotropic_quantization_threshold=float("nan")).reorder(1).build()

    def save(self, path):
        os.makedirs(path, exist_ok=True)
        self.index.serialize(path)

    def load(self, path, X):
        import scann
        self.index = scann.scann_ops_pybind.load_searcher(path)

    def set_query_arguments(self, leaves_and_reorder):
        self.to_search, self.reorder = leaves_and_reorder

    def query(self, v, n):
        return self.index.search(v, n, self.reorder, self.to_search)[0]


class Nmslib(Rival):
    """HNSW by NMSLIB."""

    package = source = "nmslib"
    GRID = [({"M": m, "efConstruction": 400, "post": post}, EF)
            for m, post in ((20, 2), (32, 2), (8, 0))]

    def _new(self):
        import nmslib
        return nmslib.init(method="hnsw", space="l2")

    def fit(self, X):
        self.index = self._new()
        self.index.addDataPointBatch(X)
        self.index.createIndex({"M": self.M, "efConstruction": self.efConstruction,
                                "post": self.post, "indexThreadQty": os.cpu_count()})

    def save(self, path):
        self.index.saveIndex(path, save_data=True)

    def load(self, path, X):
        self.index = self._new()
        self.index.loadIndex(path, load_data=True)

    def set_query_arguments(self, ef):
        self.index.setQueryTimeParams({"efSearch": ef})

    def query(self, v, n):
        return self.index.knnQuery(v, n)[0]


class Glass(Rival):
    """HNSW over quantised rows, by glass, whose wheel for newer Pythons is another's."""

    package, source = "glass", "pyglass-portable"
    GRID = [({"R": r, "L": 200}, EF) for r in (32, 16, 48)]
    VARIANTS = [{"quantizer": "SQ8U", "refine": ""}, {"quantizer": "SQ8U", "refine": "FP32"},
                {"quantizer": "SQ4U", "refine": "FP32"}]

    def fit(self, X):
        import glass
        self.graph = glass.Index("HNSW", "L2", "FP32", self.R, self.L).build(X)

    def save(self, path):
        self.graph.save(path)

    def load(self, path, X):
        import glass
        self.graph = glass.Graph(path)
        self.index = glass.Searcher(self.graph, X, "L2", self.quantizer, self.refine)
        self.index.optimize(1)

    def set_query_arguments(self, ef):
        self.index.set_ef(ef)

    def query(self, v, n):
        return self.index.search(v, n)[0]


class Onng(Rival):
    """Iwasaki & Miyazaki 2018, by NGT."""

    package, source = "ngtpy", "ngt"
    GRID = [({"edges": 100, "out": 10, "into": 120},
             [0.6, 0.8, 0.9, 0.95, 0.98, 1.0, 1.02, 1.03, 1.04, 1.05, 1.07, 1.1, 1.2])]

    def fit(self, X):
        self.X = X  # save builds: NGT's indexes are folders

    def save(self, path):
        import ngtpy
        store = os.path.dirname(os.path.dirname(os.path.dirname(path)))
        graph = f"{store}/anng-{self.edges}"  # both kinds begin with it
        if not os.path.exists(graph):
            part = graph + ".part"
            shutil.rmtree(part, ignore_errors=True)
            ngtpy.create(part, self.X.shape[1], edge_size_for_creation=self.edges,
                         edge_size_for_search=40, distance_type="L2", object_type="Float")
            index = ngtpy.Index(part, log_disabled=True)
            index.batch_insert(self.X, num_threads=os.cpu_count())
            index.save()
            index.close()
            os.rename(part, graph)
        optimizer = ngtpy.Optimizer(num_of_outgoings=self.out,
                                    num_of_incomings=self.into, log_disabled=True)
        # As reconstruct-graph -mS does: paths that others make superfluous are cut.
        optimizer.set_processing_modes(True, False, False, False)
        optimizer.execute(graph, path)

    def load(self, path, X):
        import ngtpy
        self.index = ngtpy.Index(path, read_only=True, log_disabled=True)

    def set_query_arguments(self, epsilon):
        self.index.set(epsilon=epsilon - 1.0, edge_size=-2)

    def query(self, v, n):
        return self.index.search(v, n, with_distance=False)


class Qg(Onng):
    """Its quantised graph. The command that makes one is not in the wheel: the library's
    function, which is, is called by its C++ name."""

    GRID = [({"edges": 100, "out": 64, "into": 120, "most": 96},
             [(0.0, 0.9), (0.0, 0.95), (0.0, 0.98), (0.0, 1.0), (1.2, 0.9), (2.0, 0.9),
              (3.0, 0.9), (1.2, 0.95), (2.0, 0.95), (3.0, 0.95), (1.2, 0.98), (2.0, 0.98),
              (3.0, 0.98), (1.5, 1.0), (3.0, 1.0), (5, 1.0), (10, 1.0), (20, 1.0),
              (2.0, 1.02), (3.0, 1.02), (3, 1.04), (5, 1.04), (8, 1.04), (20, 1.06),
              (30, 1.1)])]

    def save(self, path):
        import ngtpy
        super().save(path)
        quantize = ctypes.CDLL(ngtpy.__file__)[
            "_ZN5NGTQG5Index8quantizeENSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEmmmb"]
        quantize.restype = None
        text = ctypes.create_string_buffer(path.encode())

        class String(ctypes.Structure):  # std::string, longer than what fits inside
            _fields_ = [("text", ctypes.c_void_p), ("size", ctypes.c_size_t),
                        ("room", ctypes.c_size_t * 2)]

        string = String(ctypes.addressof(text), len(path), (len(path), 0))
        quantize(ctypes.byref(string), ctypes.c_size_t(1), ctypes.c_size_t(self.most),
                 ctypes.c_size_t(0), ctypes.c_bool(False))

    def load(self, path, X):
        import ngtpy
        self.index = ngtpy.QuantizedIndex(path, self.most, log_disabled=True)
        self.index.set_with_distance(False)

    def set_query_arguments(self, expansion_and_epsilon):
        expansion, epsilon = expansion_and_epsilon
        self.index.set(epsilon=epsilon - 1.0, result_expansion=expansion)

    def query(self, v, n):
        return self.index.search(v, n)


class Vsag(Rival):
    """HNSW over quantised rows, by VSAG."""

    package = source = "pyvsag"
    GRID = [({"M": m, "ef_construction": 300, "bits": bits}, EF[:-1])
            for m, bits in ((32, 8), (16, 8), (24, 4))]

    def _new(self, X):
        import pyvsag
        return pyvsag.Index("hnsw", json.dumps({
            "dtype": "float32", "metric_type": "l2", "dim": X.shape[1],
            "hnsw": {"max_degree": self.M, "ef_construction": self.ef_construction,
                     "ef_search": self.ef_construction, "max_elements": len(X),
                     "use_static": False, "sq_num_bits": self.bits, "alpha": 1.0,
                     "redundant_rate": 1.0}}))

    def fit(self, X):
        self.index = self._new(X)
        self.index.build(vectors=X.ravel(), ids=np.arange(len(X)), num_elements=len(X),
                         dim=X.shape[1])

    def save(self, path):
        self.index.save(path)

    def load(self, path, X):
        self.index = self._new(X)
        self.index.load(path)

    def set_query_arguments(self, ef):
        self.parameters = json.dumps({"hnsw": {"ef_search": ef}})

    def query(self, v, n):
        return self.index.knn_search(vector=v, k=n, parameters=self.parameters)[0]


RIVALS = {rival.__name__: rival for rival in (
    Glass, Hnswlib, Scann, FaissIvfPqFastScan, Vsag, FaissHnsw, Usearch, Nmslib, Voyager,
    PyNNDescent, Annoy, Onng, Qg)}
