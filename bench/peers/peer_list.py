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
    most_rows: int = 10_000_000  # of the sets that it takes part in
    own: int = 0         # rows sought among the others in a round


def settings(name, values):
    return tuple(((name, value),) for value in values)


def grid(probes, factors):
    return tuple((("nprobe", probe), ("k_factor_rf", factor))
                 for probe in probes for factor in factors)


WIDTHS = (12, 16, 20, 24, 28, 34, 40, 50, 60, 80, 100, 120, 160, 200, 260, 340)

PEERS = (
    Peer("numeral brute", "numeral", "brute", single=400),
    Peer("numeral exact", "numeral", "exact", single=2000, own=60000),
    Peer("numeral near", "numeral", "near", single=2000, exact=False),
    Peer("numeral near=0.99", "numeral", "near=0.99", single=2000, exact=False),
    Peer("FAISS Flat (AVX2)", "faiss_avx2", "Flat"),
    Peer("FAISS Flat (packaged, SSE)", "faiss_sse", "Flat", single=50, rounds=2,
         most_rows=300_000),
    Peer("FAISS SQ8 direct (AVX2)", "faiss_avx2", "SQ8direct", batch=500, single=50,
         rounds=2, most_rows=300_000),
    Peer("OpenBLAS SGEMM alone", "sgemm", "-", finds=False, single=50, rounds=2,
         most_rows=300_000),
    Peer("scikit-learn brute", "python", "brute", single=20, rounds=2,
         most_rows=300_000),
    Peer("scikit-learn kd_tree", "python", "kd_tree", batch=100, single=20, rounds=1,
         most_rows=100_000),
    Peer("scikit-learn ball_tree", "python", "ball_tree", batch=100, single=20, rounds=1,
         most_rows=100_000),
    Peer("scipy cKDTree", "python", "cKDTree", batch=100, single=20, rounds=1,
         most_rows=100_000),
    Peer("hnswlib", "hnswlib", "16:200", single=2000, exact=False,
         knobs=settings("ef", WIDTHS)),
    Peer("FAISS HNSW16 (AVX2)", "faiss_avx2", "HNSW16", single=2000, exact=False,
         knobs=settings("efSearch", WIDTHS), most_rows=300_000),
    Peer("FAISS IVF-PQ fastscan (AVX2)", "faiss_avx2", "PCA128,IVF256,PQ64x4fs,RFlat",
         single=2000, exact=False,
         knobs=grid((8, 12, 16, 24, 32, 48), (2, 4, 8, 16))),
)
