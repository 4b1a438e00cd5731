/* A client's connection: read within a time limit, written as fast as the client takes it. */
#ifndef CONNECTION_H
#define CONNECTION_H
#include <stdbool.h>
#include <tickwork/tickwork.h>

/* What reading answers: 0, or why the request is not handled: the code that it is answered with, or
 * nobody, who waits for no answer. */
enum { nobody = -1 };

typedef struct connection {
  int socket;
  char peer[80];
  int64_t until, write_ms; /* until: everything must have been read, in ms of the monotonic clock */
  bool begun;
  size_t at, n; /* what is used of seen, and what there is */
  char seen[16384];
} connection;

/* Owns the socket. Limits are in nanoseconds; write_limit is for a pause. */
void connection_open(connection* c, int socket, const char* peer, int64_t read_limit, int64_t write_limit);
void connection_close(connection* c);

/* The next line without its end, which becomes a zero; room is for both. */
int connection_line(connection* c, char* to, size_t room);
int connection_take(connection* c, char* to, size_t n);

/* false: the client is gone, or has not taken anything for too long. */
bool connection_send(connection* c, tw_str bytes, int flags);
bool connection_gone(const connection* c);

/* Reads what the client still sends: to close before would take the answer away from it. */
void connection_linger(connection* c);

#endif
