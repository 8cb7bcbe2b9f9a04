/* Loaded before the C library: while told so, the n-th allocation fails, or it and all after it.
 *
 * The program that uses it looks these two functions up. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

void fail_allocation(long number, int and_all_after);
long allocations(void);

static atomic_long left = -1, counted;
static int all_after;

/* With 0 nothing fails any more. */
void fail_allocation(long number, int and_all_after)
{
    all_after = and_all_after;
    counted = 0;
    left = number ? number : -1;
}

long allocations(void)
{
    return counted;
}

static int fails(void)
{
    long now;
    counted++;
    now = left;
    if (now < 0)
        return 0;
    if (now == 0)
        return all_after;
    return --left == 0;
}

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static void *failed(void)
{
    errno = ENOMEM;
    return NULL;
}

void *malloc(size_t size) { return fails() ? failed() : __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return fails() ? failed() : __libc_calloc(count, size); }
void *realloc(void *memory, size_t size) { return fails() ? failed() : __libc_realloc(memory, size); }
void *aligned_alloc(size_t alignment, size_t size) { return fails() ? failed() : __libc_memalign(alignment, size); }
void *memalign(size_t alignment, size_t size) { return fails() ? failed() : __libc_memalign(alignment, size); }

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    if (fails())
        return ENOMEM;
    *memory = __libc_memalign(alignment, size);
    return *memory ? 0 : ENOMEM;
}
