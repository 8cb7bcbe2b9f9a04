/* Looks for secret bytes in this process's own memory.
 *
 * What is looked for is kept under a mask, so that the list itself is no find. Calls run on a stack of their own,
 * which nothing else uses, so that what they leave below their frames is still there when it is looked for. */
#ifndef SCAN_H
#define SCAN_H

#define _GNU_SOURCE
#include "../valgrind/check.h"

#include <dlfcn.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

enum { STACK_SIZE = 192 * 1024, PAINT = 0xA5, MOST_WORDS = 8192, BUCKETS = 4096 };

/* Volatile, so that the compiler can't take the mask off ahead of time. */
static volatile const uint64_t mask = 0x5AA5C33C96690FF0;

static struct { uint64_t masked; const char *label; int next; } words[MOST_WORDS];
static int word_count, buckets[BUCKETS];

static unsigned bucket_of(uint64_t masked)
{
    return (unsigned)((masked * 0x9E3779B97F4A7C15) >> 52);
}

static void remember_word(uint64_t word, const char *label)
{
    unsigned bucket;
    if (word == 0 || word + 1 == 0 || word_count + 1 == MOST_WORDS)
        return;
    words[++word_count].masked = word ^ mask;
    words[word_count].label = label;
    bucket = bucket_of(word ^ mask);
    words[word_count].next = buckets[bucket];
    buckets[bucket] = word_count;
}

/* Every eight bytes of a secret, as they are and reversed, as the engine's limbs have them. */
static void remember(const BYTE *secret, ULONG size, const char *label)
{
    ULONG at;
    for (at = 0; at + 8 <= size; at += 8) {
        uint64_t word;
        memcpy(&word, secret + at, 8);
        remember_word(word, label);
        remember_word(__builtin_bswap64(word), label);
    }
    /* Limbs count from the other end. */
    for (at = size; at % 8 && at >= 8; at -= 8) {
        uint64_t word;
        memcpy(&word, secret + at - 8, 8);
        remember_word(word, label);
        remember_word(__builtin_bswap64(word), label);
    }
}

static void forget_all(void)
{
    word_count = 0;
    memset(buckets, 0, sizeof buckets);
}

static size_t scanned;

/* Own buffers that hold a secret on purpose, while a call needs it. */
static int scan_range(const BYTE *from, const BYTE *to, const char *where, int loud)
{
    int found = 0;
    const BYTE *at;
    for (at = from; at + 8 <= to; at++) {
        uint64_t word;
        int index;
        memcpy(&word, at, 8);
        word ^= mask;
        for (index = buckets[bucket_of(word)]; index; index = words[index].next)
            if (words[index].masked == word) {
                if (loud && found < 4)
                    printf("%s: 8 bytes at %p in %s\n", words[index].label, (const void *)at, where);
                found++;
                break;
            }
    }
    scanned += (size_t)(to - from);
    return found;
}

/* How many places of all writable memory hold eight bytes of a remembered secret. */
static int scan(int loud)
{
    char line[512];
    int found = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    if (!maps)
        exit(2);
    while (fgets(line, sizeof line, maps)) {
        uintptr_t from, to;
        char permissions[5];
        int name = 0;
        if (sscanf(line, "%lx-%lx %4s %*s %*s %*s %n", &from, &to, permissions, &name) < 3)
            continue;
        if (permissions[0] != 'r' || permissions[1] != 'w')
            continue;
        line[strcspn(line, "\n")] = 0;
        found += scan_range((const BYTE *)from, (const BYTE *)to, name ? line + name : "memory", loud);
    }
    fclose(maps);
    return found;
}

static BYTE *call_stack;
static ucontext_t caller_context, call_context;
static BYTE *call_frame;
static size_t deepest, left_behind;
static int on_stack;

/* Where code or this stack lies: what frames of calls hold beside their variables. */
static int is_address(uint64_t word)
{
    Dl_info info;
    return (word >= (uintptr_t)call_stack && word <= (uintptr_t)call_stack + STACK_SIZE) || dladdr((void *)word, &info);
}

/* The stack below the task's own frame: how deep the call went, and how many bytes it left that are neither
 * the paint nor zero, other than at the top, where the frames of the return lie, and at the bottom, where those of
 * the overwriting itself do. Where a part of a call overwrites deeper than the call, the frames of the second overwriting
 * lie in between: addresses, which are not counted. */
static void measure_stack(void)
{
    enum { FRAMES_OF_THE_RETURN = 1024, FRAMES_OF_THE_OVERWRITING = 128 };
    BYTE *at = call_stack;
    if (!call_frame)
        return;
    while (at < call_frame && *at == PAINT)
        at++;
    if ((size_t)(call_frame - at) > deepest)
        deepest = (size_t)(call_frame - at);
    at = (BYTE *)(((uintptr_t)at + FRAMES_OF_THE_OVERWRITING) & ~(uintptr_t)7);
    for (; at + 8 <= call_frame - FRAMES_OF_THE_RETURN; at += 8) {
        uint64_t word;
        int byte;
        memcpy(&word, at, 8);
        for (byte = 0; byte < 8 && word && !is_address(word); byte++)
            left_behind += at[byte] != PAINT && at[byte] != 0;
    }
}

/* Runs a task on the stack of calls, which is new for each, so it is searched at once. */
static void run(void (*task)(void))
{
    int found;
    call_frame = NULL;
    if (!call_stack) {
        call_stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (call_stack == MAP_FAILED)
            exit(2);
    }
    memset(call_stack, PAINT, STACK_SIZE);
    getcontext(&call_context);
    call_context.uc_stack.ss_sp = call_stack;
    call_context.uc_stack.ss_size = STACK_SIZE;
    call_context.uc_link = &caller_context;
    makecontext(&call_context, task, 0);
    swapcontext(&caller_context, &call_context);
    measure_stack();
    found = scan_range(call_stack, call_stack + STACK_SIZE, "the stack of the call", on_stack == 0);
    on_stack += found;
}

/* A task with secrets says where its own frame is: what it leaves below is looked at. */
#define SECRET_TASK() (call_frame = __builtin_frame_address(0))

#endif
