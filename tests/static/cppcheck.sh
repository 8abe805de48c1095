#!/bin/sh
# The library and the command, read by cppcheck. usage: cppcheck.sh BUILD
# Left out: uninitialised variables (cppcheck 2.10 follows neither arrays that a callee
# fills nor `for` loops that always run; gcc, clang and the sanitizers watch these), an
# index "used before its check" (it takes every a[i] > a[j] || i > j for one), and headers
# of the system, which it need not read. In two files it does not see that a flag says when
# a pointer is NULL.
set -eu
cppcheck -q -j 2 --std=c11 --error-exitcode=1 --inline-suppr \
    --enable=warning,performance,portability --suppress=missingIncludeSystem \
    --suppress=uninitvar --suppress=legacyUninitvar --suppress=arrayIndexThenCheck \
    --suppress=nullPointer:answers/answer_why.c --suppress=nullPointer:src/kernel/distance_body.h \
    --suppress=nullPointerArithmetic:src/kernel/distance_body.h \
    -I include -I src -I answers -I serve -I "$1" -D_GNU_SOURCE -D__GNUC__ src cli answers serve mpi
