// How a client of the guest speaks to its server over a Unix socket.
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "guest.h"

int connect_once(struct conversation *with, const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  with->out_length = with->in_length = with->in_taken = 0;
  with->socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  return with->socket >= 0 && connect(with->socket, (struct sockaddr *)&address, sizeof address) == 0;
}

int send_requests(struct conversation *with) {
  for (size_t sent = 0; sent < with->out_length;) {
    ssize_t n = write(with->socket, with->out + sent, with->out_length - sent);
    if (n <= 0 && errno != EINTR) return 0;
    if (n > 0) sent += (size_t)n;
  }
  with->out_length = 0;
  return 1;
}

const char *take(struct conversation *with, size_t length) {
  if (length > with->in_room) return NULL;
  if (with->in_length - with->in_taken < length) {
    memmove(with->in, with->in + with->in_taken, with->in_length - with->in_taken);
    with->in_length -= with->in_taken;
    with->in_taken = 0;
  }
  while (with->in_length - with->in_taken < length) {
    ssize_t n = read(with->socket, with->in + with->in_length, with->in_room - with->in_length);
    if (n == 0 || (n < 0 && errno != EINTR)) return NULL;
    if (n > 0) with->in_length += (size_t)n;
  }
  with->in_taken += length;
  return with->in + with->in_taken - length;
}

int server_gone(struct counters *c, const char *kind) {
  c->wrong++;
  tell_wrong(kind, 0, 0, (u64)errno);
  return 0;
}
