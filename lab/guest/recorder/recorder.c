// Writes down what a guest sends on a serial port: recorder PIDFILE SOCKET FILE [SOCKET FILE ...]
// It listens on each Unix socket, stamps each line with the machine's clocks when its end arrives, and appends it:
//   CLOCK_MONOTONIC in milliseconds, a space, wall clock in milliseconds, a space, the line
// Over a migration two QEMUs are connected at once. The guest is one: a line that began on the source may end on the
// destination, so all connections of a port share one buffer.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { PORTS_MAX = 4, CONNECTIONS_MAX = 32, LINE_MAX_BYTES = 1000 };

static struct port {
  int listener, file;
  char line[LINE_MAX_BYTES];
  size_t length;
} ports[PORTS_MAX];

static double milliseconds(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void take(struct port *port, const char *bytes, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (bytes[i] == '\r') continue;
    if (bytes[i] != '\n' && port->length < LINE_MAX_BYTES) {
      port->line[port->length++] = bytes[i];
      continue;
    }
    char text[LINE_MAX_BYTES + 64];
    int head = snprintf(text, 64, "%.3f %.0f ", milliseconds(CLOCK_MONOTONIC), milliseconds(CLOCK_REALTIME));
    memcpy(text + head, port->line, port->length);
    text[(size_t)head + port->length] = '\n';
    // One write a line: a reader never sees half a stamp.
    if (write(port->file, text, (size_t)head + port->length + 1) < 0) perror("recorder: write");
    port->length = 0;
    if (bytes[i] != '\n') port->line[port->length++] = bytes[i];
  }
}

static int listen_at(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) return -1;
  strcpy(address.sun_path, path);
  unlink(path);
  int socket_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket_ < 0 || bind(socket_, (struct sockaddr *)&address, sizeof address) != 0) return -1;
  return listen(socket_, 16) == 0 ? socket_ : -1;
}

int main(int count, char **arguments) {
  int port_count = (count - 2) / 2;
  if (port_count < 1 || port_count > PORTS_MAX) return 2;
  signal(SIGPIPE, SIG_IGN);
  struct pollfd polled[PORTS_MAX + CONNECTIONS_MAX];
  struct port *owner[PORTS_MAX + CONNECTIONS_MAX];
  nfds_t used = 0;
  for (int i = 0; i < port_count; i++) {
    ports[i].listener = listen_at(arguments[2 + 2 * i]);
    ports[i].file = open(arguments[3 + 2 * i], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (ports[i].listener < 0 || ports[i].file < 0) {
      perror(arguments[2 + 2 * i]);
      return 1;
    }
    owner[used] = &ports[i];
    polled[used++] = (struct pollfd){.fd = ports[i].listener, .events = POLLIN};
  }
  // Whoever started it waits for this: from here on a guest can connect.
  if (daemon(0, 0) != 0) return 1;
  FILE *pid_file = fopen(arguments[1], "w");
  if (pid_file == NULL || fprintf(pid_file, "%d\n", (int)getpid()) < 0 || fclose(pid_file) != 0) return 1;
  for (;;) {
    if (poll(polled, used, -1) < 0 && errno != EINTR) return 1;
    for (nfds_t i = 0; i < used; i++) {
      if (polled[i].revents == 0) continue;
      if (i < (nfds_t)port_count) {
        int connection = accept4(polled[i].fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (connection < 0) continue;
        if (used == PORTS_MAX + CONNECTIONS_MAX) {
          close(connection);
          continue;
        }
        owner[used] = owner[i];
        polled[used++] = (struct pollfd){.fd = connection, .events = POLLIN};
        continue;
      }
      char bytes[4096];
      ssize_t n = read(polled[i].fd, bytes, sizeof bytes);
      if (n > 0) take(owner[i], bytes, (size_t)n);
      else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        close(polled[i].fd);
        used--;
        polled[i] = polled[used];
        owner[i] = owner[used];
        i--;
      }
    }
  }
}
