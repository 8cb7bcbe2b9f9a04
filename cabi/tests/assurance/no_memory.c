/* Everything in no_memory_rows.h with each of its allocations failing, once alone and once with all that follow: the
 * answer is the usual one or STATUS_NO_MEMORY, the process goes on, and as soon as there is memory again everything
 * works, in the same process, whatever was made meanwhile. Nothing is lost by a failure.
 *
 * Runs with failing_malloc loaded before the C library. With the argument "exports" it prints the functions it calls. */
#define _GNU_SOURCE
#include "../valgrind/check.h"
#include "failing_malloc.h"

#include <dlfcn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT(array) ((long)(sizeof(array) / sizeof *(array)))

/* What a child tells its parent, also when it dies. */
static struct report {
    long row, which, number, way, made, tried, refused;
} *report;

static void (*fail)(long, int);
static long (*allocated)(void), (*live)(void);

/* The allocation that fails once the row says arm(), 0 for none, and which others. */
static long number;
static enum way way;
static int is_armed, refused;

static void arm(void)
{
    is_armed = 1;
    fail(number, way);
}

static void disarm(void)
{
    if (is_armed)
        report->made = allocated();
    is_armed = 0;
    fail(0, ALONE);
}

/* The functions that were called. */
static const char *called[128];

static void note(const char *call)
{
    size_t length = strcspn(call, "("), at;
    for (at = 0; called[at]; at++)
        if (!strncmp(called[at], call, length + 1))
            return;
    if (at < COUNT(called) - 1 && !strncmp(call, "BCrypt", 6))
        called[at] = call;
}
#undef OK
#define OK(call) (note(#call), WANT(STATUS_SUCCESS, call))

static int may_fail(int line, const char *call, NTSTATUS status)
{
    note(call);
    if (status == STATUS_NO_MEMORY)
        refused++;
    else
        want(line, call, status, STATUS_SUCCESS);
    return status == STATUS_SUCCESS;
}
#define LIFE(call) may_fail(__LINE__, #call, (call))

/* What the calls of this row gave when nothing failed: not known yet, being noted, or known. */
static NTSTATUS usual[64];
static enum { UNKNOWN, NOTED, KNOWN } usual_is;
static int at;

static NTSTATUS as_usual(int line, const char *call, NTSTATUS status)
{
    note(call);
    if (usual_is == NOTED)
        usual[at] = status;
    else if (status == STATUS_NO_MEMORY)
        refused++;
    else if (usual_is == KNOWN)
        want(line, call, status, usual[at]);
    at++;
    return status;
}
#define USUAL(call) as_usual(__LINE__, #call, (call))

#include "no_memory_rows.h"

/* A process with more is not worth to go on with. */
enum { MOST_FAILURES = 20 };

/* Runs a row; the allocation of this number fails, and others as told. */
static void run(const struct row *row, long which, long failing, enum way others)
{
    number = failing;
    way = others;
    at = 0;
    refused = 0;
    report->number = failing;
    report->way = others;
    row->run(which);
    disarm();
    report->tried++;
    report->refused += refused != 0;
    if (failures > MOST_FAILURES) {
        puts("and so on");
        _exit(2);
    }
}

/* With memory, as it must work at any time. */
static void run_with_memory(const struct row *row, long which)
{
    run(row, which, 0, ALONE);
    if (refused) {
        printf("%s %ld: memory is there again, but %d calls are refused\n", row->name, which, refused);
        failures++;
    }
}

/* A process of its own, in which the library was not used before. */
static int fresh(const struct row *row, long which, long failing, enum way others)
{
    int refusals;
    failures = 0;
    if (row->prepared)
        run_with_memory(row, which);
    run(row, which, failing, others);
    refusals = refused;
    if (failing)
        run_with_memory(row, which);
    return failures ? 2 : refusals != 0;
}

