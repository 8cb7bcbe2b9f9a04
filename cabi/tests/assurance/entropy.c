/* A source of random bytes that fails, is interrupted, or is always the same. With "fails" every call that needs random
 * bytes answers with an error, none ends the process, and none makes a key. Otherwise all keys differ.
 *
 * With "later" the source fails after each number of answers there can be: also in the midst of a draw of the engine's,
 * which can't go on without. The call is refused, or the key is made and differs from all others.
 *
 * With "forbidden" the kernel itself refuses getrandom, as a sandbox does: all keys are made, from /dev/urandom. */
#include "life.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* From now on the system call getrandom fails with EPERM. */
static void forbid(void)
{
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getrandom, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {sizeof program / sizeof *program, program};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter)) {
        puts("skipped: a forbidden getrandom: no seccomp here");
        exit(0);
    }
}

/* Each kind of key in processes of its own, so that the engine's generator is new there. */
static void later(void)
{
    enum { ANSWERS = 24 };
    void (*fail_source_after)(long);
    BYTE(*ends)[16] = mmap(NULL, KINDS * ANSWERS * 16, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int made = 0, refused = 0, other, at;
    size_t kind;
    *(void **)&fail_source_after = dlsym(RTLD_DEFAULT, "fail_source_after");
    if (!fail_source_after || ends == MAP_FAILED)
        exit(2);
    for (kind = 0; kind < KINDS; kind++)
        for (at = 0; at < ANSWERS; at++) {
            int status;
            pid_t process = fork();
            if (process == 0) {
                NTSTATUS answer;
                fail_source_after(at);
                answer = live(&kinds[kind], ends[made]);
                _exit(answer == STATUS_SUCCESS ? 0 : answer == STATUS_INTERNAL_ERROR ? 1 : 2);
            }
            if (process < 0 || waitpid(process, &status, 0) != process)
                exit(2);
            if (status == 0) {
                for (other = 0; other < made; other++)
                    if (memcmp(ends[made], ends[other], 16) == 0) {
                        printf("two keys are the same: %d and %d\n", other, made);
                        failures++;
                    }
                made++;
            } else if (WIFEXITED(status) && WEXITSTATUS(status) == 1)
                refused++;
            else {
                printf("%s ended with %x where answer %d fails\n", kinds[kind].name, (unsigned)status, at);
                failures++;
            }
        }
    printf("later: %d keys, all different; %d refused\n", made, refused);
    TRUE_HERE(made > 100 && refused > (int)KINDS);
}

int main(int argc, char **argv)
{
    enum { ROUNDS = 4 };
    static BYTE keys[ROUNDS * KINDS][16];
    const char *source = getenv("RANDOM_SOURCE");
    int fails = source && source[0] == 'f', forbidden = argc == 2 && !strcmp(argv[1], "forbidden");
    int round, made = 0, refused = 0, at, other;
    BYTE bytes[32] = {0};
    size_t kind;
    setvbuf(stdout, NULL, _IONBF, 0);
    if (source && source[0] == 'l') {
        later();
        return failures != 0;
    }
    if (forbidden)
        forbid();
    for (round = 0; round < ROUNDS; round++)
        for (kind = 0; kind < KINDS; kind++) {
            NTSTATUS status = live(&kinds[kind], keys[made]);
            if (status == STATUS_SUCCESS) {
                made++;
                continue;
            }
            refused++;
            if (!fails) {
                printf("%s: %08x\n", kinds[kind].name, (unsigned)status);
                failures++;
            }
        }
    if (fails) {
        WANT(STATUS_INTERNAL_ERROR, BCryptGenRandom(NULL, bytes, sizeof bytes, BCRYPT_USE_SYSTEM_PREFERRED_RNG));
        TRUE_HERE(made == 0);
    } else {
        OK(BCryptGenRandom(NULL, bytes, sizeof bytes, BCRYPT_USE_SYSTEM_PREFERRED_RNG));
    }
    for (at = 0; at < made; at++)
        for (other = 0; other < at; other++)
            if (memcmp(keys[at], keys[other], 16) == 0) {
                printf("two keys are the same: %d and %d\n", other, at);
                failures++;
            }
    printf("%s: %d keys, all different; %d refused\n", source ? source : forbidden ? "forbidden" : "as it is", made,
           refused);
    return failures != 0;
}
