#include "rerank/view.h"

const char *const numeral_view_names[] = {"raw", "deskew", "moments", 0};
