/* How an audit is shown: text, pictures, CSV and JSON. */
#ifndef CLI_AUDIT_OUTPUT_H
#define CLI_AUDIT_OUTPUT_H

#include <numeral/tools/audit.h>

#include "cli.h"

typedef struct cli_audit {
    const cli_session *session; /* its data are audited */
    numeral_dataset against;    /* n_images 0 where there is none */
    char *recipe;
    size_t n_shown;
    double most; /* difference of twins */
    numeral_doubts doubts;
    numeral_twins twins;
} cli_audit;

/* What a file may show. */
typedef enum cli_audit_what { CLI_AUDIT_DOUBTS, CLI_AUDIT_TWINS } cli_audit_what;

numeral_status cli_audit_print(const cli_audit *audit, numeral_error *err);
/* Writes a picture of the first ones, as the path's ending says. Nothing to draw is said,
 * and no file written. */
numeral_status cli_audit_draw(const cli_audit *audit, cli_audit_what what,
                              const char *path, numeral_error *err);
/* Writes all of them as CSV. */
numeral_status cli_audit_write_csv(const cli_audit *audit, cli_audit_what what,
                                   const char *path, numeral_error *err);
numeral_status cli_audit_write_json(const cli_audit *audit, numeral_error *err);

/* The set that twins were looked for in. */
const numeral_dataset *cli_audit_among(const cli_audit *audit);

#endif
