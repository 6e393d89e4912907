/* The load client: one thread, N WebSocket connections and one more that publishes.

   load PORT PUBLISH_PATH CLIENTS READY MESSAGE SERVER_PID GET_PATH

   CLIENTS is a file with a line for each connection: room, path, header, first message and, where it is not PORT, the port of its
   server, between tabs. A connection has
   joined when a message with the text READY has come (at once where READY is empty). MESSAGE is what is published, with
   #n0000000000# in it, where the number goes; the number modulo the rooms is its room, and "ROOM|" stands before it.

   Commands come on standard input, one line each, and each is answered by one line of JSON:
     join N                    connect the first N lines, at most IN_FLIGHT at a time
     leave                     close them all
     saturate WINDOW SECONDS MOST   keep WINDOW messages on their way; MOST 0: as many as go
     rate PER_SECOND SECONDS GETS   publish by a fixed schedule; beside it GETS HTTP requests a second
   Delays count from the scheduled time, so a server that falls behind is not spared what it caused.

   While it measures it looks for messages every POLL_NS instead of waiting for them: being woken for each message would
   cost the server, not us, an interrupt of the other core for each send. */

#define _GNU_SOURCE
#include <sys/prctl.h>
#include <time.h>

#include "sockets.h"

#define IN_FLIGHT 64
#define POLL_NS 20000
#define AT_ONCE 1024        /* events taken from the system in one go */
#define LOOK_EVERY 16       /* deliveries between two looks at the HTTP answer */
#define RING 65536          /* messages on their way at most */
#define PATIENCE_NS 15000000000LL

struct delays {
    unsigned *us;
    size_t count, room;
};

static struct client *clients, publisher, asker;
static int client_count, rooms = 1, *members, arrived[RING], timing;
static long long next_number, completed, deliveries, bytes, scheduled[RING], asked_at;
static struct delays on_their_way, answers;
static unsigned char *message, outgoing[1 << 16];
static size_t message_size, outgoing_size;
static const char *get_path;
static clockid_t server_clock;

