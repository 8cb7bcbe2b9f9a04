/* bcrypt_shim_wide_std.h: what C++'s library may do with a wchar_t of 16 bits. Programs do not include it.
 *
 * Its headers' templates are right, its compiled code is for 32 bits. So std::wstring is made of the templates alone,
 * and a program that uses a wide stream or a wide facet of a locale is not compiled. LLVM's library is refused
 * as a whole: __config beside this file.
 */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#pragma GCC system_header
#ifndef BCRYPT_SHIM_WIDE_STD_H
#define BCRYPT_SHIM_WIDE_STD_H

#include <cstddef>
#if defined(__GLIBCXX__)

/* The compiled std::wstring of the library is not used. */
#undef _GLIBCXX_EXTERN_TEMPLATE
#define _GLIBCXX_EXTERN_TEMPLATE 0

namespace std _GLIBCXX_VISIBILITY(default)
{
_GLIBCXX_BEGIN_NAMESPACE_VERSION
/* Every wide stream holds or uses one of these two. */
template <typename> struct char_traits;
template <typename, typename> class basic_streambuf;
template <typename, typename> class basic_ostream;
template <> class basic_streambuf<wchar_t, char_traits<wchar_t> >; /* not there with -fshort-wchar */
template <> class basic_ostream<wchar_t, char_traits<wchar_t> >;   /* not there with -fshort-wchar */

#if __cplusplus >= 201103L
class locale;
template <typename> class ctype;
template <typename, typename, typename> class codecvt;
template <typename Facet> const Facet &use_facet(const locale &);
template <> const ctype<wchar_t> &use_facet<ctype<wchar_t> >(const locale &) = delete;
template <>
const codecvt<wchar_t, char, ::mbstate_t> &use_facet<codecvt<wchar_t, char, ::mbstate_t> >(const locale &) = delete;
#endif
_GLIBCXX_END_NAMESPACE_VERSION
}

#endif
#endif /* BCRYPT_SHIM_WIDE_STD_H */
