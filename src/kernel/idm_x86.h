/* The words of idm_body.h that SSE4.1 and AVX2 share. A set's file defines before this
 * REGISTER, its register of integers, and VECTOR(op) and WHOLE(op) as in distance_x86.h.
 */
enum { LANES = sizeof(REGISTER) / sizeof(uint16_t) };
typedef uint16_t vec __attribute__((vector_size(sizeof(REGISTER))));

static inline vec load(const void *from)
{
    return (vec)WHOLE(loadu)(from);
}

static inline void store(void *to, vec a)
{
    WHOLE(storeu)(to, (REGISTER)a);
}

static inline vec minimum(vec a, vec b)
{
    return (vec)VECTOR(min_epu16)((REGISTER)a, (REGISTER)b);
}

static inline vec energies(vec query, vec reference)
{
    REGISTER size =
        VECTOR(abs_epi8)(VECTOR(sub_epi8)((REGISTER)query, (REGISTER)reference));
    return (vec)VECTOR(srli_epi16)(VECTOR(maddubs_epi16)(size, size), 3);
}

static inline vec twelfths(vec sums)
{
    REGISTER value = VECTOR(mulhrs_epi16)((REGISTER)sums, VECTOR(set1_epi16)(85));
    value = VECTOR(min_epi16)(value, VECTOR(set1_epi16)(63));
    return (vec)VECTOR(max_epi16)(value, VECTOR(set1_epi16)(-63));
}

static inline vec shift_left(vec a, int n)
{
    return (vec)VECTOR(slli_epi16)((REGISTER)a, n);
}
