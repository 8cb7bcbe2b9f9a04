/* Loaded before the C library: what the operating system answers when it is asked for random bytes.
 *
 * RANDOM_SOURCE is "fails", "interrupted" (each second time by a signal, and few bytes at once), "constant", or "later":
 * it fails from the time on that the program chooses. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static long (*next_syscall)(long, ...);

static long kernel(void *bytes, size_t size, unsigned flags)
{
    if (!next_syscall)
        *(void **)&next_syscall = dlsym(RTLD_NEXT, "syscall");
    return next_syscall(SYS_getrandom, bytes, size, flags);
}

static long left;

void fail_source_after(long answers);

void fail_source_after(long answers)
{
    left = answers;
}

static ssize_t answer(void *bytes, size_t size, unsigned flags)
{
    static unsigned turn;
    const char *source = getenv("RANDOM_SOURCE");
    switch (source ? source[0] : 0) {
    case 'l':
        if (left-- > 0)
            return kernel(bytes, size, flags);
        errno = EIO;
        return -1;
    case 'f':
        errno = EIO;
        return -1;
    case 'i':
        if (turn++ % 2) {
            errno = EINTR;
            return -1;
        }
        return kernel(bytes, size > 3 ? size / 2 : size, flags);
    case 'c':
        memset(bytes, 0x42, size);
        return (ssize_t)size;
    default:
        return kernel(bytes, size, flags);
    }
}

ssize_t getrandom(void *bytes, size_t size, unsigned flags)
{
    return answer(bytes, size, flags);
}

int getentropy(void *bytes, size_t size)
{
    return answer(bytes, size, 0) == (ssize_t)size ? 0 : -1;
}

/* The engine goes through this one. */
long syscall(long number, ...)
{
    long arguments[6];
    int at;
    va_list list;
    va_start(list, number);
    for (at = 0; at < 6; at++)
        arguments[at] = va_arg(list, long);
    va_end(list);
    if (number == SYS_getrandom)
        return answer((void *)arguments[0], (size_t)arguments[1], (unsigned)arguments[2]);
    if (!next_syscall)
        *(void **)&next_syscall = dlsym(RTLD_NEXT, "syscall");
    return next_syscall(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
}