static long long ns(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static long long now_ns(void) { return ns(CLOCK_MONOTONIC); }

static void note(struct delays *all, long long since) {
    if (all->count == all->room) all->us = realloc(all->us, (all->room = all->room * 2 + 4096) * sizeof *all->us);
    all->us[all->count++] = (unsigned)((now_ns() - since) / 1000);
}

static void became_ready(struct client *one) {
    one->state = READY;
    one->due = next_number + ((one->room - next_number) % rooms + rooms) % rooms;
    joined++;
}

static void delivered(struct client *one, long long number, long long size) {
    if (!in_order(one, number, rooms)) return;
    deliveries++, bytes += size;
    if (timing) note(&on_their_way, scheduled[number % RING]);
    if (++arrived[number % RING] == members[number % rooms]) completed++;
}

static void flush_publisher(void) {
    if (outgoing_size) put(&publisher, outgoing, outgoing_size);
    outgoing_size = 0;
}

/* Put one message into what leaves next: what is published in one go leaves in one send. */
static void publish(long long at) {
    unsigned char text[8192];
    size_t head = (size_t)sprintf((char *)text, "%lld|", next_number % rooms);
    char digits[DIGITS + 1];
    memcpy(text + head, message, message_size);
    snprintf(digits, sizeof digits, "%0*lld", DIGITS, next_number);
    unsigned char *mark = memmem(text + head, message_size, MARK, strlen(MARK));
    memcpy(mark + strlen(MARK), digits, DIGITS);
    if (outgoing_size + head + message_size + 8 > sizeof outgoing) flush_publisher();
    outgoing_size += build_frame(outgoing + outgoing_size, TEXT, text, head + message_size);
    arrived[next_number % RING] = 0;
    scheduled[next_number % RING] = at;
    completed += members[next_number % rooms] == 0; /* nobody is there who could miss it */
    next_number++;
}

/* Open a connection for HTTP requests, kept alive for one phase: servers close one that is idle for long. */
static void open_asker(void) {
    struct sockaddr_in address = here(port);
    asker.fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(asker.fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    if (connect(asker.fd, (struct sockaddr *)&address, sizeof address)) perror("HTTP"), exit(1);
}

static void ask(long long at) {
    char request[4096];
    int size = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", get_path, port);
    asked_at = at;
    put(&asker, request, (size_t)size);
}

/* Read the answer to the HTTP request, if it is there. */
static void look_for_answer(void) {
    static char text[1 << 18];
    static size_t size;
    ssize_t got = recv(asker.fd, text + size, sizeof text - size - 1, MSG_DONTWAIT);
    if (got <= 0) {
        if (got == 0) fprintf(stderr, "the HTTP connection was closed\n"), exit(1);
        return;
    }
    text[size += (size_t)got] = 0;
    char *body = strstr(text, "\r\n\r\n"), *length = strcasestr(text, "content-length:");
    if (!body || !length || size < (size_t)(body + 4 - text) + strtoul(length + 15, NULL, 10)) return;
    if (memcmp(text + 8, " 200", 4)) fprintf(stderr, "GET %s: %.40s\n", get_path, text), exit(1);
    size = 0;
    note(&answers, asked_at);
    asked_at = 0;
}

/* Take what has come; returns 1 if a command waits on standard input. */
static int take(int wait_ms) {
    static struct epoll_event events[AT_ONCE];
    int command = 0, count = epoll_wait(epoll, events, AT_ONCE, wait_ms);
    for (int at = 0; at < count; at++) {
        if (!events[at].data.ptr) command = 1;
        else happened(events[at].data.ptr, events[at].events);
        if (asked_at && at % LOOK_EVERY == 0) look_for_answer();
    }
    if (asked_at) look_for_answer();
    return command;
}

static void rest(long long until) {
    long long now = now_ns(), end = now + POLL_NS < until ? now + POLL_NS : until;
    if (asked_at || end <= now) return; /* an answer is looked for all the time: nobody else is served by it */
    struct timespec at = {end / 1000000000LL, end % 1000000000LL};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
}

static int by_size(const void *one, const void *other) {
    unsigned a = *(const unsigned *)one, b = *(const unsigned *)other;
    return (a > b) - (a < b);
}

static void print_delays(const char *name, struct delays *all) {
    if (all->count == 0) return;
    qsort(all->us, all->count, sizeof *all->us, by_size);
    printf(",\"%sp50_ms\":%.3f,\"%sp99_ms\":%.3f,\"%smax_ms\":%.3f", name, all->us[all->count / 2] / 1e3, name,
           all->us[all->count * 99 / 100] / 1e3, name, all->us[all->count - 1] / 1e3);
}

static struct {
    long long at, client, server, number;
} began;

static void begin(void) {
    memset(&seen, 0, sizeof seen);
    deliveries = bytes = 0, on_their_way.count = answers.count = 0;
    began.at = now_ns(), began.number = next_number;
    began.client = ns(CLOCK_PROCESS_CPUTIME_ID), began.server = server_clock ? ns(server_clock) : 0;
}

static void report(long long end) {
    double seconds = (double)(end - began.at) / 1e9;
    printf("{\"joined\":%d,\"published\":%lld,\"deliveries\":%lld,\"bytes\":%lld,\"seconds\":%.6f,\"client_cpu\":%.6f",
           joined, next_number - began.number, deliveries, bytes, seconds,
           (double)(ns(CLOCK_PROCESS_CPUTIME_ID) - began.client) / 1e9);
    printf(",\"server_cpu\":%.6f,\"missing\":%lld,\"wrong_order\":%lld,\"repeated\":%lld,\"lost\":%lld,\"broken\":%lld",
           server_clock ? (double)(ns(server_clock) - began.server) / 1e9 : 0.0, next_number - completed,
           seen.wrong_order, seen.repeated, seen.lost, seen.broken);
    printf(",\"pings\":%lld", seen.pings);
    print_delays("", &on_their_way);
    print_delays("get_", &answers);
    printf("}\n");
    fflush(stdout);
}

static void join(int count) {
    begin();
    joined = 0;
    memset(members, 0, (size_t)rooms * sizeof *members);
    for (int begun = 0; joined + seen.lost < count && now_ns() < began.at + PATIENCE_NS * 4;) {
        while (begun < count && begun - joined - seen.lost < IN_FLIGHT) {
            members[clients[begun].room]++;
            start(&clients[begun++]);
        }
        take(0);
        if (joined < count) rest(now_ns() + POLL_NS);
    }
    report(now_ns());
}

static void leave(void) {
    int there = 0;
    begin();
    left = 0;
    for (int at = 0; at < client_count; at++)
        if (clients[at].state == READY) {
            there++;
            clients[at].state = LEAVING;
            put_frame(&clients[at], CLOSE, "\x03\xe8", 2);
        }
    while (left < there && now_ns() < began.at + PATIENCE_NS) take(10);
    for (int at = 0; at < client_count; at++) leave_epoll(&clients[at]);
    joined = 0;
    report(now_ns());
}

static void saturate(int window, double seconds, long long most) {
    begin();
    long long end = began.at + (long long)(seconds * 1e9), last = began.at;
    long long stop = most ? next_number + most : 1LL << 62;
    do {
        while (next_number - completed < window && last < end && next_number < stop) publish(last);
        flush_publisher();
        long long before = deliveries;
        take(0);
        last = now_ns();
        if (deliveries == before || next_number > completed) rest(last + POLL_NS);
    } while (!seen.lost && ((next_number > completed && last < end + PATIENCE_NS) || (last < end && next_number < stop)));
    report(last);
}

static void rate(double per_second, double seconds, double gets) {
    if (gets > 0) open_asker();
    begin();
    long long end = began.at + (long long)(seconds * 1e9), now = began.at, asked = 0;
    long long every = per_second > 0 ? (long long)(1e9 / per_second) : 1LL << 62, soon = began.at + 1000000;
    long long get_every = gets > 0 ? (long long)(1e9 / gets) : 1LL << 62;
    timing = 1;
    do {
        long long at = soon + (next_number - began.number) * every, get_at = soon + asked * get_every;
        if (per_second > 0 && at < end && now >= at) publish(at);
        flush_publisher();
        if (gets > 0 && !asked_at && get_at < end && now >= get_at) ask(get_at), asked++;
        take(0);
        rest(per_second > 0 && at < end && at > now ? at : get_at > now ? get_at : now + POLL_NS);
        now = now_ns();
    } while (now < end || asked_at || (next_number > completed && now < end + PATIENCE_NS && !seen.lost));
    timing = 0;
    if (gets > 0) close(asker.fd);
    report(now);
}

static void open_at_once(struct client *one, const char *path) {
    one->path = path, one->header = one->first = "";
    start(one);
    while (one->state == OPENING) take(10);
}

static char *field(char **rest_of_line) {
    char *text = strsep(rest_of_line, "\t");
    return text ? text : "";
}

static void read_clients(const char *file) {
    FILE *lines = fopen(file, "r");
    char *line = NULL;
    size_t size = 0;
    if (!lines) perror(file), exit(1);
    for (; getline(&line, &size, lines) > 0; client_count++) {
        line[strcspn(line, "\n")] = 0;
        char *rest_of_line = strdup(line);
        clients = realloc(clients, (size_t)(client_count + 1) * sizeof *clients);
        struct client *one = memset(&clients[client_count], 0, sizeof *one);
        one->fd = -1;
        one->room = atoi(field(&rest_of_line));
        one->path = field(&rest_of_line), one->header = field(&rest_of_line), one->first = field(&rest_of_line);
        one->port = atoi(field(&rest_of_line));
        if (one->room >= rooms) rooms = one->room + 1;
    }
    fclose(lines);
    members = calloc((size_t)rooms, sizeof *members);
}

int main(int count, char **given) {
    char line[256];
    int window;
    double seconds, per_second, gets;
    long long most;
    if (count != 8) return fprintf(stderr, "load is started by bench.fanout\n"), 2;
    prctl(PR_SET_TIMERSLACK, 1);
    port = atoi(given[1]), ready_text = "", epoll = epoll_create1(0);
    read_clients(given[3]);
    message = (unsigned char *)given[5], message_size = strlen(given[5]);
    get_path = given[7];
    clock_getcpuclockid(atoi(given[6]), &server_clock);
    open_at_once(&publisher, given[2]);
    while (publisher.state != READY && publisher.fd >= 0) take(10);
    ready_text = given[4], joined = 0;
    epoll_ctl(epoll, EPOLL_CTL_ADD, 0, &(struct epoll_event){.events = EPOLLIN});
    for (;;) {
        if (!take(-1)) continue;
        if (!fgets(line, sizeof line, stdin)) return 0;
        if (sscanf(line, "join %d", &window) == 1) join(window < client_count ? window : client_count);
        else if (!strncmp(line, "leave", 5)) leave();
        else if (sscanf(line, "saturate %d %lf %lld", &window, &seconds, &most) == 3) saturate(window, seconds, most);
        else if (sscanf(line, "rate %lf %lf %lf", &per_second, &seconds, &gets) == 3) rate(per_second, seconds, gets);
        else return fprintf(stderr, "no such command: %s", line), 2;
    }
}
