/* Nothing is opened: the kernel stops a call of the library that opens a file or a device. */
#include "life.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TRAP(call)                                                                                                     \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP)

static void stopped(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)context;
    printf("a system call that opens: %d\n", info->si_syscall);
    _exit(1);
}

static void forbid(void)
{
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
#ifdef SYS_open
        TRAP(SYS_open),
        TRAP(SYS_creat),
#endif
        TRAP(SYS_openat),
        TRAP(SYS_openat2),
        TRAP(SYS_socket),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {sizeof program / sizeof *program, program};
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = stopped;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGSYS, &action, NULL);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter)) {
        puts("skipped: calls that open are not stopped: no seccomp here");
        exit(0);
    }
}

int main(void)
{
    BYTE end[16], bytes[32];
    size_t kind;
    setvbuf(stdout, NULL, _IONBF, 0);
    forbid();
#ifdef PLANTED_FILE
    open("/dev/urandom", O_RDONLY);
#endif
    for (kind = 0; kind < KINDS; kind++)
        OK(live(&kinds[kind], end));
    OK(BCryptGenRandom(NULL, bytes, sizeof bytes, BCRYPT_USE_SYSTEM_PREFERRED_RNG));
    puts("a life of a key of every kind, and nothing opened");
    return failures != 0;
}
