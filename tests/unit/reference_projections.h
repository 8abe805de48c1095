/* Generated: python3 tests/reference/projections.py > tests/unit/reference_projections.h. */
/* clang-format off */
static const double standard_query[] = {
    -0.075137529108355319, -2.7599372061840328, 5.0354700731201607, -2.0383568968054764,
    2.8999999999999999, 1.8934439650528367,
};
static const double unit_query[] = {
    0.13216372009101796, -0.066081860045508978, 0.52865488036407182, 0,
    0.79298232054610773, 0.26432744018203591,
};
