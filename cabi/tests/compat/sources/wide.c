/* The wide functions of a wchar_t of 16 bits. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static int bad;

#define WANT(condition) ((condition) ? (void)0 : (void)(bad++, fprintf(stderr, "line %d: %s\n", __LINE__, #condition)))
#define SAME(one, two) WANT(!wcscmp((one), (two)))

static int through_list(wchar_t *out, size_t size, const wchar_t *format, ...)
{
    va_list list;
    int count;
    va_start(list, format);
    count = vswprintf(out, size, format, list);
    va_end(list);
    return count;
}

static void strings(void)
{
    wchar_t text[32], *rest, *found;
    const wchar_t *name = L"ECDH_P256";

    WANT(wcslen(L"ECDH_P256") == 9 && wcslen(L"") == 0 && wcslen(L"\U0001F600") == 2);
    WANT((wcslen(name) + 1) * sizeof(wchar_t) == sizeof(L"ECDH_P256"));
    WANT(wcsnlen(name, 4) == 4 && wcsnlen(name, 40) == 9);
    WANT(wcscmp(name, L"ECDH_P256") == 0 && wcscmp(name, L"ECDH_P384") < 0 && wcscmp(L"b", L"a") > 0);
    WANT(wcscmp(L"a", L"") > 0 && wcscmp(L"\uFFFF", L"\x01") > 0);
    WANT(wcsncmp(name, L"ECDH_P384", 6) == 0 && wcsncmp(name, L"ECDH_P384", 7) < 0);
    WANT(_wcsicmp(L"Sha256", L"SHA256") == 0 && _wcsicmp(L"[", L"a") < 0 && _wcsnicmp(L"abX", L"ABy", 2) == 0);
    SAME(wcscpy(text, L"ECDH"), L"ECDH");
    SAME(wcscat(text, L"_P256"), name);
    wmemset(text, L'x', 32);
    wcsncpy(text, L"ab", 5);
    WANT(text[1] == L'b' && !text[2] && !text[4] && text[5] == L'x');
    wcscpy(text, L"ab");
    SAME(wcsncat(text, L"cdef", 2), L"abcd");
    WANT((found = wcschr(text, L'c')) == text + 2 && !wcschr(text, L'z') && wcschr(text, 0) == text + 4);
    WANT(wcsrchr(wcscpy(text, L"a.b.c"), L'.') == text + 3 && !wcsrchr(text, L'z') && wcsrchr(text, 0) == text + 5);
    WANT(wcsrchr(text, L'a') == text);
    WANT(wcsstr(text, L"b.") == text + 2 && !wcsstr(text, L"cc") && wcsstr(text, L"") == text);
    WANT(wcsspn(text, L"a.") == 2 && wcscspn(text, L"c") == 4 && wcspbrk(text, L"cb") == text + 2);
    SAME(wcstok(text, L".", &rest), L"a");
    SAME(wcstok(NULL, L".", &rest), L"b");
    SAME(wcstok(NULL, L".", &rest), L"c");
    WANT(!wcstok(NULL, L".", &rest));
    wmemcpy(text, L"12345678", 9);
    wmemmove(text + 1, text, 3);
    SAME(text, L"11235678");
    WANT(!wmemcmp(text, L"11", 2) && wmemcmp(text, L"12", 2) < 0 && wmemchr(text, L'5', 9) == text + 4);
    WANT(!wmemchr(text, L'5', 4));
    found = _wcsdup(name);
    SAME(found, name);
    free(found);
    WANT(wcscpy_s(text, 32, name) == 0 && wcscat_s(text, 32, L"x") == 0 && wcslen(text) == 10);
    WANT(wcscpy_s(text, 9, name) == ERANGE && !text[0]);
    WANT(wcscpy_s(text, 10, name) == 0);
    WANT(wcsncpy_s(text, 4, name, _TRUNCATE) == 80 && wcslen(text) == 3);
    WANT(wcsnlen_s(NULL, 4) == 0);
}

static void numbers(void)
{
    wchar_t *end;
    const wchar_t *text = L"  -0x1Fz";
    WANT(wcstol(text, &end, 0) == -31 && end == text + 7);
    WANT(wcstoul(L"4000000000", NULL, 10) == 4000000000u && _wtoi(L"42") == 42);
    WANT(wcstoull(L"18446744073709551615", NULL, 10) == 18446744073709551615ull && wcstoll(L"-5", NULL, 10) == -5);
    WANT(wcstod(L"1.5e3", &end) == 1500.0 && !*end);
    text = L"\u0660";
    WANT(wcstol(text, &end, 10) == 0 && end == text);
}

static void formats(void)
{
    wchar_t text[64];
    char narrow[64];

    WANT(swprintf(text, 64, L"%s|%ls|%S|%hs|%ws", L"a\u00E9", L"b", "c\xC3\xA9", "d", L"e") == 11);
    SAME(text, L"a\u00E9|b|c\u00E9|d|e");
    swprintf(text, 64, L"%c%C%lc%hc|%5s|%-5s|%.2s|%*d|%%", L'\u20AC', 'x', L'y', 'z', L"ab", L"ab", L"abc", 4, 7);
    SAME(text, L"\u20ACxyz|   ab|ab   |ab|   7|%");
    swprintf(text, 64, L"%d %u %#x %08X %lld %zu %.3f %ld", -1, 2u, 255, 0xC000000Du, 1LL << 40, sizeof(text), 0.5, -7L);
    SAME(text, L"-1 2 0xff C000000D 1099511627776 128 0.500 -7");
    swprintf(text, 64, L"%I64d %I64x %I32u %Iu", 1LL << 33, 1ULL << 60, 9u, (size_t)5);
    SAME(text, L"8589934592 1000000000000000 9 5");
    WANT(through_list(text, 64, L"%s %d %s", L"list", 1, L"end") == 10);
    SAME(text, L"list 1 end");
    WANT(swprintf(text, 4, L"%d", 12345) < 0 && text[3] == 0 && swprintf(text, 6, L"%d", 12345) == 5);
    WANT(swprintf(text, 64, L"%c%c", 0xD83D, 0xDE00) == 2 && text[0] == 0xD83D && text[1] == 0xDE00);
    WANT(swprintf(text, 64, L"%s", (wchar_t *)NULL) == 6);
    WANT(swprintf(text, 64, L"%q") < 0);

    WANT(snprintf(narrow, 64, "%ls %s %5ls|", L"w\u00E9", "n\xFF", L"x") == 13);
    WANT(!strcmp(narrow, "w\xC3\xA9 n\xFF     x|"));
    WANT(snprintf(narrow, 4, "%ls", L"abcdef") == 6 && !strcmp(narrow, "abc"));
    WANT(snprintf(narrow, 64, "%d %s", 5, "plain") == 7 && !strcmp(narrow, "5 plain"));
    WANT(sprintf(narrow, "%lc%ls", (wint_t)L'\u00E9', L"!") == 3 && !strcmp(narrow, "\xC3\xA9!"));
}

static void conversions(void)
{
    wchar_t text[8];
    char narrow[8];
    WANT(mbstowcs(text, "a\xF0\x9F\x98\x80", 8) == 3 && text[0] == L'a' && text[1] == 0xD83D && !text[3]);
    WANT(mbstowcs(NULL, "a\xC3\xA9", 0) == 2 && mbstowcs(text, "\xFF", 8) == (size_t)-1);
    WANT(mbstowcs(text, "\xED\xA0\x80", 8) == (size_t)-1 && mbstowcs(text, "\xC0\x80", 8) == (size_t)-1);
    WANT(wcstombs(narrow, L"\u20AC\U0001F600", 8) == 7 && !strcmp(narrow, "\xE2\x82\xAC\xF0\x9F\x98\x80"));
    WANT(wcstombs(NULL, L"\u00E9", 0) == 2);
}

int main(void)
{
    const wchar_t half[] = {0xD83D, L'x', 0};
    strings();
    numbers();
    formats();
    conversions();
    /* What the test reads. */
    wprintf(L"%s %d \u20AC\U0001F600 %s\n", L"ECDH_P256", 9, half);
    printf("%ls|%s\n", L"ECDH_P384", "narrow");
    fwprintf(stdout, L"%S\n", "fwprintf");
    fputws(L"fputws\n", stdout);
    WANT(putwchar(L'\u00E9') == L'\u00E9' && fputwc(0xD83D, stdout) == WEOF);
    printf("\n");
    return bad;
}
