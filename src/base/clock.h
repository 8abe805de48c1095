/* Wall time, for reports only. */
#ifndef NUMERAL_BASE_CLOCK_H
#define NUMERAL_BASE_CLOCK_H

/* Seconds since some moment; steady. */
double numeral_clock_seconds(void);

#endif