static int in_a_child(const struct row *row, long which, long failing, enum way others)
{
    int status;
    pid_t process = fork();
    if (process == 0)
        _exit(fresh(row, which, failing, others));
    if (process < 0 || waitpid(process, &status, 0) != process)
        exit(2);
    if (WIFSIGNALED(status)) {
        printf("%s %ld: signal %d where allocation %ld fails%s\n", row->name, which, WTERMSIG(status), failing,
               others == ALL_AFTER ? " and all after it" : "");
        return 3;
    }
    return WEXITSTATUS(status);
}

/* So many are tried one by one; of the rest some, unless the environment asks for every one. */
enum { EACH = 500, EACH_TOGETHER = 40 };

static long step_of(long count, long each)
{
    return getenv("EVERY_ALLOCATION") ? 1 : 1 + count / each;
}

static void every_allocation_afresh(const struct row *row, long which, enum way others)
{
    long failing, step, count, tries = 0, results[4] = {0, 0, 0, 0};
    if (in_a_child(row, which, 0, ALONE))
        failures++;
    count = report->made;
    step = step_of(count, EACH);
    for (failing = 1; failing <= count; failing += failing < EACH ? 1 : step) {
        results[in_a_child(row, which, failing, others)]++;
        tries++;
    }
    printf("%-28s %ld, %s: %ld allocations, %ld tried, %ld led to a refusal, %ld to a wrong answer, %ld to the end\n",
           row->name, which, others == ALL_AFTER ? "all after" : "one alone", count, tries, results[1], results[2],
           results[3]);
    if (results[2] || results[3] > row->unavoidable || count < 10 || (others == ALL_AFTER && results[1] < tries / 2))
        failures++;
}

/* A failure leaves nothing behind. What is made once, as the engine's queue of errors, may come at the first one. */
static void loses_nothing(const struct row *row, long which, long failing, enum way others)
{
    long before = live();
    run(row, which, failing, others);
    if (live() == before)
        return;
    before = live();
    run(row, which, failing, others);
    if (live() != before) {
        printf("%s %ld: %ld blocks are lost where allocation %ld fails\n", row->name, which, live() - before, failing);
        failures++;
    }
}

static void every_allocation_here(const struct row *row, long which)
{
    long failing, step;
    enum way others;
    usual_is = UNKNOWN;
    if (row->prepared)
        run_with_memory(row, which);
    /* Until it gets through: what is made ready once is not yet. */
    for (failing = 1, refused = 1; failing < EACH && refused; failing++)
        run(row, which, failing, ALL_AFTER);
    usual_is = NOTED;
    run_with_memory(row, which);
    usual_is = KNOWN;
    loses_nothing(row, which, 0, ALONE);
    for (others = ALONE; others <= ALL_AFTER; others++)
        for (failing = 1, step = step_of(report->made, EACH_TOGETHER); failing <= report->made || refused;
             failing += step) {
            loses_nothing(row, which, failing, others);
            if (failing % 8 == 1)
                run_with_memory(row, which);
        }
    run(row, which, 1, ASKED_AGAIN);
    run_with_memory(row, which);
}

/* All rows in one process; where it dies the next one goes on behind. */
static void together(void)
{
    report->row = report->which = report->tried = report->refused = 0;
    while (report->row < COUNT(rows)) {
        int status;
        pid_t process = fork();
        if (process == 0) {
            failures = 0;
            for (; report->row < COUNT(rows); report->row++, report->which = 0)
                for (; report->which < rows[report->row].count; report->which++)
                    every_allocation_here(&rows[report->row], report->which);
            _exit(failures != 0);
        }
        if (process < 0 || waitpid(process, &status, 0) != process)
            exit(2);
        failures += status != 0;
        if (!WIFSIGNALED(status))
            break;
        printf("%s %ld: signal %d where allocation %ld fails%s, in a process that did all before it\n",
               rows[report->row].name, report->which, WTERMSIG(status), report->number,
               report->way == ALL_AFTER ? " and all after it" : "");
        if (++report->which >= rows[report->row].count) {
            report->row++;
            report->which = 0;
        }
    }
    printf("all in one process: %ld runs, %ld with a refusal\n", report->tried, report->refused);
}

