#pragma once

#include "daemon/http/http_server.h"
#include "daemon/http/web_files.h"

namespace premura {

// GET of each file of the desk's page, with its policy; 304 to who has it already. Before the server starts.
void install_web_routes(HttpServer& server);

// The file as an answer to that request.
HttpResponse serve_web_file(const HttpRequest& request, const WebFile& file);

// A browser asks for a page, and not a program for words.
bool wants_page(const HttpRequest& request);

}  // namespace premura
