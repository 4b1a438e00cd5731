/* SPDX-License-Identifier: MIT */
/* A panel whose module is missing and whose element has no hyphen. */
#include "sin.h"

static const tw_file files[] = {{"../secrets.js", "text/javascript", "export", 6},
                                {NULL, NULL, NULL, 0}};
static const tw_panel panel = {sizeof panel,
                               "id = \"org.example.bad\"\nname = \"Bad\"\napi = 1\n"
                               "element = \"gauge\"\nmodule = \"panel.js\"\n",
                               files};
EXT(TW_PANEL, &panel);
SINNER("panels.bad_panel", no_options, plain_create, NULL, NULL, plain_destroy);
