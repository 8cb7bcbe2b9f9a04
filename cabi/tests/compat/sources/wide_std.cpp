// std::wstring and what goes with it, for a wchar_t of 16 bits.
#include <algorithm>
#include <codecvt>
#include <cstdio>
#include <cstdlib>
#include <cwchar>
#if __cplusplus >= 201703L
#include <filesystem>
#endif
#include <fstream>
#include <iostream>
#include <locale>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

static int bad;

static void want(bool condition, int line)
{
    if (!condition) {
        bad++;
        std::cerr << "line " << line << "\n";
    }
}
#define WANT(condition) want((condition), __LINE__)

int main()
{
    std::wstring name(L"ECDH_P256"), text = name + L"_" + std::to_wstring(-4711);
    WANT(name.size() == 9 && text == L"ECDH_P256_-4711" && text.find(L"P256") == 5);
    text.append(100, L'z').insert(3, L"abc").replace(0, 2, L"QQ").erase(5, 3);
    WANT(text.size() == 115 && text.compare(0, 2, L"QQ") == 0 && text < L"R");
    WANT(std::stoi(std::wstring(L"42")) == 42 && std::stod(std::wstring(L"1.5")) == 1.5);
    std::map<std::wstring, int> map{{L"a", 1}, {L"b", 2}};
    std::unordered_map<std::wstring, int> table{{L"key", 3}};
    WANT(map.at(L"b") == 2 && table.at(L"key") == 3);
    std::vector<std::wstring> list{L"SHA512", L"SHA256"};
    std::sort(list.begin(), list.end());
    WANT(list[0] == L"SHA256");
    char narrow[16];
    WANT(std::wcstombs(narrow, name.c_str(), sizeof(narrow)) == 9 && std::string(narrow) == "ECDH_P256");
    wchar_t wide[16];
    WANT(std::mbstowcs(wide, narrow, 16) == 9 && std::wcslen(wide) == 9 && !std::wcscmp(wide, name.c_str()));
    WANT(std::swprintf(wide, 16, L"%d", 12) == 2 && *std::wcschr(wide, L'2') == L'2');
    wchar_t *mutable_text = std::wcschr(wide, L'1');
    const wchar_t *constant_text = std::wcschr(L"a", L'a');
    WANT(*mutable_text == L'1' && *constant_text == L'a');
    std::ostringstream stream;
    stream << 5 << "x";
    WANT(stream.str() == "5x" && std::regex_match("ab", std::regex("a.")));
    WANT((std::wstring_convert<std::codecvt_utf8_utf16<char16_t>, char16_t>().to_bytes(u"\u20AC") == "\xE2\x82\xAC"));
#if __cplusplus >= 201703L
    WANT(std::filesystem::path("/tmp/x").filename().string() == "x");
#endif
    std::cout << std::string(name.begin(), name.end()) << std::endl;
    return bad;
}
