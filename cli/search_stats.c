/* What searches did: the mean of one query as text, the sums as JSON. */
#include "search_stats.h"

static double share_skipped(const numeral_search_stats *stats)
{
    return stats->products_of_brute
               ? 1.0 - (double)stats->products / (double)stats->products_of_brute
               : 0;
}

static void print_stage(const char *name, uint64_t count, uint64_t all,
                        const numeral_search_stats *stats)
{
    double n = (double)stats->queries;
    cli_print("  %-32s %12.1f", name, (double)count / n);
    if (all) {
        cli_print("  of %.1f, %.2f %%", (double)all / n,
                  100 * (double)count / (double)all);
    }
    putchar('\n');
}

void cli_stats_print(const numeral_search_stats *stats)
{
    if (!stats->queries) {
        return;
    }
    cli_print("each search (the mean of %llu):\n", (unsigned long long)stats->queries);
    if (stats->clusters) { /* in the order in which the exact index rules rows out */
        print_stage("clusters left by their bounds", stats->clusters_left,
                    stats->clusters, stats);
        print_stage("rows scanned in 32 dimensions", stats->scanned, stats->rows, stats);
        print_stage("rows left by 32 dimensions", stats->left_32, stats->rows, stats);
        print_stage("rows left by 64 dimensions", stats->left_64, stats->rows, stats);
        print_stage("rows left by all dimensions kept", stats->left_all, stats->rows,
                    stats);
    }
    print_stage("exact distances", stats->distances, stats->rows, stats);
    cli_print("  %-32s %12.2f %%\n", "multiply-adds skipped", 100 * share_skipped(stats));
    if (stats->plain) {
        print_stage("searches that met every row", stats->plain, 0, stats);
    }
}

json_t *cli_stats_json(const numeral_search_stats *stats)
{
    return json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:f}", "queries",
        (json_int_t)stats->queries, "rows", (json_int_t)stats->rows, "plain",
        (json_int_t)stats->plain, "clusters", (json_int_t)stats->clusters,
        "clusters_left", (json_int_t)stats->clusters_left, "scanned",
        (json_int_t)stats->scanned, "left_32", (json_int_t)stats->left_32, "left_64",
        (json_int_t)stats->left_64, "left_all", (json_int_t)stats->left_all, "distances",
        (json_int_t)stats->distances, "products", (json_int_t)stats->products,
        "products_of_brute", (json_int_t)stats->products_of_brute, "share_skipped",
        share_skipped(stats));
}
