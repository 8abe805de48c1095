/* hnswlib, float32 L2; SPEC is M:efConstruction. `set ef N` is the width of the search.
 * Built for the machine at hand (-O3 -march=native), as its authors advise. */
#include <cstdio>
#include <cstdlib>
#include <memory>

#include <hnswlib/hnswlib.h>
#include <omp.h>

#include "driver.h"

namespace
{

struct State {
    std::unique_ptr<hnswlib::L2Space> space;
    std::unique_ptr<hnswlib::HierarchicalNSW<float>> graph;
    char description[256];
};

void add_rows(State *s, const numeral_peer_task *task, const float *rows)
{
    s->graph->addPoint(rows, 0); /* the entry point, before any thread */
    auto n = static_cast<long>(task->n_rows);
#pragma omp parallel for schedule(dynamic, 16)
    for (long i = 1; i < n; i++)
        s->graph->addPoint(rows + static_cast<size_t>(i) * task->n_dims,
                           static_cast<hnswlib::labeltype>(i));
}

void *build(const numeral_peer_task *task, int threads)
{
    size_t m = 16, ef_construction = 200;
    if (std::sscanf(task->spec, "%zu:%zu", &m, &ef_construction) != 2)
        numeral_peer_fail("%s: M:efConstruction expected", task->spec);
    auto *s = new State;
    omp_set_num_threads(threads);
    s->space.reset(new hnswlib::L2Space(task->n_dims));
    s->graph.reset(new hnswlib::HierarchicalNSW<float>(s->space.get(), task->n_rows, m,
                                                       ef_construction));
    float *rows = numeral_peer_floats(task->rows, task->n_rows * task->n_dims);
    add_rows(s, task, rows);
    std::free(rows);
    std::snprintf(s->description, sizeof s->description,
                  "hnswlib %s, M = %zu, efConstruction = %zu", HNSWLIB_BUILT_VERSION, m,
                  ef_construction);
    return s;
}

const char *describe(const void *opaque)
{
    return static_cast<const State *>(opaque)->description;
}

void set_threads(void *, int threads)
{
    omp_set_num_threads(threads);
}

void set(void *opaque, const char *, double value)
{
    static_cast<State *>(opaque)->graph->setEf(static_cast<size_t>(value));
}

void search_one(const State *s, const numeral_peer_task *task, size_t query, int64_t *ids,
                double *distances)
{
    auto found = s->graph->searchKnn(task->float_queries + query * task->n_dims, task->k);
    for (size_t place = task->k; place-- > 0;) {
        bool there = place < found.size();
        ids[place] = there ? static_cast<int64_t>(found.top().second) : -1;
        distances[place] = there ? found.top().first : 0;
        if (there)
            found.pop();
    }
}

void search(void *opaque, const numeral_peer_task *task, size_t first, size_t n,
            int64_t *ids, double *distances)
{
    const auto *s = static_cast<const State *>(opaque);
    auto count = static_cast<long>(n);
#pragma omp parallel for schedule(dynamic, 16) if (n > 1)
    for (long i = 0; i < count; i++) {
        auto at = static_cast<size_t>(i);
        search_one(s, task, first + at, ids + at * task->k, distances + at * task->k);
    }
}

} // namespace

int main(int argc, char **argv)
{
    static const numeral_peer peer = {build, describe, set_threads, set, search, nullptr};
    return numeral_peer_drive(argc, argv, &peer);
}
