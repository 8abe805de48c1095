"""Who is compared, how many queries each gets, and which knob trades speed for recall."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Peer:
    name: str
    program: str
    spec: str
    batch: int = 10000   # queries in one batch of a round
    single: int = 100    # single queries in a round
    rounds: int = 99     # rounds it takes part in; slow ones need few
    finds: bool = True   # False: it only multiplies
    exact: bool = True
    knobs: tuple = ()    # settings to try, each a tuple of (name, value), cheapest first
    smallest: bool = True  # False: only for sets of up to 100,000 rows


def settings(name, values):
    return tuple(((name, value),) for value in values)


def grid(probes, factors):
    return tuple((("nprobe", probe), ("k_factor_rf", factor))
                 for probe in probes for factor in factors)


WIDTHS = (12, 16, 20, 24, 28, 34, 40, 50, 60, 80, 100, 120, 160, 200, 260, 340)

PEERS = (
    Peer("numeral brute", "numeral", "brute", single=400),
    Peer("numeral exact", "numeral", "exact", single=2000),
    Peer("FAISS Flat (AVX2)", "faiss_avx2", "Flat"),
    Peer("FAISS Flat (packaged, SSE)", "faiss_sse", "Flat", single=50),
    Peer("FAISS SQ8 direct (AVX2)", "faiss_avx2", "SQ8direct", batch=500, rounds=2),
    Peer("OpenBLAS SGEMM alone", "sgemm", "-", finds=False),
    Peer("scikit-learn brute", "python", "brute", single=20),
    Peer("scikit-learn kd_tree", "python", "kd_tree", batch=100, single=20, rounds=1,
         smallest=False),
    Peer("scikit-learn ball_tree", "python", "ball_tree", batch=100, single=20, rounds=1,
         smallest=False),
    Peer("scipy cKDTree", "python", "cKDTree", batch=100, single=20, rounds=1,
         smallest=False),
    Peer("hnswlib", "hnswlib", "16:200", single=2000, exact=False,
         knobs=settings("ef", WIDTHS)),
    Peer("FAISS HNSW16 (AVX2)", "faiss_avx2", "HNSW16", single=2000, exact=False,
         knobs=settings("efSearch", WIDTHS)),
    Peer("FAISS IVF-PQ fastscan (AVX2)", "faiss_avx2", "PCA128,IVF256,PQ64x4fs,RFlat",
         single=2000, exact=False,
         knobs=grid((8, 12, 16, 24, 32, 48), (2, 4, 8, 16))),
)
