/* bcrypt_shim_wmain.h: Windows' wmain, with -fshort-wchar. Programs do not include it.
 *
 * Where the program defines wmain, a main before it turns the arguments, which are UTF-8, into 16-bit text. Its
 * parameters may be Windows' own or none, and its result a number or void. It is defined once, in one piece: a
 * declaration of its own is an error. BCRYPT_SHIM_NO_WMAIN leaves the name alone, as other sizes of wchar_t do.
 */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#if !defined(BCRYPT_SHIM_WMAIN_H)
#define BCRYPT_SHIM_WMAIN_H

#if defined(__SIZEOF_WCHAR_T__) && __SIZEOF_WCHAR_T__ == 2 && !defined(BCRYPT_SHIM_NO_WMAIN)

#include <stdlib.h>
#include <string.h>

/* Runs it; `is_void`: it has no result. */
static inline int bcrypt_shim_run_wmain(int count, char **arguments, void (*function)(void), int is_void)
{
    int (*number)(int, wchar_t **) = (int (*)(int, wchar_t **))function;
    wchar_t **wide = (wchar_t **)calloc((size_t)count + 1, sizeof(*wide));
    int at, result;
    for (at = 0; wide && at < count; at++) {
        const size_t most = strlen(arguments[at]) + 1;
        wide[at] = (wchar_t *)calloc(most, sizeof(wchar_t));
        if (!wide[at] || mbstowcs(wide[at], arguments[at], most) == (size_t)-1)
            return 1;
    }
    if (!wide)
        return 1;
    result = number(count, wide);
    for (at = 0; at < count; at++)
        free(wide[at]);
    free(wide);
    return is_void ? 0 : result;
}

/* What it returns. */
#ifdef __cplusplus
template <typename Result, typename... Parameters> Result bcrypt_shim_result_of(Result (*)(Parameters...));
template <typename Result> struct bcrypt_shim_is_void {
    enum { value = 0 };
};
template <> struct bcrypt_shim_is_void<void> {
    enum { value = 1 };
};
#define BCRYPT_SHIM_WMAIN_TYPES typedef decltype(bcrypt_shim_result_of(&bcrypt_shim_wmain)) bcrypt_shim_wmain_result;
#define BCRYPT_SHIM_WMAIN_IS_VOID bcrypt_shim_is_void<bcrypt_shim_wmain_result>::value
#else
#define BCRYPT_SHIM_WMAIN_KINDS(type, value)                                                                           \
    type (*)(void) : (value), type (*)(int, wchar_t **) : (value), type (*)(int, const wchar_t **) : (value),          \
        type (*)(int, wchar_t **, wchar_t **) : (value)
#define BCRYPT_SHIM_WMAIN_TYPES                                                                                        \
    typedef __typeof__(_Generic(&bcrypt_shim_wmain,                                                                    \
                                BCRYPT_SHIM_WMAIN_KINDS(void, (void)0),                                                \
                                BCRYPT_SHIM_WMAIN_KINDS(unsigned, 0u),                                                 \
                                BCRYPT_SHIM_WMAIN_KINDS(long, 0l),                                                     \
                                default: 0)) bcrypt_shim_wmain_result;
#define BCRYPT_SHIM_WMAIN_IS_VOID __builtin_types_compatible_p(bcrypt_shim_wmain_result, void)
#endif

#define wmain(...)                                                                                                     \
    bcrypt_shim_wmain(__VA_ARGS__);                                                                                    \
    BCRYPT_SHIM_WMAIN_TYPES                                                                                            \
    int main(int count, char **arguments)                                                                              \
    {                                                                                                                  \
        return bcrypt_shim_run_wmain(count, arguments, (void (*)(void))bcrypt_shim_wmain, BCRYPT_SHIM_WMAIN_IS_VOID);  \
    }                                                                                                                  \
    bcrypt_shim_wmain_result bcrypt_shim_wmain(__VA_ARGS__)

#endif
#endif /* BCRYPT_SHIM_WMAIN_H */
