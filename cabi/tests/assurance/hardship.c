/* Forks in the midst of use, calls that signals interrupt, threads that stop in the midst of a call, and threads with
 * small stacks. */
#include "life.h"

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { FORKS = 40, SMALL_STACK = 64 * 1024 };

static void wanted(const char *what, const struct kind *kind, NTSTATUS status)
{
    if (status) {
        printf("%s, %s: %08x\n", what, kind->name, (unsigned)status);
        failures++;
    }
}

static atomic_int stop;

static void *busy(void *argument)
{
    BYTE end[16];
    (void)argument;
    while (!stop)
        wanted("a thread while others fork", &kinds[0], live(&kinds[0], end));
    return NULL;
}

/* Child and parent make a key of each kind after the fork: all differ. Other threads are in the midst of calls. */
static void forks(void)
{
    BYTE(*ends)[KINDS][2][16];
    pthread_t threads[3];
    size_t kind;
    int at;
    ends = mmap(NULL, FORKS * sizeof *ends, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (ends == MAP_FAILED)
        exit(2);
    /* The engine's generator is seeded before. */
    for (kind = 0; kind < KINDS; kind++)
        wanted("before a fork", &kinds[kind], live(&kinds[kind], ends[0][kind][0]));
    for (at = 0; at < 3; at++)
        pthread_create(&threads[at], NULL, busy, NULL);
    for (at = 0; at < FORKS; at++) {
        int status;
        pid_t process = fork();
        if (process == 0)
            alarm(60);
        /* The slow kinds now and then. */
        for (kind = 0; kind < KINDS; kind++)
            if (at % 8 == 0 || kind < 5)
                wanted("after a fork", &kinds[kind], live(&kinds[kind], ends[at][kind][process == 0]));
        if (process == 0)
            _exit(failures ? 1 : 0);
        if (waitpid(process, &status, 0) != process || status != 0) {
            printf("a child ended with %x\n", (unsigned)status);
            failures++;
        }
        for (kind = 0; kind < KINDS; kind++)
            if ((at % 8 == 0 || kind < 5) && memcmp(ends[at][kind][0], ends[at][kind][1], 16) == 0) {
                printf("%s: child and parent made the same key\n", kinds[kind].name);
                failures++;
            }
    }
    stop = 1;
    for (at = 0; at < 3; at++)
        pthread_join(threads[at], NULL);
    printf("%d forks while 3 threads worked: both sides go on, no key twice\n", FORKS);
}

static atomic_int interruptions;

static void interrupt(int number)
{
    (void)number;
    interruptions++;
}

static void signals(void)
{
    struct sigaction action;
    struct itimerval often = {{0, 200}, {0, 200}}, never = {{0, 0}, {0, 0}};
    BYTE end[16];
    int round;
    size_t kind;
    memset(&action, 0, sizeof action);
    action.sa_handler = interrupt; /* and no SA_RESTART */
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    for (round = 0; round < 30; round++)
        for (kind = 0; kind < KINDS - 2; kind++)
            wanted("while signals come", &kinds[kind], live(&kinds[kind], end));
    setitimer(ITIMER_REAL, &never, NULL);
    TRUE_HERE(interruptions > 20);
    printf("%d lives with %d interruptions\n", 30 * (int)(KINDS - 2), interruptions);
}

static long (*live_blocks)(void);
static _Atomic(BCRYPT_KEY_HANDLE) shared;
static atomic_int is_stopped, may_go_on;

/* Where a debugger or the system stops a thread. */
static void stop_here(int number)
{
    struct timespec moment = {0, 20000};
    (void)number;
    is_stopped = 1;
    while (!may_go_on)
        nanosleep(&moment, NULL);
    is_stopped = 0;
}

static void *looks_up(void *argument)
{
    BYTE value[4];
    ULONG size;
    (void)argument;
    while (!stop)
        BCryptGetProperty(shared, BCRYPT_KEY_LENGTH, value, sizeof value, &size, 0);
    return NULL;
}

/* A destruction beside a thread that stands still must not wait for it. */
static void destroy_at_once(BCRYPT_KEY_HANDLE key)
{
    struct timespec before, after;
    clock_gettime(CLOCK_MONOTONIC, &before);
    OK(BCryptDestroyKey(key));
    clock_gettime(CLOCK_MONOTONIC, &after);
    TRUE_HERE(after.tv_sec - before.tv_sec + 1e-9 * (after.tv_nsec - before.tv_nsec) < 1);
}

/* A thread stops at any point of a call with a key, for as long as another destroys it: the key is gone once both are
 * done, and nobody waits. Also in the child of a fork, where the thread never goes on. */
static void stopped(void)
{
    enum { ROUNDS = 600 };
    pthread_t thread;
    int round, status;
    long before = 0;
    signal(SIGUSR1, stop_here);
    *(void **)&live_blocks = dlsym(RTLD_DEFAULT, "live_blocks");
    if (!live_blocks)
        exit(2);
    shared = new_key(BCRYPT_ECDH_P256_ALG_HANDLE, 256);
    pthread_create(&thread, NULL, looks_up, NULL);
    for (round = 0; round < ROUNDS; round++) {
        BCRYPT_KEY_HANDLE key = shared;
        may_go_on = 0;
        pthread_kill(thread, SIGUSR1);
        while (!is_stopped)
            sched_yield();
        if (round % 8 == 0) {
            pid_t process = fork();
            if (process == 0) {
                destroy_at_once(key);
                OK(BCryptDestroyKey(new_key(BCRYPT_ECDH_P256_ALG_HANDLE, 256)));
                _exit(failures != 0);
            }
            TRUE_HERE(waitpid(process, &status, 0) == process && status == 0);
        }
        destroy_at_once(key);
        shared = new_key(BCRYPT_ECDH_P256_ALG_HANDLE, 256);
        may_go_on = 1;
        while (is_stopped)
            sched_yield();
        /* The slot that the thread stood in is used again, or a new one was. */
        OK(BCryptDestroyKey(new_key(BCRYPT_ECDH_P256_ALG_HANDLE, 256)));
        if (round == ROUNDS / 10)
            before = live_blocks();
    }
    /* A handle is made and kept for as long as it is used; what is left is at most the one block of a slot. */
    if (live_blocks() > before + 4) {
        printf("%ld blocks more after %d keys\n", live_blocks() - before, ROUNDS - ROUNDS / 10);
        failures++;
    }
    stop = 1;
    pthread_join(thread, NULL);
    printf("%d keys destroyed beside a thread that stood still, %ld blocks more\n", ROUNDS, live_blocks() - before);
}

static void *on_a_small_stack(void *argument)
{
    BYTE end[16];
    size_t kind;
    (void)argument;
    for (kind = 0; kind < KINDS; kind++)
        wanted("on a small stack", &kinds[kind], live(&kinds[kind], end));
    return NULL;
}

static void small_stacks(void)
{
    pthread_attr_t attributes;
    pthread_t thread;
    int at;
    pthread_attr_init(&attributes);
    if (pthread_attr_setstacksize(&attributes, SMALL_STACK))
        exit(2);
    for (at = 0; at < 3; at++) {
        if (pthread_create(&thread, &attributes, on_a_small_stack, NULL))
            exit(2);
        pthread_join(thread, NULL);
    }
    printf("every kind of key in threads with %d KiB of stack\n", SMALL_STACK / 1024);
}

int main(int argc, char **argv)
{
    const char *which = argc == 2 ? argv[1] : "";
    setvbuf(stdout, NULL, _IONBF, 0);
    if (!strcmp(which, "forks"))
        forks();
    else if (!strcmp(which, "signals"))
        signals();
    else if (!strcmp(which, "stopped"))
        stopped();
    else if (!strcmp(which, "small-stacks"))
        small_stacks();
    else
        return 2;
    return failures != 0;
}
