/* How an audit is shown: text, pictures, CSV and JSON. */
#ifndef CLI_AUDIT_OUTPUT_H
#define CLI_AUDIT_OUTPUT_H

#include "cli.h"

#include <numeral/tools/audit.h>

typedef struct cli_audit {
    cli_setting setting;
    numeral_dataset data, against; /* against: n_images 0 where there is none */
    char *recipe;
    size_t n_shown;
    double most; /* difference of twins */
    numeral_doubts doubts;
    numeral_twins twins;
} cli_audit;

int cli_audit_print(const cli_audit *audit);
/* Pictures, as the path's ending says. Nothing to draw is said, and no file written. */
int cli_audit_draw_doubts(const cli_audit *audit, const char *path);
int cli_audit_draw_twins(const cli_audit *audit, const char *path);
int cli_audit_write_doubts(const cli_audit *audit, const char *path);
int cli_audit_write_twins(const cli_audit *audit, const char *path);
int cli_audit_write_json(const cli_audit *audit);

/* The set that twins were looked for in. */
const numeral_dataset *cli_audit_among(const cli_audit *audit);

#endif