/* The library's own reserve runs short: what can't report a failure fell back to it, again and again. New work is
 * refused, what gives something back is not, and as soon as the system has memory everything works. */
static void short_of_reserve(void)
{
    enum { MANY = 200 };
    static BCRYPT_KEY_HANDLE keys[MANY];
    BCRYPT_KEY_HANDLE key = key_p256(), never = NULL;
    BCRYPT_SECRET_HANDLE agreed = secret();
    BCRYPT_ALG_HANDLE algorithm = ecdh();
    BCRYPT_ALGORITHM_IDENTIFIER *list;
    BYTE blob[256];
    ULONG size, count;
    long made, before;
    NTSTATUS status = STATUS_SUCCESS;
    OK(BCryptExportKey(key, NULL, BCRYPT_ECCPUBLIC_BLOB, blob, sizeof blob, &size, 0));
    OK(BCryptEnumAlgorithms(0, &count, &list, 0));
    fail(1, ASKED_AGAIN);
    for (made = 0; made < MANY && status == STATUS_SUCCESS; made += status == STATUS_SUCCESS)
        status = BCryptImportKeyPair(algorithm, NULL, BCRYPT_ECCPUBLIC_BLOB, &keys[made], blob, size, 0);
    printf("the reserve is short after %ld keys\n", made);
    TRUE_HERE(status == STATUS_NO_MEMORY && made > 10);
    WANT(STATUS_NO_MEMORY, BCryptGenRandom(NULL, blob, sizeof blob, BCRYPT_USE_SYSTEM_PREFERRED_RNG));
    before = live();
    BCryptFreeBuffer(list);
    TRUE_HERE(live() < before);
    OK(BCryptDestroyKey(key));
    OK(BCryptDestroySecret(agreed));
    WANT(STATUS_INVALID_PARAMETER, BCryptDestroyHash(NULL));
    WANT(STATUS_NO_MEMORY, BCryptGenerateKeyPair(algorithm, &never, 256, 0));
    OK(BCryptCloseAlgorithmProvider(algorithm, 0));
    disarm();
    /* The blocks of those keys stay taken. */
    for (count = 0; count < 3; count++)
        run_with_memory(&rows[0], count);
    for (fail(1, ALL_AFTER); made > 0; made--)
        OK(BCryptDestroyKey(keys[made - 1]));
    disarm();
}

int main(int argc, char **argv)
{
    long row, which;
    int status;
    *(void **)&fail = dlsym(RTLD_DEFAULT, "fail_allocation");
    *(void **)&allocated = dlsym(RTLD_DEFAULT, "allocations");
    *(void **)&live = dlsym(RTLD_DEFAULT, "live_blocks");
    report = mmap(NULL, sizeof *report, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (!fail || !allocated || !live || report == MAP_FAILED) {
        puts("failing_malloc is not loaded");
        return 2;
    }
    setvbuf(stdout, NULL, _IONBF, 0);
    if (argc == 2 && !strcmp(argv[1], "exports")) {
        for (row = 0; row < COUNT(rows); row++)
            for (which = 0; which < rows[row].count; which++)
                run_with_memory(&rows[row], which);
        for (row = 0; called[row]; row++)
            printf("%.*s\n", (int)strcspn(called[row], "("), called[row]);
        return failures != 0;
    }
    for (row = 0; row < COUNT(rows); row++)
        for (which = 0; rows[row].fresh && which < rows[row].count; which++) {
            every_allocation_afresh(&rows[row], which, ALONE);
            every_allocation_afresh(&rows[row], which, ALL_AFTER);
        }
    together();
    if (fork() == 0) {
        failures = 0;
        short_of_reserve();
        _exit(failures != 0);
    }
    wait(&status);
    failures += status != 0;
    return failures != 0;
}
