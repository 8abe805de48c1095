/* numeral data info. */
#ifndef CLI_DATA_INFO_H
#define CLI_DATA_INFO_H

#include "cli.h"

/* Prints what `data` holds, and writes --json. */
int cli_data_info(const numeral_dataset *data, const cli_setting *setting);

#endif
