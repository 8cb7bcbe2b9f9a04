/* Which allocations fail. */
#ifndef FAILING_MALLOC_H
#define FAILING_MALLOC_H

enum way {
    /* The one of a number. */
    ALONE,
    /* That one and all after it. */
    ALL_AFTER,
    /* Each that asks for as much as the one before, and each that is large. So it is for a thread that finds room and
     * then loses it to another one. */
    ASKED_AGAIN,
};
/* Bytes of what is large: less than what the library takes to replace its reserve, more than all else. */
enum { LARGE = 100 * 1024 };

void fail_allocation(long number, int way);
/* Allocations since then, those that failed among them. */
long allocations(void);
/* Blocks that were given out and not freed. */
long live_blocks(void);

#endif
