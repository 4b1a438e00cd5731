/* A request as a client sends it: HTTP/1.0 or 1.1, with a length or in chunks. */
#ifndef REQUEST_H
#define REQUEST_H
#include "connection.h"

#include <tickwork/kind/http.h>

enum { most_headers = 200, most_params = 32 };

typedef struct request {
  tw_http_request raw; /* borrows from what follows */
  bool http11, head_only;
  char* segments; /* of the path, each decoded and with a zero: "a%2Fb" is one */
  size_t segments_size;
  char *path, *body;
  size_t body_room;
  tw_http_header headers[most_headers];
  tw_tag params[most_params];
  size_t used;
  char text[65536]; /* lines, each with a zero */
} request;

/* "/a/b" is "a" and "b", each with a zero instead of the slash behind it; answers the size. */
size_t split_path(char* to, const char* path);

/* To be closed, whatever it answers. */
int request_read(request* r, connection* from, uint64_t max_body_size);
void request_close(request* r);

#endif
