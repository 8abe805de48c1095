/* FAISS; SPEC is one of its factory strings (Flat, HNSW16, PCA128,IVF256,PQ64x4fs,RFlat)
 * or SQ8direct: bytes as they are, which is exact on them. `set` reaches what FAISS's
 * ParameterSpace knows: nprobe, k_factor_rf, efSearch. */
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include <cblas.h>
#include <faiss/AutoTune.h>
#include <faiss/IndexFlat.h>
#include <faiss/IndexHNSW.h>
#include <faiss/IndexScalarQuantizer.h>
#include <faiss/index_factory.h>
#include <omp.h>

#include "driver.h"

namespace
{

struct State {
    std::unique_ptr<faiss::Index> index;
    std::vector<float> distances;
    char description[256];
};

void use_threads(int threads)
{
    omp_set_num_threads(threads);
    openblas_set_num_threads(threads);
}

faiss::Index *make_index(const char *spec, int dims)
{
    if (std::strcmp(spec, "SQ8direct") == 0)
        return new faiss::IndexScalarQuantizer(
            dims, faiss::ScalarQuantizer::QT_8bit_direct, faiss::METRIC_L2);
    faiss::Index *index = faiss::index_factory(dims, spec);
    if (auto *hnsw = dynamic_cast<faiss::IndexHNSW *>(index))
        hnsw->hnsw.efConstruction = 200;
    return index;
}

void *build(const numeral_peer_task *task, int threads)
{
    auto *s = new State;
    use_threads(threads);
    float *rows = numeral_peer_floats(task->rows, task->n_rows * task->n_dims);
    auto n = static_cast<faiss::Index::idx_t>(task->n_rows);
    s->index.reset(make_index(task->spec, static_cast<int>(task->n_dims)));
    s->index->train(n, rows);
    s->index->add(n, rows);
    std::free(rows);
    std::snprintf(s->description, sizeof s->description, "FAISS %d.%d.%d %s, %s",
                  FAISS_VERSION_MAJOR, FAISS_VERSION_MINOR, FAISS_VERSION_PATCH,
                  task->spec, FAISS_BUILT_FOR);
    return s;
}

const char *describe(const void *opaque)
{
    return static_cast<const State *>(opaque)->description;
}

void set_threads(void *, int threads)
{
    use_threads(threads);
}

void set(void *opaque, const char *name, double value)
{
    faiss::ParameterSpace().set_index_parameter(static_cast<State *>(opaque)->index.get(),
                                                name, value);
}

void search(void *opaque, const numeral_peer_task *task, size_t first, size_t n,
            int64_t *ids, double *distances)
{
    auto *s = static_cast<State *>(opaque);
    s->distances.resize(task->n_queries * task->k);
    s->index->search(static_cast<faiss::Index::idx_t>(n),
                     task->float_queries + first * task->n_dims,
                     static_cast<faiss::Index::idx_t>(task->k), s->distances.data(), ids);
    for (size_t i = 0; i < n * task->k; i++)
        distances[i] = s->distances[i];
}

} // namespace

int main(int argc, char **argv)
{
    static const numeral_peer peer = {build, describe, set_threads, set, search, nullptr};
    try {
        return numeral_peer_drive(argc, argv, &peer);
    } catch (const std::exception &problem) {
        numeral_peer_fail("%s", problem.what());
    }
}
