/* Files whose names are UTF-16: the part of the program that is not the same on every system. */
#include "keyexchange.h"

BOOL joinPath(const WCHAR *name, const char *extension, WCHAR *path, size_t units)
{
    size_t at = 0;

    while (*name && at + 1 < units)
        path[at++] = *name++;
    while (*extension && at + 1 < units)
        path[at++] = (WCHAR)*extension++;
    path[at] = 0;
    if (*name || *extension)
        fprintf(stderr, "the path is too long\n");
    return !*name && !*extension;
}

#ifdef _WIN32
static FILE *openFile(const WCHAR *path, const WCHAR *mode)
{
    return _wfopen(path, mode);
}
#define MODE(text) L##text
#else
/* Paths are UTF-8 here. */
static FILE *openFile(const WCHAR *path, const char *mode)
{
    char narrow[3 * MAX_PATH + 1];
    size_t at = 0;

    while (*path && at + 4 < sizeof(narrow)) {
        unsigned long c = *path++;
        if ((c & 0xfc00) == 0xd800 && (*path & 0xfc00) == 0xdc00)
            c = 0x10000 + ((c & 0x3ff) << 10) + (*path++ & 0x3ff);
        if (c < 0x80)
            narrow[at++] = (char)c;
        else if (c < 0x800)
            narrow[at++] = (char)(0xc0 | c >> 6);
        else if (c < 0x10000)
            narrow[at++] = (char)(0xe0 | c >> 12);
        else
            narrow[at++] = (char)(0xf0 | c >> 18);
        if (c >= 0x10000)
            narrow[at++] = (char)(0x80 | (c >> 12 & 0x3f));
        if (c >= 0x800)
            narrow[at++] = (char)(0x80 | (c >> 6 & 0x3f));
        if (c >= 0x80)
            narrow[at++] = (char)(0x80 | (c & 0x3f));
    }
    narrow[at] = 0;
    return *path ? NULL : fopen(narrow, mode);
}
#define MODE(text) text
#endif

BOOL writeFile(const WCHAR *path, const BYTE *bytes, ULONG size)
{
    FILE *file = openFile(path, MODE("wb"));
    BOOL done;

    if (!file) {
        fprintf(stderr, "a file can't be written\n");
        return FALSE;
    }
    done = fwrite(bytes, 1, size, file) == size;
    return fclose(file) == 0 && done;
}

BOOL readFile(const WCHAR *path, BYTE *bytes, ULONG room, ULONG *size)
{
    FILE *file = openFile(path, MODE("rb"));

    if (!file) {
        fprintf(stderr, "a file can't be read\n");
        return FALSE;
    }
    *size = (ULONG)fread(bytes, 1, room, file);
    fclose(file);
    return TRUE;
}
