/* Loaded before the C library: FIPS_ENABLED names the file that is opened in place of the kernel's. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int opened(const char *path, int flags, mode_t mode)
{
    const char *other = getenv("FIPS_ENABLED");
    if (other && !strcmp(path, "/proc/sys/crypto/fips_enabled"))
        path = other;
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

#define OPEN(name)                                                                                                     \
    int name(const char *path, int flags, ...)                                                                         \
    {                                                                                                                  \
        va_list rest;                                                                                                  \
        va_start(rest, flags);                                                                                         \
        mode_t mode = va_arg(rest, mode_t);                                                                            \
        va_end(rest);                                                                                                  \
        return opened(path, flags, mode);                                                                              \
    }

int open64(const char *path, int flags, ...);

OPEN(open)
OPEN(open64)
