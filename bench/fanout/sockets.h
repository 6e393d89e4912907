/* One client's connection: the handshake, the frames of a server, and what is wrong with them.

   Included by load.c, which says what happens with a message (delivered) and how many connections there are. */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MARK "#n"   /* a published message carries its number as #n0000012345# */
#define DIGITS 10
#define ERRORS_SAID 10

enum state { NOWHERE, OPENING, UPGRADING, JOINING, READY, LEAVING };
enum opcode { TEXT = 1, CLOSE = 8, PING = 9, PONG = 10 };

struct client {
    int fd;
    enum state state;
    int room, port;                 /* the port is the one that was given, where a client names none */
    const char *path, *header, *first;
    long long due;                  /* the number that comes next */
    long long late_from, late_to;   /* numbers that were skipped the last time something was skipped */
    unsigned char *kept;            /* the beginning of something whose rest has not come */
    size_t kept_size;
};

static struct {
    long long pings, lost, wrong_order, repeated, broken;
} seen;
static int epoll, port, joined, left;
static const char *ready_text;
static unsigned char buffer[1 << 20];

static void delivered(struct client *one, long long number, long long size);
static void became_ready(struct client *one);

static void complain(const char *what, struct client *one, long long number, long long due) {
    static int said;
    if (said++ < ERRORS_SAID)
        fprintf(stderr, "%s: %s (room %d), number %lld where %lld was due\n", what, one->path, one->room, number, due);
}

static void leave_epoll(struct client *one) {
    if (one->fd >= 0) close(one->fd);
    one->fd = -1;
    one->state = NOWHERE;
    one->kept_size = 0;
}

static void lost(struct client *one, const char *why) {
    if (one->state == LEAVING) left++;
    else {
        seen.lost++;
        complain(why, one, -1, one->due);
    }
    leave_epoll(one);
}

/* Write all of it: what a client sends is little, so waiting for room in the socket is rare. */
static void put(struct client *one, const void *bytes, size_t size) {
    for (const char *at = bytes; size;) {
        ssize_t sent = send(one->fd, at, size, MSG_NOSIGNAL);
        if (sent > 0) at += sent, size -= (size_t)sent;
        else if (sent < 0 && errno == EAGAIN) poll(&(struct pollfd){.fd = one->fd, .events = POLLOUT}, 1, 1000);
        else if (errno != EINTR) return; /* gone: reading says so */
    }
}

/* Build a client's frame in place: masked, as a client's have to be, with a mask of zeros. */
static size_t build_frame(unsigned char *at, enum opcode opcode, const void *payload, size_t size) {
    size_t head = 2;
    at[0] = 0x80 | opcode;
    if (size < 126) at[1] = 0x80 | (unsigned char)size;
    else at[1] = 0x80 | 126, at[2] = (unsigned char)(size >> 8), at[3] = (unsigned char)size, head = 4;
    memset(at + head, 0, 4);
    memcpy(at + head + 4, payload, size);
    return head + 4 + size;
}

static void put_frame(struct client *one, enum opcode opcode, const void *payload, size_t size) {
    unsigned char frame[1 << 14];
    if (size <= sizeof frame - 8) put(one, frame, build_frame(frame, opcode, payload, size));
}

static struct sockaddr_in here(int at) {
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons((unsigned short)at), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static void start(struct client *one) {
    struct sockaddr_in address = here(one->port ? one->port : port);
    one->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    one->state = OPENING;
    setsockopt(one->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    if (one->fd < 0 || (connect(one->fd, (struct sockaddr *)&address, sizeof address) && errno != EINPROGRESS)) {
        lost(one, strerror(errno));
        return;
    }
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = one};
    epoll_ctl(epoll, EPOLL_CTL_ADD, one->fd, &event);
}

static void ask_to_upgrade(struct client *one) {
    char request[8192];
    int size = snprintf(request, sizeof request,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s%s\r\n",
        one->path, port, one->header, *one->header ? "\r\n" : "");
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET, .data.ptr = one};
    one->state = UPGRADING;
    epoll_ctl(epoll, EPOLL_CTL_MOD, one->fd, &event);
    put(one, request, (size_t)size);
}

