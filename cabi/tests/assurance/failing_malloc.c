/* Loaded before the C library: while told so, some allocations fail. It also counts blocks that are not freed.
 *
 * The program that uses it looks these functions up. */
#define _GNU_SOURCE
#include "failing_malloc.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Until the one that fails; 0 once it did, -1 while none is to fail. */
static atomic_long left = -1, counted, live, last;
static int way;

/* With 0 nothing fails any more. */
void fail_allocation(long number, int which)
{
    way = which;
    counted = 0;
    last = 0;
    left = number ? number : -1;
}

long allocations(void)
{
    return counted;
}

long live_blocks(void)
{
    return live;
}

static int fails(size_t size)
{
    long now;
    counted++;
    now = left;
    if (now < 0)
        return 0;
    if (way == ASKED_AGAIN) {
        int again = last == (long)size;
        last = again ? 0 : (long)size;
        return again || size >= LARGE;
    }
    if (now == 0)
        return way == ALL_AFTER;
    return --left == 0;
}

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

static void *failed(void)
{
    errno = ENOMEM;
    return NULL;
}

static void *made(void *memory)
{
    if (memory)
        live++;
    return memory;
}

void *malloc(size_t size) { return fails(size) ? failed() : made(__libc_malloc(size)); }
void *calloc(size_t count, size_t size) { return fails(count * size) ? failed() : made(__libc_calloc(count, size)); }
void *aligned_alloc(size_t alignment, size_t size) { return fails(size) ? failed() : made(__libc_memalign(alignment, size)); }
void *memalign(size_t alignment, size_t size) { return fails(size) ? failed() : made(__libc_memalign(alignment, size)); }

void *realloc(void *memory, size_t size)
{
    if (fails(size))
        return failed();
    if (memory == NULL)
        return made(__libc_malloc(size));
    if (size == 0)
        live--;
    return __libc_realloc(memory, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    if (fails(size))
        return ENOMEM;
    *memory = made(__libc_memalign(alignment, size));
    return *memory ? 0 : ENOMEM;
}

void free(void *memory)
{
    if (memory)
        live--;
    __libc_free(memory);
}
