/* A connection between two processes of one machine, of which one may start the other. For programs that are Windows
 * programs as they stand: winsock2.h there, the sockets of POSIX elsewhere. */
#ifndef CONNECTION_H
#define CONNECTION_H

#ifdef _WIN32
#include <winsock2.h>
#include <windows.h>
#include <process.h>
#else
#include <windows.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
typedef int SOCKET;
extern char **environ;
#define INVALID_SOCKET (-1)
#define closesocket close
#endif
#include <bcrypt.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static BOOL succeeded(const char *call, NTSTATUS status)
{
    if (!BCRYPT_SUCCESS(status))
        fprintf(stderr, "%s: 0x%08lx\n", call, (unsigned long)(ULONG)status);
    return BCRYPT_SUCCESS(status);
}

static BOOL failed(const char *what)
{
    fprintf(stderr, "%s\n", what);
    return FALSE;
}

static BOOL sendAll(SOCKET s, const BYTE *bytes, ULONG size)
{
    while (size) {
        int done = (int)send(s, (const char *)bytes, (int)size, 0);
        if (done <= 0)
            return failed("the connection is gone");
        bytes += done;
        size -= (ULONG)done;
    }
    return TRUE;
}

static BOOL receiveAll(SOCKET s, BYTE *bytes, ULONG size)
{
    while (size) {
        int done = (int)recv(s, (char *)bytes, (int)size, 0);
        if (done <= 0)
            return failed("the connection is gone");
        bytes += done;
        size -= (ULONG)done;
    }
    return TRUE;
}

/* A program to be started as the other side: its file, or NULL for none, and its arguments, of which the third one is to be
 * the port. */
typedef struct {
    const char *program;
    char *arguments[8];
    intptr_t process;
} PEER;

static BOOL startPeer(PEER *peer, unsigned port)
{
    static char number[16];
    snprintf(number, sizeof(number), "%u", port);
    peer->arguments[2] = number;
#ifdef _WIN32
    peer->process = _spawnv(_P_NOWAIT, peer->program, (const char *const *)peer->arguments);
    return peer->process != -1;
#else
    pid_t process;
    if (posix_spawn(&process, peer->program, NULL, NULL, peer->arguments, environ) != 0)
        return FALSE;
    peer->process = process;
    return TRUE;
#endif
}

/* Waits for its end. */
static BOOL peerSucceeded(const PEER *peer)
{
    int status = -1;
#ifdef _WIN32
    _cwait(&status, peer->process, 0);
#else
    waitpid((pid_t)peer->process, &status, 0);
#endif
    return status == 0;
}

/* A connection at a port of this machine; who listens may start the program that connects. */
static SOCKET atPort(unsigned port, BOOL isListening, PEER *peer)
{
    struct sockaddr_in address;
    SOCKET s = socket(AF_INET, SOCK_STREAM, 0), accepted;

    if (s == INVALID_SOCKET)
        return s;
    memset(&address, 0, sizeof(address));
    address.sin_family = AF_INET;
    address.sin_port = htons((unsigned short)port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (!isListening) {
        if (connect(s, (struct sockaddr *)&address, sizeof(address)) == 0)
            return s;
    } else if (bind(s, (struct sockaddr *)&address, sizeof(address)) == 0 && listen(s, 1) == 0) {
#ifdef _WIN32
        int size = sizeof(address);
#else
        socklen_t size = sizeof(address);
#endif
        getsockname(s, (struct sockaddr *)&address, &size);
        printf("port %u\n", (unsigned)ntohs(address.sin_port));
        fflush(stdout);
        accepted = peer->program && !startPeer(peer, ntohs(address.sin_port)) ? INVALID_SOCKET : accept(s, NULL, NULL);
        closesocket(s);
        return accepted;
    }
    closesocket(s);
    return INVALID_SOCKET;
}

#endif