/* Read the answer to the handshake; returns how many bytes it was, 0 while it is not whole. */
static size_t upgraded(struct client *one, const unsigned char *at, size_t size) {
    const unsigned char *end = memmem(at, size, "\r\n\r\n", 4);
    if (!end) return 0;
    if (size < 13 || memcmp(at + 8, " 101 ", 5)) {
        lost(one, "the handshake was refused");
        return size;
    }
    one->state = JOINING;
    if (*one->first) put_frame(one, TEXT, one->first, strlen(one->first));
    if (!*ready_text) became_ready(one);
    return (size_t)(end - at) + 4;
}

/* Say whether this is new here, and complain where it is not what was due. */
static int in_order(struct client *one, long long number, int rooms) {
    if (number > one->due) {
        seen.wrong_order++;
        complain("wrong order", one, number, one->due);
        one->late_from = one->due, one->late_to = number;
    } else if (number < one->due) {
        int late = number >= one->late_from && number < one->late_to;
        if (late) seen.wrong_order++;
        else seen.repeated++;
        complain(late ? "late" : "repeated", one, number, one->due);
        return late; /* what is due stays due */
    }
    one->due = number + rooms;
    return 1;
}

static void read_text(struct client *one, const unsigned char *payload, size_t size) {
    if (one->state == JOINING) {
        if (memmem(payload, size, ready_text, strlen(ready_text))) became_ready(one);
        return;
    }
    const unsigned char *mark = payload, *end = payload + size;
    while ((mark = memchr(mark, '#', (size_t)(end - mark))) && end - mark >= DIGITS + 3) {
        if (mark[1] == 'n' && mark[DIGITS + 2] == '#') {
            long long number = 0;
            for (int digit = 0; digit < DIGITS; digit++) number = number * 10 + (mark[2 + digit] - '0');
            delivered(one, number, (long long)size);
            return;
        }
        mark++;
    }
}

/* Read one frame; returns how many bytes it was, 0 while it is not whole. */
static size_t read_frame(struct client *one, const unsigned char *at, size_t have) {
    size_t head = 2, size;
    if (have < 2) return 0;
    size = at[1] & 0x7f;
    if (size == 126) head = 4;
    if (size == 127) head = 10;
    if (have < head) return 0;
    if (head > 2) size = 0;
    for (size_t byte = 2; byte < head; byte++) size = size << 8 | at[byte];
    int opcode = at[0] & 0x0f, plain = (at[0] & 0xf0) == 0x80 && !(at[1] & 0x80);
    if (!plain || size > sizeof buffer / 2 || (opcode != TEXT && opcode != CLOSE && opcode != PING && opcode != PONG)) {
        seen.broken++;
        lost(one, "a frame that is fragmented, compressed, masked, too long or of no known kind");
        return 0;
    }
    if (have < head + size) return 0;
    if (opcode == TEXT) read_text(one, at + head, size);
    if (opcode == PING) seen.pings++, put_frame(one, PONG, at + head, size);
    if (opcode == CLOSE) lost(one, "closed by the server");
    return head + size;
}

static void receive(struct client *one, int until_the_end) {
    while (one->fd >= 0) {
        size_t size = one->kept_size, used = 0, taken;
        if (size) memcpy(buffer, one->kept, size);
        size_t room = sizeof buffer - size;
        ssize_t got = recv(one->fd, buffer + size, room, 0);
        if (got <= 0) {
            if (got == 0 || (errno != EAGAIN && errno != EINTR)) lost(one, got ? strerror(errno) : "gone");
            return;
        }
        size += (size_t)got;
        if (one->state == UPGRADING) used = upgraded(one, buffer, size);
        while (one->state > UPGRADING && (taken = read_frame(one, buffer + used, size - used))) used += taken;
        one->kept_size = one->fd < 0 ? 0 : size - used;
        if (one->kept_size) {
            one->kept = realloc(one->kept, one->kept_size);
            memcpy(one->kept, buffer + used, one->kept_size);
        }
        if ((size_t)got < room && !until_the_end) return; /* a short read has emptied the socket */
    }
}

static void happened(struct client *one, unsigned events) {
    if (one->fd < 0) return;
    if (one->state == OPENING && events & EPOLLOUT && !(events & EPOLLERR)) ask_to_upgrade(one);
    if (one->state != OPENING || events & (EPOLLERR | EPOLLHUP)) receive(one, events & (EPOLLRDHUP | EPOLLHUP));
}
