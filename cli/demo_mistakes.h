/* The demo's look at mistakes. */
#ifndef CLI_DEMO_MISTAKES_H
#define CLI_DEMO_MISTAKES_H

#include "cli.h"

/* Prints up to five misread digits of `test`, each with its nearest digits of `train`, on
 * which the model was fitted. */
int cli_demo_mistakes(const numeral_dataset *train, const numeral_dataset *test,
                      const numeral_answers *answers);

#endif
