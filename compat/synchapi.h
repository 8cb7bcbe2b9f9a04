/* synchapi.h: critical sections, reader-writer locks, initialization that happens once, and Sleep. */
/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef BCRYPT_SHIM_SYNCHAPI_H
#define BCRYPT_SHIM_SYNCHAPI_H

#include <poll.h>
#include <pthread.h>
#include <sched.h>

#include "winnt.h"

#ifndef INFINITE
#define INFINITE 0xFFFFFFFF
#endif

/* A lock that its owner may take again. A recursive mutex would do, but strict C11 hides the call that makes one. */
typedef struct CRITICAL_SECTION {
    pthread_mutex_t guard;
    pthread_cond_t released;
    pthread_t owner;
    unsigned long depth;
} CRITICAL_SECTION;
typedef CRITICAL_SECTION *PCRITICAL_SECTION;
typedef CRITICAL_SECTION *LPCRITICAL_SECTION;

static inline void InitializeCriticalSection(LPCRITICAL_SECTION section)
{
    pthread_mutex_init(&section->guard, NULL);
    pthread_cond_init(&section->released, NULL);
    section->owner = pthread_self();
    section->depth = 0;
}

static inline int InitializeCriticalSectionAndSpinCount(LPCRITICAL_SECTION section, uint32_t spins)
{
    (void)spins;
    InitializeCriticalSection(section);
    return TRUE;
}

static inline int InitializeCriticalSectionEx(LPCRITICAL_SECTION section, uint32_t spins, uint32_t flags)
{
    (void)flags;
    return InitializeCriticalSectionAndSpinCount(section, spins);
}

static inline void DeleteCriticalSection(LPCRITICAL_SECTION section)
{
    pthread_cond_destroy(&section->released);
    pthread_mutex_destroy(&section->guard);
}

static inline int bcrypt_shim_take(LPCRITICAL_SECTION section, int wait)
{
    int taken;
    pthread_mutex_lock(&section->guard);
    while (wait && section->depth && !pthread_equal(section->owner, pthread_self()))
        pthread_cond_wait(&section->released, &section->guard);
    taken = !section->depth || pthread_equal(section->owner, pthread_self());
    if (taken) {
        section->owner = pthread_self();
        section->depth++;
    }
    pthread_mutex_unlock(&section->guard);
    return taken ? TRUE : FALSE;
}

static inline void EnterCriticalSection(LPCRITICAL_SECTION section)
{
    bcrypt_shim_take(section, TRUE);
}

static inline int TryEnterCriticalSection(LPCRITICAL_SECTION section)
{
    return bcrypt_shim_take(section, FALSE);
}

static inline void LeaveCriticalSection(LPCRITICAL_SECTION section)
{
    pthread_mutex_lock(&section->guard);
    if (section->depth && --section->depth == 0)
        pthread_cond_signal(&section->released);
    pthread_mutex_unlock(&section->guard);
}

/* A lock for many readers or one writer; no thread takes it twice. Static ones are not initialized by a call. */
typedef struct SRWLOCK {
    pthread_mutex_t guard;
    pthread_cond_t released;
    long readers; /* -1: a writer */
} SRWLOCK, *PSRWLOCK;
/* clang-format off */
#define SRWLOCK_INIT {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0}
/* clang-format on */

static inline void InitializeSRWLock(PSRWLOCK lock)
{
    pthread_mutex_init(&lock->guard, NULL);
    pthread_cond_init(&lock->released, NULL);
    lock->readers = 0;
}

static inline void AcquireSRWLockExclusive(PSRWLOCK lock)
{
    pthread_mutex_lock(&lock->guard);
    while (lock->readers)
        pthread_cond_wait(&lock->released, &lock->guard);
    lock->readers = -1;
    pthread_mutex_unlock(&lock->guard);
}

static inline void AcquireSRWLockShared(PSRWLOCK lock)
{
    pthread_mutex_lock(&lock->guard);
    while (lock->readers < 0)
        pthread_cond_wait(&lock->released, &lock->guard);
    lock->readers++;
    pthread_mutex_unlock(&lock->guard);
}

static inline void ReleaseSRWLockExclusive(PSRWLOCK lock)
{
    pthread_mutex_lock(&lock->guard);
    lock->readers = 0;
    pthread_cond_broadcast(&lock->released);
    pthread_mutex_unlock(&lock->guard);
}

static inline void ReleaseSRWLockShared(PSRWLOCK lock)
{
    pthread_mutex_lock(&lock->guard);
    if (--lock->readers == 0)
        pthread_cond_broadcast(&lock->released);
    pthread_mutex_unlock(&lock->guard);
}

/* What is done once: 0 before, 1 while a thread does it, 2 afterwards. Others yield until it is. */
typedef struct INIT_ONCE {
    int state;
    void *context;
} INIT_ONCE, *PINIT_ONCE, *LPINIT_ONCE;
/* clang-format off */
#define INIT_ONCE_STATIC_INIT {0, NULL}
#define RTL_RUN_ONCE_INIT INIT_ONCE_STATIC_INIT
/* clang-format on */
typedef int(CALLBACK *PINIT_ONCE_FN)(PINIT_ONCE once, PVOID parameter, PVOID *context);

static inline void InitOnceInitialize(PINIT_ONCE once)
{
    once->state = 0;
    once->context = NULL;
}

/* FALSE if the function failed; the next caller tries again. */
static inline int InitOnceExecuteOnce(PINIT_ONCE once, PINIT_ONCE_FN function, PVOID parameter, LPVOID *context)
{
    int state = 0, done;
    while (!__atomic_compare_exchange_n(&once->state, &state, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE)) {
        if (state == 2) {
            if (context)
                *context = once->context;
            return TRUE;
        }
        state = 0;
        sched_yield();
    }
    done = function(once, parameter, &once->context);
    if (done && context)
        *context = once->context;
    __atomic_store_n(&once->state, done ? 2 : 0, __ATOMIC_RELEASE);
    return done ? TRUE : FALSE;
}

static inline void Sleep(uint32_t milliseconds)
{
    while (milliseconds > 1000000 || milliseconds == INFINITE) {
        poll(NULL, 0, 1000000);
        milliseconds -= milliseconds == INFINITE ? 0 : 1000000;
    }
    poll(NULL, 0, (int)milliseconds);
}

#endif /* BCRYPT_SHIM_SYNCHAPI_H */
